"""
200 cycles of three objects, each with one finalizer and one watched weakly.

Freed by one gc.collect(), which returns 600: finalizers run 200 times, weak
references are cleared 200 times.  After that the flags, gc.garbage and
whether the collector is on are printed.
"""

# ruff: noqa: T201

import gc
import weakref

CYCLES = 200


class Ring:
    """A member of a ring."""

    __slots__ = ("__weakref__", "next")

    next: "Ring"


class Finalized(Ring):
    """A member that counts how often it is finalized."""

    __slots__ = ()

    def __del__(self) -> None:
        """Count."""
        finalized.append(id(self))


finalized: list[int] = []
cleared: list[object] = []
watched = []
gc.disable()
gc.collect()
for _ in range(CYCLES):
    first = Finalized()  # site: finalized
    second = Ring()  # site: ring
    third = Ring()  # site: ring_too
    first.next, second.next, third.next = second, third, first
    watched.append(weakref.ref(second, cleared.append))
del first, second, third
print(gc.collect())
print(len(finalized), len(set(finalized)), len(cleared), sum(ref() is not None for ref in watched))
print(gc.garbage, gc.get_debug(), gc.isenabled(), gc.collect())
