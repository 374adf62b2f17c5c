"""Paths: the parts of an owner's path in words, `app.POOL.idle['eu'][*]`."""

import re
from typing import TypeGuard

from memprof.analysis.library import is_of_library

ITEM = "[*]"
"""How a path says: any element."""

_ITEM_OF_MOST = re.compile(r"\[\* of (\d+)\]")
"""Any element of what has a limit of so many."""

KEY = " key"
"""How a path says: a key of a dictionary, not its value."""

_CACHE = re.compile(r"\.<lru_cache(?: of ([^>]*))?>")
GARBAGE = "unreachable garbage"
_FROM_C = "held from C>"

_STEP = re.compile(
    r"\['.*?'\](?=$|[.\[: ])|\[\*[^\]]*\]|: .*?\(\)|\(\) default [^.\[:( ]+| local [^.\[: ]+"
    r"| key| value in use| function| globals|\.?<[^>]*>|\.\.\.|\.[^.\[:( ]+",
    re.DOTALL,
)
_IN_FRAME = re.compile(r": (?=[^\[:(]+\(\) local )")
"""How a path goes through a function that is suspended, or runs in another thread."""

_ATTRIBUTE = re.compile(r"\.[^._\[<(: ][^.\[:( ]*$")
_NAMED_KEY = re.compile(r"\['.*?'\]", re.DOTALL)
_LOCAL = re.compile(r"([^\[:(]+)\(\) local ([^.\[: ]+)")


def steps(path: str) -> tuple[str, ...]:
    """Return the steps of *path*, where it starts first; together they are the path again."""
    found, done = [], 0
    for match in _STEP.finditer(path):
        if match.start() > done:
            found.append(path[done : match.start()])
        found.append(match[0])
        done = match.end()
    return (*found, path[done:]) if done < len(path) else tuple(found)


def container(path: str | None) -> str | None:
    """Return what *path* goes through before its first element, None where it names none."""
    if not is_named(path):
        return None
    ends = [path.index(mark) for mark in (ITEM, KEY) if mark in path]
    ends += [match.start() for one in (_CACHE, _ITEM_OF_MOST) for match in one.finditer(path)]
    return path[: min(ends)] or None if ends else None


def takes_in(path: str | None) -> str | None:
    """
    Return the container on *path* that a program could bound, None where it names none.

    That is the first, unless it is the library's own, as are those of its
    objects: then the first in a function that is on the way, or the first
    attribute beyond that has a public name.
    """
    first = container(path)
    if path is None or first is None or not is_of_library(first):
        return first
    *_, inner = _IN_FRAME.split(path)
    if inner != path:
        return container(inner)
    rest = path[len(first) :]
    for match in re.finditer(r"\[\*|" + re.escape(KEY), rest):
        named = path[: len(first) + match.start()]
        if match.start() and _ATTRIBUTE.search(named):
            return named
    return None


def shape(path: str) -> str:
    """Return *path* with every key as any element: the same from run to run."""
    return _ITEM_OF_MOST.sub(ITEM, _NAMED_KEY.sub(ITEM, path))


def is_named(path: str | None) -> TypeGuard[str]:
    """Say whether there is a *path*, and it starts at something that a program could empty."""
    return not (not path or path.startswith(GARBAGE) or is_from_c(path))


def is_from_c(path: str) -> bool:
    """Say whether *path* starts at an object that only C code holds."""
    return path.startswith("<") and _FROM_C in path


def cached(path: str) -> tuple[str, str] | None:
    """
    Return the path to the first functools.lru_cache in *path*, and its function's last name.

    None where it leads through none; the name is as far as *path* says it.
    """
    match = _CACHE.search(path)
    if match is None:
        return None
    # Its name is said where it is not the one that it is reached by.
    before = path[: match.start()]
    return before, match[1] or before.rpartition(".")[2]


def limited(path: str) -> tuple[str, int] | None:
    """
    Return the path to a container with a limit, and the limit; None where *path* has none.

    Nor where one of many containers has it: of these there may be ever more.
    """
    match = _ITEM_OF_MOST.search(path)
    if match is None or container(path) != path[: match.start()]:
        return None
    return path[: match.start()], int(match[1])


def local(path: str) -> tuple[str, str] | None:
    """Return the running function and the local that *path* starts at, None where it does not."""
    match = _LOCAL.match(path)
    return (match[1], match[2]) if match else None


def last_name(path: str) -> str:
    """Return the last name in *path*, without what stands around it."""
    named = [one for one in steps(path) if not one.startswith("[*")]
    return named[-1].strip(".<>[]'() ").rpartition(" ")[2] if named else ""
