"""
Honest: a dictionary as a cache of two hundred possible answers, asked at random.

It fills ever more slowly and is never quite full.

verdict: SATURATING, CLEAN, CHURN, INCONCLUSIVE
"""

import random
import sys
import time

COUNT = int((*sys.argv[1:], "1200")[0])
ANSWERS: dict[int, str] = {}
chance = random.Random(11)

for _ in range(COUNT):
    question = chance.randrange(200)
    if question not in ANSWERS:
        ANSWERS[question] = f"answer {question} " * 20
    time.sleep(0.001)
