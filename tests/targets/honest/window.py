"""Honest: a window of the last hundred measurements, full early."""

from collections import deque

import memprof

window: deque[bytes] = deque(maxlen=100)

for request in range(30):
    for number in range(50):
        window.append(b"." * (500 + number))
    memprof.checkpoint(f"request {request}")
