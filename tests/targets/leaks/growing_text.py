"""
A leak: one string that gets longer with each line of the log.

verdict: LEAK
owner: log
"""

import sys
import time

COUNT = int((*sys.argv[1:], "1000")[0])
log = ""

for n in range(COUNT):
    log += f"line {n} " * 20 + "\n"  # leak
    time.sleep(0.001)
