"""Facts about cyclic garbage: what stays in gc.garbage, what cycles were made of."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CyclePass:
    """
    One `--cycles` pass: the unreachable objects it found.

    `rows` is (type id, site id or None, objects).
    """

    at_ns: int
    objects: int
    rows: tuple[tuple[int, int | None, int], ...]


@dataclass(frozen=True, slots=True)
class Cycles:
    """`garbage` is type id to objects in gc.garbage at the last snapshot."""

    passes: tuple[CyclePass, ...]
    garbage: dict[int, int]
