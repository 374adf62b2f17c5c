"""
Facts made by hand: small ones for one question each, and one believable run.

`facts` fills in whatever a test does not care about.  Series are given whole,
one value per snapshot; the changes between snapshots are worked out here.
"""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from memprof.agent.wire import bucket, runs
from memprof.model.allocations import Allocations, Change, Frame
from memprof.model.caches import Cache
from memprof.model.cycles import Cycles
from memprof.model.facts import Facts
from memprof.model.generations import Generation, Generations
from memprof.model.history import Births, History
from memprof.model.objects import Objects, Type
from memprof.model.owners import Owned, OwnedSite, Owners
from memprof.model.pools import Pools, SizeClass
from memprof.model.refcounts import RefCounts
from memprof.model.run import Ending, Interpreter, Run, Settings
from memprof.model.snapshots import Snapshot

Figures = dict[int, tuple[int, int]]

SECOND_NS = 1_000_000_000
KIB, MIB = 1 << 10, 1 << 20

RUN = Run(
    path="/srv/app.py.41.memprof",
    target="app.py",
    pid=41,
    ppid=40,
    interpreter=Interpreter("3.12.1", "cpython", free_threaded=False, platform="linux"),
    settings=Settings("tracemalloc", "", 0, 1, None, cycles=False),
    started_unix_s=1_790_000_000.0,
    duration_ns=100 * SECOND_NS,
    ending=Ending(code=0, signal=None, reason="exit", oom_kills=0),
    complete=True,
    damaged_records=0,
    lost_records=0,
    overhead_ns=SECOND_NS,
    events=(),
    skips=(),
    agent_errors=(),
)

SNAPSHOT = Snapshot(
    number=0,
    at_ns=0,
    name=None,
    reason="time",
    cost_ns=1_000_000,
    cpu_ns=None,
    live_bytes=0,
    live_blocks=0,
    peak_bytes=0,
    own_bytes=4096,
    tracing_bytes=1 * MIB,
    allocated_blocks=20_000,
    native_used_bytes=6 * MIB,
    native_held_bytes=1 * MIB,
    native_python_bytes=None,
    rss_bytes=30 * MIB,
    rss_peak_bytes=31 * MIB,
    file_bytes=8 * MIB,
    threads=1,
)


def frame(line: int, file: str = "/srv/app.py", function: str | None = "handle") -> Frame:
    """Return a line of the target."""
    return Frame(file, line, function)


def stacks(number: int) -> tuple[tuple[Frame, ...], ...]:
    """Return *number* sites of one frame each, at lines 1, 2, ..."""
    return tuple((frame(line),) for line in range(1, number + 1))


def pools(used: int = 4 * MIB, idle: int = 1 * MIB) -> Pools:
    """Return pymalloc with two size classes."""
    classes = (SizeClass(64, 10, 2_000, 500), SizeClass(512, 4, 100, 24))
    return Pools(classes, 5, 6, MIB, used, idle)


def generation(number: int = 0, pauses_ns: Sequence[int] = (), **changes: Any) -> Generation:  # noqa: ANN401
    """Return one interval of a generation with these pauses."""
    histogram: dict[int, int] = {}
    for pause_ns in pauses_ns:
        histogram[bucket(pause_ns)] = histogram.get(bucket(pause_ns), 0) + 1
    made = Generation(
        generation=number,
        threshold=700,
        count=5,
        collections=len(pauses_ns),
        collected=0,
        uncollectable=0,
        manual=0,
        pause_total_ns=sum(pauses_ns),
        pause_max_ns=max(pauses_ns, default=0),
        pauses=histogram,
    )
    return replace(made, **changes)


def changes(*series: Sequence[Sequence[int]]) -> tuple[tuple[Change, ...], ...]:
    """
    Return what each snapshot changed, as a capture would say it.

    Each of *series* is a column: for each id, its value at each snapshot.
    """
    before = [(0,) * len(series)] * len(series[0])
    found = []
    for snapshot in range(len(series[0][0]) if series[0] else 0):
        now = [tuple(column[i][snapshot] for column in series) for i in range(len(before))]
        ids = [i for i in range(len(now)) if now[i] != before[i]]
        values = [array("q", [now[i][place] for i in ids]) for place in range(len(series))]
        found.append((Change(tuple(runs(ids)), tuple(values)),) if ids else ())
        before = now
    return tuple(found)


