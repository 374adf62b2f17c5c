"""
A leak: compiled patterns are kept by their text, which has a name in it each time.

verdict: UNBOUNDED CACHE, LEAK
site: re/_compiler.py, re/_parser.py
type: re.Pattern, Pattern
owner: PATTERNS
"""

import re
import sys
import time

COUNT = int((*sys.argv[1:], "1000")[0])
PATTERNS: dict[str, re.Pattern[str]] = {}


def matches(name: str, text: str) -> bool:
    """Tell whether *text* speaks of *name*."""
    if name not in PATTERNS:
        PATTERNS[name] = re.compile(rf"\b{name}\b")  # leak
    return PATTERNS[name].search(text) is not None


for n in range(COUNT):
    matches(f"name{n}", "whose name is it")  # leak
    time.sleep(0.001)
