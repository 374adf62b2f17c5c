"""Facts about caches: each functools.lru_cache that was alive at the end."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cache:
    """
    One cache, by the function it is for.

    `module` is empty where it is not known; `file` is None, and `line` 0, for
    a function not written in Python.  `pins` says that each entry keeps an
    instance alive: the function is a method.  `maxsize` is None if there is
    no limit.
    """

    module: str
    name: str
    file: str | None
    line: int
    pins: bool
    maxsize: int | None
    size: int
    hits: int
    misses: int
