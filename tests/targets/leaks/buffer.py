"""A leak: one bytearray that grows with each message; its one block gets larger."""

import memprof

MESSAGE = b"." * 20_000

received = bytearray()

for message in range(25):
    received += MESSAGE  # site: leak
    memprof.checkpoint(f"message {message}")
