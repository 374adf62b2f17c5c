"""
Baseline: the suspects a team knows of and lives with for now.

What is new fails; what is known may not grow past its value and the tolerance;
what is gone is fixed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from memprof.analysis.findings import Findings
from memprof.analysis.paths import is_named
from memprof.analysis.places import Root
from memprof.analysis.run import RunSummary, python
from memprof.analysis.suspect import Suspect
from memprof.errors import BaselineUnreadable
from memprof.gate import entry as entries_of
from memprof.gate.budget import STATS
from memprof.gate.entry import Entry, key, larger, number, of, site, text
from memprof.gate.figures import Gap
from memprof.gate.limit import Tolerance

FORMAT = "memprof-baseline/1"
MOST_ENTRIES = 10_000

Tolerances = Mapping[str, Tolerance]


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


def named(row: Suspect, root: Root, baseline: Baseline | None) -> str:
    """
    Return the key of *row*, or that of the entry of *baseline* that it most likely is.

    Owners are asked for at the end of a run, as long as there is time; where
    one of the two does not know its owner, the function that allocates decides.
    """
    name = key(row, root)
    entries = baseline.entries if baseline is not None else ()
    if any(entry.key == name for entry in entries):
        return name
    here, owned = site(row, root), is_named(row.held.owner)
    alike = [e.key for e in entries if here in e.sites and not (owned and is_named(e.owner))]
    return min(alike, default=name)


def build(every: Sequence[Findings], root: Root) -> Baseline:
    """Return the baseline of *every* capture, which must be of one Python and platform."""
    made: dict[str, Entry] = {}
    for findings in every:
        for name, entry in _entries(findings, root).items():
            known = made.get(name)
            made[name] = entry if known is None else larger(known, entry)
    run = every[0].run
    return Baseline(
        python=python(run.interpreter),
        platform=run.interpreter.platform,
        depth=run.settings.depth,
        blocks=run.settings.engine != "off",
        entries=tuple(made[name] for name in sorted(made)),
    )


def document(baseline: Baseline) -> dict[str, object]:
    """Return *baseline* as the object its file holds."""
    return {
        "format": FORMAT,
        **asdict(baseline),
        "entries": [{**asdict(one), "sites": list(one.sites)} for one in baseline.entries],
    }


def read(found: object) -> Baseline:
    """Return the baseline that the object *found* is; raise BaselineUnreadable where it is none."""
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        message = f"its format is not {FORMAT}"
        raise BaselineUnreadable(message)
    rows = found.get("entries")
    if not isinstance(rows, list) or len(rows) > MOST_ENTRIES:
        message = f"its entries are not a list of at most {MOST_ENTRIES:,}"
        raise BaselineUnreadable(message)
    entries = [entries_of.read(row, count) for count, row in enumerate(rows, start=1)]
    if len({entry.key for entry in entries}) < len(entries):
        message = "two of its entries have one key"
        raise BaselineUnreadable(message)
    return Baseline(
        python=text(found, "python", "it"),
        platform=text(found, "platform", "it"),
        depth=number(found, "depth", "it"),
        blocks=_flag(found, "blocks"),
        entries=tuple(sorted(entries, key=lambda entry: entry.key)),
    )


def gap(baseline: Baseline, run: RunSummary) -> Gap | None:
    """Return why *baseline* says nothing of *run*, None where it does."""
    pairs = {
        "other-python": (baseline.python, python(run.interpreter)),
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
    for name, entry in sorted(_entries(findings, root, baseline).items()):
        change = _change(entry, known.get(name), tolerances)
        agreed += change is None
        found += [] if change is None else [change]
    return tuple(found), agreed


def fixed(baseline: Baseline, every: Sequence[Findings], root: Root) -> tuple[Entry, ...]:
    """Return the entries of *baseline* that *every* capture is without."""
    here = {name for findings in every for name in _entries(findings, root, baseline)}
    # A suspect that is suppressed is still there.
    here |= {
        named(row, root, baseline)
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


def _entries(findings: Findings, root: Root, baseline: Baseline | None = None) -> dict[str, Entry]:
    """Return the suspects of *findings* by key, those of one key as one."""
    found: dict[str, Entry] = {}
    for row in findings.suspects.rows:
        entry = of(row, root, named(row, root, baseline))
        known = found.get(entry.key)
        found[entry.key] = entry if known is None else larger(known, entry)
    return found


def _flag(row: Mapping[str, object], name: str) -> bool:
    """Return whether *row* says yes to *name*."""
    value = row.get(name)
    if not isinstance(value, bool):
        message = f"its {name} is neither true nor false"
        raise BaselineUnreadable(message)
    return value
