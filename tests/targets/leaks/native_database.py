"""
A leak: rows are added to a database in memory, which is not Python's memory.

verdict: NATIVE GROWTH
"""

import sqlite3
import sys
import time

COUNT = int((*sys.argv[1:], "1000")[0])

base = sqlite3.connect(":memory:")
base.execute("CREATE TABLE events (number INTEGER, text TEXT)")

for n in range(COUNT):
    rows = [(n, f"event {n} {part} " * 20) for part in range(30)]
    base.executemany("INSERT INTO events VALUES (?, ?)", rows)
    base.commit()
    time.sleep(0.001)
base.close()
