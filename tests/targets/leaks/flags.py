"""
A leak: a list of nothing but None that gets longer; it has one block, which moves.

verdict: LEAK
owner: FLAGS
"""

import sys
import time

COUNT = int((*sys.argv[1:], "1000")[0])
FLAGS: list[None] = []

for _ in range(COUNT):
    for _part in range(200):
        FLAGS.append(None)  # leak
    time.sleep(0.001)
