"""Honest: grows while it warms up, for a tenth of the run, and then stays as it is."""

import memprof

loaded: list[bytes] = []

for request in range(30):
    if request < 3:
        loaded.extend(b"." * (3_000 + n) for n in range(50))
    work = [b"." * (100 + n) for n in range(100)]
    memprof.checkpoint(f"request {request}")