def history(
    peak: Figures | None = None,
    traffic: Figures | None = None,
    collected: Figures | None = None,
    births: dict[int, tuple[int, ...]] | None = None,
) -> History:
    """
    Return a closer look; each value is of a site, *births* by epochs of a second.

    A figure is (bytes, blocks).
    """

    def changes(rows: Mapping[int, tuple[int, ...]]) -> tuple[Change, ...]:
        ids = sorted(rows)
        columns = zip(*(rows[one] for one in ids), strict=True)
        return (Change(tuple(runs(ids)), tuple(array("q", column) for column in columns)),)

    epochs = len(next(iter(births.values()))) if births else 0
    return History(
        peak=changes(peak) if peak else None,
        traffic=changes(traffic) if traffic else None,
        collected=changes(collected) if collected else None,
        births=Births(tuple(range(0, epochs * SECOND_NS, SECOND_NS)), changes(births))
        if births
        else None,
    )


def snapshots(
    number: int,
    every_s: float = 1.0,
    live: Sequence[int] | None = None,
    **same: Any,  # noqa: ANN401
) -> tuple[Snapshot, ...]:
    """Return *number* snapshots: `start`, by time, `exit`; *live* is bytes at each."""
    found = []
    for index in range(number):
        reason = "start" if index == 0 else "exit" if index == number - 1 else "time"
        size = live[index] if live is not None else 0
        made = replace(
            SNAPSHOT,
            number=index,
            at_ns=int(index * every_s * SECOND_NS),
            reason=reason,
            live_bytes=size,
            peak_bytes=size,
        )
        found.append(replace(made, **same))
    return tuple(found)


def facts(
    sizes: Sequence[Sequence[int]] = (),
    blocks: Sequence[Sequence[int]] | None = None,
    counts: Sequence[Sequence[int]] = (),
    number: int = 0,
    **given: Any,  # noqa: ANN401  (whatever the fields hold)
) -> Facts:
    """
    Return facts of *number* snapshots, a second apart.

    *sizes* and *blocks* (by default a block per 100 bytes) are a series per
    allocation site, *counts* a series per type.  What is *given* replaces
    fields of the facts.
    """
    number = (
        number
        or len(given.get("snapshots", ()))
        or max((len(one) for one in [*sizes, *counts]), default=0)
    )
    if blocks is None:
        blocks = [[size // 100 for size in one] for one in sizes]
    live = [sum(column) for column in zip(*sizes, strict=True)] if sizes else None
    types = tuple(Type("app", f"Type{index}") for index in range(len(counts)))
    made = Facts(
        run=replace(RUN, duration_ns=max(number - 1, 1) * SECOND_NS),
        snapshots=snapshots(number, live=live),
        resident=(),
        allocations=Allocations(
            sites=stacks(len(sizes)),
            changes=changes(sizes, blocks) if sizes else ((),) * number,
        ),
        history=(None,) * number,
        objects=Objects(
            types=types,
            changes=changes(counts) if counts else ((),) * number,
            untracked=(None,) * number,
            shallow_bytes={},
        ),
        generations=Generations(((),) * number, (), ()),
        cycles=Cycles((), {}),
        pools=(None,) * number,
        refcounts=RefCounts((None,) * number, (), {}),
        running=({},) * number,
    )
    return replace(made, **given)


def owned(given: Facts, *owners: tuple[str, int], garbage: int = 0, total: int = 1000) -> Facts:
    """Return *given* where site 0's objects, so many *total* and of type 0, are held so."""
    return replace(given, owners=held({0: Owned(total, 3, garbage, owners)}))


def held(by_site: dict[int, Owned], *, complete: bool = True) -> Owners:
    """Return owners of the objects of sites, and of the types of the same numbers."""
    sites = {number: OwnedSite(one, ((0, one.total),)) for number, one in by_site.items()}
    return Owners(complete=complete, types=by_site, sites=sites)


def caching(given: Facts, maxsize: int | None) -> Facts:
    """Return *given* with a cache of `app.load`, which has 1,000 entries."""
    cache = Cache(
        module="app",
        name="load",
        file="/srv/app.py",
        line=1,
        pins=False,
        maxsize=maxsize,
        size=1000,
        hits=0,
        misses=1000,
    )
    return replace(given, caches=(cache,))
