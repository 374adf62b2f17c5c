"""
Known collections: 321 cycles of two objects, and 3, 2 and 1 manual collections.

The collector is off while the cycles are made, so the first full collection
frees all 642 objects; what each gc.collect() returns is printed.  Argument
`on` or `off`: whether the collector is on while the manual ones run.
"""

# ruff: noqa: T201

import gc
import sys

CYCLES = 321


class Node:
    """One half of a cycle."""

    __slots__ = ("__weakref__", "other")

    other: "Node"


gc.disable()
gc.collect()
for _ in range(CYCLES):
    one = Node()
    two = Node()
    one.other, two.other = two, one
del one, two
print(gc.collect())
if sys.argv[1] == "on":
    gc.enable()
print(gc.collect(0), gc.collect(0), gc.collect(0), gc.collect(1), gc.collect(1))
print(gc.isenabled(), gc.get_debug(), len(gc.garbage), gc.callbacks[:0])
gc.enable()
