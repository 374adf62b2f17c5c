"""
Honest: two hundred places, and whoever comes takes one at random from somebody.

Some stay very long, but there are never more.

verdict: CLEAN, CHURN, SATURATING, INCONCLUSIVE
"""

import random
import sys
import time

COUNT = int((*sys.argv[1:], "1000")[0])
chance = random.Random(5)
PLACES: list[bytes] = [b""] * 200

for n in range(COUNT):
    for part in range(3):
        PLACES[chance.randrange(200)] = b"%08d" % (n + part) * 60
    time.sleep(0.001)
