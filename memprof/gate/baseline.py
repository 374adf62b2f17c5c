"""
Baseline: the suspects a team knows of and lives with for now.

Each is named by its rule and its fingerprint, so that neither lines, nor
figures, nor where a checkout lies have a part in it.  What is new fails; what
is known may not grow past its value and the tolerance; what is gone is fixed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields

from memprof.analysis.findings import Findings
from memprof.analysis.fingerprints import LENGTH, fingerprint
from memprof.analysis.places import Root, below
from memprof.analysis.run import RunSummary
from memprof.analysis.suspect import Suspect
from memprof.errors import BaselineUnreadable
from memprof.gate.budget import STATS
from memprof.gate.figures import Gap
from memprof.gate.limit import Tolerance

FORMAT = "memprof-baseline/1"
MOST_ENTRIES = 10_000
_LARGEST = 1 << 62
_DIGITS = frozenset("0123456789abcdef")

Tolerances = Mapping[str, Tolerance]


@dataclass(frozen=True, slots=True)
class Entry:
    """
    One known suspect: `key` names it, `count` and `bytes` are what it grew by.

    The rest tells people what it is.  `count` is of objects or blocks; of
    several suspects with one key it is the sum.
    """

    key: str
    rule: str
    file: str
    function: str
    type: str
    owner: str
    count: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Baseline:
    """
    The known suspects in order of their keys, and what they are true for.

    That is Python's `X.Y`, the platform, the frames kept of each allocation,
    and whether blocks were followed.
    """

    python: str
    platform: str
    depth: int
    blocks: bool
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A key that is new, `known` None, or whose `stat` passed the `most` it may be."""

    key: str
    now: Entry
    known: Entry | None
    stat: str = ""
    most: float = 0.0


def key(row: Suspect, root: Root) -> str:
    """Return what names *row* in every checkout, on every machine, in every run."""
    rule = row.verdict.lower().replace(" ", "-")
    owner = row.held.owner
    name = fingerprint(owner, row.stack, row.caller, row.type, row.judged_on, root=root)
    return f"{rule}:{name}"


def build(every: Sequence[Findings], root: Root) -> Baseline:
    """Return the baseline of *every* capture, which must be of one Python and platform."""
    made: dict[str, Entry] = {}
    for findings in every:
        for name, entry in _entries(findings, root).items():
            known = made.get(name)
            made[name] = entry if known is None else _larger(known, entry)
    run = every[0].run
    return Baseline(
        python=_python(run),
        platform=run.interpreter.platform,
        depth=run.settings.depth,
        blocks=run.settings.engine != "off",
        entries=tuple(made[name] for name in sorted(made)),
    )


def document(baseline: Baseline) -> dict[str, object]:
    """Return *baseline* as the object its file holds."""
    return {"format": FORMAT, **asdict(baseline), "entries": [asdict(e) for e in baseline.entries]}


def read(found: object) -> Baseline:
    """Return the baseline that the object *found* is; raise BaselineUnreadable where it is none."""
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        message = f"its format is not {FORMAT}"
        raise BaselineUnreadable(message)
    rows = found.get("entries")
    if not isinstance(rows, list) or len(rows) > MOST_ENTRIES:
        message = f"its entries are not a list of at most {MOST_ENTRIES:,}"
        raise BaselineUnreadable(message)
    entries = [_entry(row, count) for count, row in enumerate(rows, start=1)]
    if len({entry.key for entry in entries}) < len(entries):
        message = "two of its entries have one key"
        raise BaselineUnreadable(message)
    return Baseline(
        python=_text(found, "python", "it"),
        platform=_text(found, "platform", "it"),
        depth=_count(found, "depth", "it"),
        blocks=_flag(found, "blocks"),
        entries=tuple(sorted(entries, key=lambda entry: entry.key)),
    )


def gap(baseline: Baseline, run: RunSummary) -> Gap | None:
    """Return why *baseline* says nothing of *run*, None where it does."""
    pairs = {
        "other-python": (baseline.python, _python(run)),
        "other-platform": (baseline.platform, run.interpreter.platform),
        "other-depth": (baseline.depth, run.settings.depth),
        "other-blocks": (baseline.blocks, run.settings.engine != "off"),
    }
    for kind, (then, now) in pairs.items():
        if then != now:
            return Gap(kind, (str(then), str(now)))
    return None


