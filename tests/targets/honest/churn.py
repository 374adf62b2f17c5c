"""Honest: much is allocated for each request, and all of it is gone before the next."""

import memprof

for request in range(30):
    rows = [{"number": number, "text": "." * 200 + str(number)} for number in range(400)]
    total = sum(len(str(row)) for row in rows)
    del rows
    memprof.checkpoint(f"request {request}")
