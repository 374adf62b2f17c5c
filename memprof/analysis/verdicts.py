"""Verdicts: the words, and which of them speaks for a run."""

from collections.abc import Iterable

LEAK = "LEAK"
UNBOUNDED_CACHE = "UNBOUNDED CACHE"
CYCLIC_DEBT = "CYCLIC DEBT"
THREADS = "THREADS"
DESCRIPTORS = "DESCRIPTORS"
NATIVE_GROWTH = "NATIVE GROWTH"
FRAGMENTATION = "FRAGMENTATION"
SATURATING = "SATURATING"
CACHE = "CACHE"
INCONCLUSIVE = "INCONCLUSIVE"
CLEAN = "CLEAN"

ACCUSING = (LEAK, UNBOUNDED_CACHE, CYCLIC_DEBT, THREADS, DESCRIPTORS, NATIVE_GROWTH)
"""Words that say a program keeps what it should not."""


def of_run(words: Iterable[str], *, sure: bool, saturating: bool, fragmented: bool) -> str:
    """
    Return the run's verdict, from the *words* of its suspects, the surest first.

    Where it is not *sure* that all was seen there is never an all-clear.
    """
    for word in words:
        return word
    if not sure:
        return INCONCLUSIVE
    if fragmented:
        return FRAGMENTATION
    return SATURATING if saturating else CLEAN
