"""A leak: a list at module level that every request appends a record to, and nobody empties."""

import memprof

history: list[bytes] = []

for request in range(25):
    answer = [bytes(100) for _ in range(50)]  # worked with, and gone
    history.extend(b"." * (500 + n) for n in range(20))  # site: leak
    memprof.checkpoint(f"request {request}")
