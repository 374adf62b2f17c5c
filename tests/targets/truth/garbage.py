"""Sixty objects in gc.garbage: thirty cycles of two that the target itself saves there."""

# ruff: noqa: T201

import gc


class Saved:
    """Half a cycle."""

    __slots__ = ("other",)

    other: "Saved"


gc.disable()
gc.collect()
for _ in range(30):
    one, two = Saved(), Saved()
    one.other, two.other = two, one
del one, two
gc.set_debug(gc.DEBUG_SAVEALL)
gc.collect()
gc.set_debug(0)
print(len(gc.garbage))
