"""Graphs of objects to find garbage in, and what the collector says of them."""

import gc
import weakref
from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

Graph = tuple[list[int], list[tuple[int, int]], set[int], set[int]]
"""Kinds of the objects, who refers to whom, who is kept, who is frozen first."""

finalized: list[str] = []
called: list[object] = []


class Plain:
    """Attributes without a dictionary, as far as this Python has that."""


class Slotted:
    """No dictionary at all."""

    __slots__ = ("__weakref__", "held", "more")


class Final:
    """Tells when it is finalized."""

    def __del__(self) -> None:
        """Say so."""
        finalized.append("final")


class Listed(list):  # type: ignore[type-arg]
    """A list with attributes."""


def closure() -> Callable[[], object]:
    """Return a function with a variable of its own."""
    held: list[object] = []
    return lambda: held


def with_dictionary() -> Plain:
    """Return an instance whose dictionary has been asked for."""
    made = Plain()
    made.__dict__["first"] = None
    return made


def new_class() -> type:
    """Return a class of its own, which is a cycle by itself."""
    return type("New", (), {})


def error() -> Exception:
    """Return an exception that was raised, with the frame it was raised in."""
    try:
        raise ValueError  # noqa: TRY301
    except ValueError as found:
        return found


MAKERS: list[Callable[[], Any]] = [
    list, dict, Plain, with_dictionary, Slotted, Final, deque, closure, new_class, error, Listed,
]  # fmt: skip
LATE = ["tuple", "partial", "weakref", "watched", "method"]
KINDS = len(MAKERS) + len(LATE)


def link(holder: Any, held: object, number: int) -> None:  # noqa: ANN401  (of any kind)
    """Let *holder* refer to *held*."""
    if isinstance(holder, list | deque):
        holder.append(held)
    elif isinstance(holder, dict):
        holder[number] = held
    elif isinstance(holder, Slotted):
        setattr(holder, ("held", "more")[number % 2], held)
    elif getattr(holder, "__closure__", None):
        holder.__closure__[0].cell_contents.append(held)
    else:
        setattr(holder, f"attribute_{number % 9}", held)


def late(kind: str, held: list[Any]) -> object:
    """Return an object that refers to *held* from its first moment on."""
    if kind == "tuple":
        return tuple(held)
    if kind == "partial":
        return partial(print, *held)
    if kind == "method":
        return getattr(held[0], "append", None) if held else None
    target = next((one for one in held if isinstance(one, Plain | Slotted | Final)), None)
    if target is None:
        return [held]
    return weakref.ref(target, called.append) if kind == "watched" else weakref.ref(target)


def holding(kept: list[Any]) -> Iterator[None]:
    """Hold what is kept in a variable of a generator that does not end."""
    yield
    kept.clear()


def grow(graph: Graph) -> list[Any]:
    """Make *graph* and return what holds those of it that are kept."""
    kinds, edges, kept, frozen = graph
    made: list[Any] = []
    for number, kind in enumerate(kinds):
        if kind < len(MAKERS):
            made.append(MAKERS[kind]())
        else:
            targets = [made[to] for start, to in edges if start == number and to < number]
            made.append(late(LATE[kind - len(MAKERS)], targets))
        if number in frozen:
            gc.freeze()
    for number, (start, to) in enumerate(edges):
        if max(start, to) < len(made) and kinds[start] < len(MAKERS):
            link(made[start], made[to], number)
    holders: list[Any] = [deque(), holding([made[one] for one in kept if one % 2]), {}]
    next(holders[1])
    holders[0].extend(made[one] for one in kept if one % 2 == 0)
    return holders


def saved() -> set[int]:
    """Collect, keeping what is found; return its ids, and let it go."""
    gc.set_debug(gc.DEBUG_SAVEALL)
    gc.collect()
    gc.set_debug(0)
    found = set(map(id, gc.garbage))
    gc.garbage.clear()
    return found
