"""
Honest: a table of translations is filled until half time, and is then complete.

verdict: CLEAN, SATURATING, CHURN, INCONCLUSIVE
"""

import sys
import time

COUNT = int((*sys.argv[1:], "1200")[0])
WORDS = COUNT // 2
TRANSLATED: dict[int, str] = {}


def translate(number: int) -> str:
    """Return the translation of a word."""
    word = number % WORDS
    if word not in TRANSLATED:
        TRANSLATED[word] = f"word {word} " * 12
    return TRANSLATED[word]


for n in range(COUNT):
    translate(n)
    time.sleep(0.001)
