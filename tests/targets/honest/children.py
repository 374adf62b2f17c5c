"""
Honest: each request starts another process and waits for it.

verdict: CLEAN, CHURN, INCONCLUSIVE
"""

import subprocess
import sys
import time

COUNT = int((*sys.argv[1:], "200")[0])

for n in range(COUNT):
    done = subprocess.run(["/bin/sh", "-c", f"echo {n}"], capture_output=True, check=True)
    assert int(done.stdout) == n
    time.sleep(0.004)
