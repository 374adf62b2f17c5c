"""
Entry: one suspect that a team knows of, in the words of a baseline.

It is named by its rule and by what holds it or where it is allocated, so that
neither lines, nor figures, nor where a checkout lies have a part in it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace

from memprof.analysis.fingerprints import LENGTH, of_owner, of_site
from memprof.analysis.paths import container, is_named
from memprof.analysis.places import Root, below
from memprof.analysis.suspect import Found, Suspect
from memprof.errors import BaselineUnreadable

_LARGEST = 1 << 62
_DIGITS = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True)
class Entry:
    """
    One known suspect: `key` names it, `count` and `bytes` are what it grew by.

    `sites` name the functions that allocate it, for runs that did not come to
    look who owns it.  The rest tells people what it is.  `count` is of objects
    or blocks; of several suspects with one key, and of several processes, both are
    the largest: small ones come and go from run to run, and so do workers.
    """

    key: str
    rule: str
    file: str
    function: str
    type: str
    owner: str
    sites: tuple[str, ...]
    count: int
    bytes: int


def key(row: Suspect, root: Root) -> str:
    """
    Return what names *row* in every checkout, on every machine, in every run.

    That is the container it hangs on, or where no owner is known the function
    that allocates it.  A suspect's own fingerprint says more, the path in the
    container and the type; but two runs in seventy differ in what they come to
    know of these.
    """
    rule = row.verdict.lower().replace(" ", "-")
    owner = row.held.owner
    if row.lost is not None:
        return f"{rule}:{row.fingerprint}"
    if not is_named(owner):
        return f"{rule}:{site(row, root)}"
    return f"{rule}:{of_owner(container(owner) or owner)}"


def site(row: Suspect, root: Root) -> str:
    """Return what names where *row* is allocated, whoever owns it."""
    kind = None if row.stack else row.type
    return of_site(row.stack, row.caller, kind, row.judged_on, root=root)


def of(row: Suspect, root: Root, name: str) -> Entry:
    """Return *row* as the entry of that *name*."""
    frame = row.caller or (row.stack[0] if row.stack else None)
    every: Sequence[Suspect | Found] = row.found_in or (row,)
    counts = [
        one.growth_blocks if one.growth_objects is None else one.growth_objects for one in every
    ]
    file = "" if frame is None else below(frame.file, root) or frame.file.rpartition("/")[2]
    return Entry(
        key=name,
        rule=row.verdict,
        file=file,
        function="" if frame is None else frame.function or "",
        type="" if row.type is None else f"{row.type.module}.{row.type.qualname}",
        owner=row.held.owner or "",
        sites=(site(row, root),),
        count=max(0, *(count or 0 for count in counts)),
        bytes=max(0, *(one.growth_bytes or 0 for one in every)),
    )


def larger(one: Entry, other: Entry) -> Entry:
    """Return the entry that allows what either has, told of as the first."""
    count, size = max(one.count, other.count), max(one.bytes, other.bytes)
    return replace(one, sites=_both(one, other), count=count, bytes=size)


def _both(one: Entry, other: Entry) -> tuple[str, ...]:
    """Return the sites of either, in order."""
    return tuple(sorted({*one.sites, *other.sites}))


def read(row: object, place: int) -> Entry:
    """Return the entry at *place* of a file, checked; raise BaselineUnreadable."""
    where = f"entry {place}"
    names = {field.name for field in fields(Entry)}
    if not isinstance(row, dict) or set(row) != names:
        message = f"{where} has not the keys {', '.join(sorted(names))}"
        raise BaselineUnreadable(message)
    rule, _, digits = text(row, "key", where).rpartition(":")
    if not rule or len(digits) != LENGTH or not set(digits) <= _DIGITS:
        message = f"{where}: key {row['key'][:40]!r} is none"
        raise BaselineUnreadable(message)
    sites = row["sites"]
    if not isinstance(sites, list) or not all(isinstance(one, str) for one in sites):
        message = f"{where} has no list of texts for sites"
        raise BaselineUnreadable(message)
    return Entry(
        key=row["key"],
        rule=text(row, "rule", where),
        file=text(row, "file", where),
        function=text(row, "function", where),
        type=text(row, "type", where),
        owner=text(row, "owner", where),
        sites=tuple(sorted(sites)),
        count=number(row, "count", where),
        bytes=number(row, "bytes", where),
    )


def text(row: Mapping[str, object], name: str, where: str) -> str:
    """Return the text that *row* has for *name*."""
    value = row.get(name)
    if not isinstance(value, str):
        message = f"{where} has no text for {name}"
        raise BaselineUnreadable(message)
    return value


def number(row: Mapping[str, object], name: str, where: str) -> int:
    """Return the number that *row* has for *name*."""
    value = row.get(name)
    if type(value) is not int or not 0 <= value < _LARGEST:
        message = f"{where} has no number for {name}"
        raise BaselineUnreadable(message)
    return value