def changes(
    baseline: Baseline, findings: Findings, root: Root, tolerances: Tolerances
) -> tuple[tuple[Change, ...], int]:
    """Return what of *findings* is new or grew past *baseline*, and how many are known."""
    known = {entry.key: entry for entry in baseline.entries}
    found, agreed = [], 0
    for name, entry in sorted(_entries(findings, root).items()):
        change = _change(entry, known.get(name), tolerances)
        agreed += change is None
        found += [] if change is None else [change]
    return tuple(found), agreed


def fixed(baseline: Baseline, every: Sequence[Findings], root: Root) -> tuple[Entry, ...]:
    """Return the entries of *baseline* that *every* capture is without."""
    here = {name for findings in every for name in _entries(findings, root)}
    # A suspect that is suppressed is still there.
    here |= {
        key(row, root)
        for findings in every
        for used in findings.suspects.applied.used
        for row in used.suspects
    }
    return tuple(entry for entry in baseline.entries if entry.key not in here)


def _change(now: Entry, known: Entry | None, tolerances: Tolerances) -> Change | None:
    """Return how *now* breaks with what is *known*, counts first; None where it does not."""
    if known is None:
        return Change(now.key, now, None)
    for stat in STATS:
        most = tolerances[stat].most(getattr(known, stat))
        if getattr(now, stat) > most:
            return Change(now.key, now, known, stat, most)
    return None


def _entries(findings: Findings, root: Root) -> dict[str, Entry]:
    """Return the suspects of *findings* by key, those of one key as one."""
    found: dict[str, Entry] = {}
    for row in findings.suspects.rows:
        entry = _of(row, root)
        known = found.get(entry.key)
        found[entry.key] = entry if known is None else _sum(known, entry)
    return found


def _of(row: Suspect, root: Root) -> Entry:
    """Return *row* as an entry."""
    frame = row.caller or (row.stack[0] if row.stack else None)
    count = row.growth_objects if row.growth_objects is not None else row.growth_blocks
    file = "" if frame is None else below(frame.file, root) or frame.file.rpartition("/")[2]
    return Entry(
        key=key(row, root),
        rule=row.verdict,
        file=file,
        function="" if frame is None else frame.function or "",
        type="" if row.type is None else f"{row.type.module}.{row.type.qualname}",
        owner=row.held.owner or "",
        count=max(count or 0, 0),
        bytes=max(row.growth_bytes or 0, 0),
    )


def _sum(first: Entry, other: Entry) -> Entry:
    """Return two suspects with one key as one, told of as the first."""
    return Entry(
        **{
            **asdict(first),
            "count": first.count + other.count,
            "bytes": first.bytes + other.bytes,
        }
    )


def _larger(one: Entry, other: Entry) -> Entry:
    """Return the entry that allows what both captures had."""
    count, size = max(one.count, other.count), max(one.bytes, other.bytes)
    return Entry(**{**asdict(one), "count": count, "bytes": size})


def _python(run: RunSummary) -> str:
    """Return the minor version of the Python of *run*, free-threaded or not."""
    numbers = ".".join(run.interpreter.version.split(".")[:2])
    return f"{numbers}t" if run.interpreter.free_threaded else numbers


def _entry(row: object, number: int) -> Entry:
    """Return entry *number* of a file, checked."""
    where = f"entry {number}"
    names = {field.name for field in fields(Entry)}
    if not isinstance(row, dict) or set(row) != names:
        message = f"{where} has not the keys {', '.join(sorted(names))}"
        raise BaselineUnreadable(message)
    rule, _, digits = _text(row, "key", where).rpartition(":")
    if not rule or len(digits) != LENGTH or not set(digits) <= _DIGITS:
        message = f"{where}: key {row['key'][:40]!r} is none"
        raise BaselineUnreadable(message)
    texts = {name: _text(row, name, where) for name in names - set(STATS)}
    return Entry(**texts, **{name: _count(row, name, where) for name in STATS})  # type: ignore[arg-type]


def _text(row: Mapping[str, object], name: str, where: str) -> str:
    """Return the text that *row* has for *name*."""
    value = row.get(name)
    if not isinstance(value, str):
        message = f"{where} has no text for {name}"
        raise BaselineUnreadable(message)
    return value


def _count(row: Mapping[str, object], name: str, where: str) -> int:
    """Return the number that *row* has for *name*."""
    value = row.get(name)
    if type(value) is not int or not 0 <= value < _LARGEST:
        message = f"{where} has no number for {name}"
        raise BaselineUnreadable(message)
    return value


def _flag(row: Mapping[str, object], name: str) -> bool:
    """Return whether *row* says yes to *name*."""
    value = row.get(name)
    if not isinstance(value, bool):
        message = f"its {name} is neither true nor false"
        raise BaselineUnreadable(message)
    return value
