"""
Honest: temporary files are written, read, closed and gone.

verdict: CLEAN, CHURN, INCONCLUSIVE
"""

import sys
import tempfile
import time

COUNT = int((*sys.argv[1:], "800")[0])

for n in range(COUNT):
    with tempfile.TemporaryFile("w+", encoding="utf-8") as file:
        file.write(f"request {n}\n" * 100)
        file.seek(0)
        assert len(file.readlines()) == 100
    time.sleep(0.001)
