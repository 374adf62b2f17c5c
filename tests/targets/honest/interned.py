"""
Honest: words are interned, and there are only three hundred of them.

verdict: CLEAN, SATURATING, CHURN, INCONCLUSIVE
"""

import sys
import time

COUNT = int((*sys.argv[1:], "1000")[0])

for n in range(COUNT):
    text = " ".join(f"word{(n * 7 + part) % 300}" for part in range(12))
    words = [sys.intern(word) for word in text.split()]
    assert len(words) == 12
    time.sleep(0.001)
