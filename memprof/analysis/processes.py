"""
Processes: the tree of those that a run was made of, and what all of them weighed.

Parents stand before their children.  Resident memory is never summed, for it
counts what processes share in each; PSS divides that among them, and adds up.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from memprof.analysis.member import Key, Member
from memprof.analysis.merged import Advices
from memprof.analysis.shares import SharedTable
from memprof.analysis.suspects import SuspectTable
from memprof.model.tree import Counted

EXEC = "exec"


@dataclass(frozen=True, slots=True)
class ProcessRow:
    """
    One process, `depth` generations below the root, with the `suspects` found in it.

    That is None where nobody can tell.
    """

    member: Member
    depth: int
    suspects: int | None


@dataclass(frozen=True, slots=True)
class Together:
    """
    What `processes` processes weighed together at `at_ns`, the moment they weighed most.

    At the least, where it is not `exact`: of some only what they did not share is
    known, or nothing.
    """

    at_ns: int
    size_bytes: int
    processes: int
    exact: bool


@dataclass(frozen=True, slots=True)
class ProcessTable:
    """
    Every process of the tree, the root first, and what is summed over them.

    `more` are those of which there is only a count, None where there are none.
    `together` is None where nobody looked.  `advice` is what to try about the
    suspects of the tree, by rank.
    """

    rows: tuple[ProcessRow, ...]
    more: Counted | None
    together: Together | None
    sites: SharedTable
    advice: Advices

    @property
    def number(self) -> int:
        """Return how many processes there were, as far as anybody knows."""
        return len(self.rows) + (0 if self.more is None else self.more.count)


def ordered(members: Sequence[Member]) -> list[tuple[Member, int]]:
    """
    Return *members* with their depths, each after its parent, siblings as they began.

    A parent is the latest process of that number which began before; after an exec
    that is the process itself.  Who has none that we know is a child of the root.
    """
    root, *rest = sorted(members, key=lambda one: (not one.is_root, one.who.clock_ns, one.who.pid))
    latest, children = {root.who.pid: root.key}, dict[Key, list[Member]]()
    for one in rest:
        own, parent = latest.get(one.who.pid), None
        if one.who.ppid is not None:
            parent = latest.get(one.who.ppid)
        above = own if own is not None and one.who.role == EXEC else parent
        children.setdefault(above or root.key, []).append(one)
        latest[one.who.pid] = one.key
    found, waiting = [], [(root, 0)]
    while waiting:
        one, depth = waiting.pop()
        found.append((one, depth))
        waiting += [(child, depth + 1) for child in reversed(children.pop(one.key, []))]
    return found


def rows(members: Sequence[Member], suspects: SuspectTable) -> tuple[ProcessRow, ...]:
    """Return the row of each of *members*, in the order of the tree."""
    found: dict[Key, int] = {}
    for row in suspects.rows:
        for key in {one.key for one in row.found_in}:
            found[key] = found.get(key, 0) + 1
    return tuple(
        ProcessRow(one, depth, found.get(one.key, 0 if one.judged else None))
        for one, depth in ordered(members)
    )


def counted(more: Sequence[Counted]) -> Counted | None:
    """Return all counts as one, None where nothing was counted."""
    if not more:
        return None
    live = [one.live_bytes for one in more if one.live_bytes is not None]
    peaks = [one.rss_peak_bytes for one in more if one.rss_peak_bytes is not None]
    return Counted(
        count=sum(one.count for one in more),
        ended_0=sum(one.ended_0 for one in more),
        unfollowed=sum(one.unfollowed for one in more),
        live_bytes=sum(live) if live else None,
        rss_peak_bytes=max(peaks, default=None),
    )


def together(members: Sequence[Member], *, whole: bool = True) -> Together | None:
    """
    Return what those of *members* that were alive at once weighed, when that was most.

    It is no more than a least where *whole* is not said: there were others.  Of
    moments at which somebody lived whom nobody ever weighed nothing is said.
    """
    began_ns = next(one.who.clock_ns for one in members if one.is_root)
    weight: dict[Key, int] = {}
    vague: set[Key] = set()
    blind = {one.key for one in members if not one.weight.looks and not one.who.brief}
    best: Together | None = None
    for clock_ns, ended, key, size_bytes, exact in sorted(_events(members)):
        vague.discard(key)
        if ended:
            del weight[key]
            continue
        weight[key] = size_bytes
        if not exact:
            vague.add(key)
        total = 0 if not blind.isdisjoint(weight) else sum(weight.values())
        if total > (0 if best is None else best.size_bytes):
            best = Together(
                max(clock_ns - began_ns, 0), total, len(weight), exact=whole and not vague
            )
    return best


def _events(members: Iterable[Member]) -> list[tuple[int, bool, Key, int, bool]]:
    """Return each beginning, look and end: (clock, whether it ended, process, bytes, exact)."""
    found = []
    for one in members:
        looks, clock_ns = one.weight.looks, one.who.clock_ns
        if one.run is None:
            continue
        found.append((clock_ns, False, one.key, 0, False))
        found += [(at, False, one.key, size, one.weight.exact) for at, size in looks]
        last = max([one.last_clock_ns, *(at for at, _ in looks)])
        found.append((last, True, one.key, 0, False))
    return found
