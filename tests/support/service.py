"""
A believable run: a small web service that keeps every session it ever opened.

Two minutes, thirty-one snapshots, four allocation sites: sessions that are
never dropped, a cache that fills up and stops, request buffers that come and
go, and a table built at the start.
"""

from dataclasses import replace

from memprof.model.allocations import Allocations, Frame
from memprof.model.cycles import Cycles
from memprof.model.facts import Facts
from memprof.model.generations import Collection, Generation, Generations, GenerationStats
from memprof.model.objects import Objects, Type
from memprof.model.pools import Pools, SizeClass
from memprof.model.process import Resident
from memprof.model.refcounts import RefCounts, SampledObject
from memprof.model.run import Event, Run, Skip
from memprof.model.snapshots import Snapshot
from support.facts import KIB, MIB, RUN, SECOND_NS, SNAPSHOT, changes, generation

NUMBER = 31
_EVERY_S = 4
_MOMENTS = range(NUMBER)

_SESSIONS = [0] + [140 * n for n in _MOMENTS[1:]]
_CACHE = [min(80 * n, 512) for n in _MOMENTS]
_BUFFERS = [(7 * n) % 5 for n in _MOMENTS]

_SITES = (
    (Frame("/srv/shop/sessions.py", 41, "SessionStore.open"),),
    (Frame("/srv/shop/catalogue.py", 118, "cached_price"),),
    (Frame("/srv/shop/http.py", 77, "read_body"),),
    (Frame("/srv/shop/catalogue.py", 12, "<module>"),),
)
_SIZES = [
    [656 * count for count in _SESSIONS],
    [312 * count for count in _CACHE],
    [64 * KIB * count for count in _BUFFERS],
    [0] + [180 * KIB] * (NUMBER - 1),
]
_BLOCKS = [
    [3 * count for count in _SESSIONS],
    [2 * count for count in _CACHE],
    _BUFFERS,
    [0] + [2_400] * (NUMBER - 1),
]

_TYPES = (
    Type("shop.sessions", "Session"),
    Type("builtins", "dict"),
    Type("shop.catalogue", "Price"),
    Type("builtins", "str"),
    Type("builtins", "module"),
)
_COUNTS = [
    _SESSIONS,
    [900 + count for count in _SESSIONS],
    _CACHE,
    [0] * NUMBER,
    [88] + [131] * (NUMBER - 1),
]


def service() -> Facts:
    """Return the facts of the run."""
    return Facts(
        run=_run(),
        snapshots=tuple(map(_snapshot, _MOMENTS)),
        resident=tuple(map(_resident, _MOMENTS)),
        allocations=Allocations(_SITES, changes(_SIZES, _BLOCKS)),
        history=(None,) * NUMBER,
        objects=Objects(
            types=_TYPES,
            changes=changes(_COUNTS),
            untracked=({3: 21_000}, *(None,) * (NUMBER - 2), {3: 25_420}),
            shallow_bytes={0: 48 * _SESSIONS[-1], 1: 330 * KIB, 2: 56 * 512},
        ),
        generations=Generations(
            intervals=tuple(map(_interval, _MOMENTS)),
            stats=(
                GenerationStats(90, 30, 0),
                GenerationStats(6, 120, 0),
                GenerationStats(2, 44, 1),
            ),
            notable=(
                Collection(9 * SECOND_NS, 1, 80, 0, 212_000, manual=False),
                Collection(41 * SECOND_NS, 2, 44, 1, 5_120_000, manual=True),
                Collection(77 * SECOND_NS, 1, 40, 0, 230_500, manual=False),
            ),
        ),
        cycles=Cycles((), {1: 1}),
        pools=tuple(map(_pools, _MOMENTS)),
        refcounts=_refcounts(),
        running=({},) * NUMBER,
    )


def _run() -> Run:
    """Return the run: as asked for, but for one skipped snapshot."""
    return replace(
        RUN,
        path="/srv/shop/memprof-serve.py.4711.memprof",
        target="serve.py",
        duration_ns=120 * SECOND_NS,
        ending=replace(RUN.ending, code=None, signal=15, reason=None),
        complete=False,
        overhead_ns=1_310_000_000,
        events=(Event(41 * SECOND_NS, "gc-threshold", "50000, 20, 20"),),
        skips=(Skip(70 * SECOND_NS, None, "budget"),),
    )


def _live(moment: int) -> int:
    """Return the live bytes at one snapshot."""
    return sum(series[moment] for series in _SIZES)


def _snapshot(moment: int) -> Snapshot:
    """Return one snapshot; the tenth is a checkpoint."""
    return replace(
        SNAPSHOT,
        number=moment,
        at_ns=moment * _EVERY_S * SECOND_NS,
        name="warm" if moment == 10 else None,
        reason="start" if moment == 0 else "checkpoint" if moment == 10 else "time",
        live_bytes=_live(moment),
        live_blocks=sum(series[moment] for series in _BLOCKS),
        peak_bytes=max(map(_live, range(moment + 1))) + 9_000,
        native_used_bytes=6 * MIB + 16 * KIB * moment,
        rss_bytes=26 * MIB + 160 * KIB * moment,
        rss_peak_bytes=27 * MIB + 160 * KIB * moment,
    )


def _resident(moment: int) -> Resident:
    """Return one look from outside, a little after the snapshot."""
    rss_bytes = 26 * MIB + 164 * KIB * moment
    return Resident(
        at_ns=moment * _EVERY_S * SECOND_NS + SECOND_NS // 10,
        rss_bytes=rss_bytes,
        uss_bytes=rss_bytes - 9 * MIB,
        pss_bytes=rss_bytes - 7 * MIB,
        descriptors=9,
        threads=5,
    )


def _interval(moment: int) -> tuple[Generation, ...]:
    """Return what the collector did since the snapshot before."""
    young = generation(0, [21_000, 35_000, 58_000], collected=1)
    if moment == 0:
        return (generation(0), generation(1, threshold=10), generation(2, threshold=10))
    middle = generation(1, [220_000] if moment % 5 == 0 else [], threshold=10)
    if moment % 15 == 0:
        middle = replace(middle, collected=60)
    oldest = generation(2, [5_120_000] if moment == 11 else [], threshold=10)
    if moment == 11:
        oldest = replace(oldest, collected=44, uncollectable=1, manual=1)
    return young, middle, oldest


def _pools(moment: int) -> Pools:
    """Return pymalloc at one snapshot."""
    classes = (
        SizeClass(32, 12, 5_000, 1_120),
        SizeClass(64, 40 + moment, 9_000 + 140 * moment, 1_200),
        SizeClass(512, 30, 800, 130),
    )
    used = 5 * MIB + 92 * KIB * moment
    return Pools(classes, 8 + moment // 8, 12, MIB, used, (8 + moment // 8) * MIB - used)


def _refcounts() -> RefCounts:
    """Return reference counts: a class that gains instances, and one of them."""
    classes = tuple(
        {0: 6 + _SESSIONS[n], 2: 5 + _CACHE[n]} if n else {0: 6, 1: 300, 2: 5} for n in _MOMENTS
    )
    samples = (
        SampledObject(0, 0, tuple(range(4, NUMBER)), (1,) * (NUMBER - 4), 1, (1,)),
        SampledObject(0, 0, (8, 16, NUMBER - 1), (1, 2, 3), 1, (1,)),
        SampledObject(2, 1, (4, 8), (2, 2), None, ()),
    )
    return RefCounts(classes, samples, {0: "shop.sessions.STORE.by_id[*]"})
