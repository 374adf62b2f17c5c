"""
Honest: log lines are kept in memory until there are two hundred, then rotated out.

verdict: CLEAN, CHURN, INCONCLUSIVE
"""

import logging
import logging.handlers
import sys
import time

COUNT = int((*sys.argv[1:], "1000")[0])
logger = logging.getLogger("app")
logger.setLevel(logging.INFO)
logger.propagate = False
logger.addHandler(logging.handlers.MemoryHandler(200, target=logging.NullHandler()))

for n in range(COUNT):
    for part in range(3):
        logger.info("request %d, part %d: %s", n, part, "." * 100 + str(n))
    time.sleep(0.001)
