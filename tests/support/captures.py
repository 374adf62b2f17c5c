"""
Captures made by hand: facts, the records that say them, the bytes of a file.

The facts tell of a web application whose cache grows.  `build_capture` writes
them as an agent and a launcher would, and returns them for comparison.
"""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from memprof.agent.wire import EPOCHS, MAGIC, bucket, seal
from memprof.capture.fields import Record
from memprof.capture.records import parse
from memprof.model.allocations import Allocations, Change, Frame
from memprof.model.caches import Cache
from memprof.model.cycles import CyclePass, Cycles
from memprof.model.debt import Debt, DebtType
from memprof.model.facts import Facts
from memprof.model.generations import Collection, Generation, Generations, GenerationStats
from memprof.model.history import Births, History
from memprof.model.objects import Objects, Type
from memprof.model.owners import Owned, OwnedSite, Owners
from memprof.model.pools import Pools, SizeClass
from memprof.model.process import Resident
from memprof.model.refcounts import RefCounts, SampledObject
from memprof.model.run import Ending, Event, Interpreter, Run, Settings, Skip
from memprof.model.snapshots import Snapshot

SECOND_NS = 1_000_000_000
CLOCK_NS = 7_000 * SECOND_NS
MIB = 1 << 20

Row = tuple[str, dict[str, Any]]
"""A record before it is sealed: its kind and its fields."""

LAUNCHER_KINDS = {"resident", "exit"}


def build_capture(path: str | Path, snapshots: int = 5, sites: int = 4, word: str = "") -> Facts:
    """
    Write a whole capture to *path* and return the facts in it.

    Site 0 grows by 1 MiB a snapshot, the others stay as they are.  *word* is
    put into every name, to try what hostile ones do.
    """
    facts = example_facts(str(path), snapshots, sites, word)
    Path(path).write_bytes(capture_bytes(capture_rows(facts)))
    return facts


def capture_bytes(rows: Iterable[Row]) -> bytes:
    """Return the file that holds *rows*; the launcher's begin with a newline."""
    lines = [
        (b"\n" if kind in LAUNCHER_KINDS else b"") + seal(kind, fields) for kind, fields in rows
    ]
    return MAGIC + b"".join(lines)


def record(kind: str, **fields: Any) -> Record:  # noqa: ANN401 - any JSON
    """Return one record as it comes out of a capture, for tests of one reader."""
    return parse(seal(kind, fields))


def example_facts(
    path: str = "app.memprof", snapshots: int = 5, sites: int = 4, word: str = ""
) -> Facts:
    """Return the facts `build_capture` writes; *snapshots* and *sites* are at least 1."""
    numbers = range(snapshots)
    return Facts(
        run=_run(path, snapshots, word),
        snapshots=tuple(_snapshot(number, sites, word) for number in numbers),
        resident=tuple(_resident(number) for number in numbers),
        allocations=_allocations(snapshots, sites, word),
        history=tuple(_history(number, sites) for number in numbers),
        objects=_objects(snapshots, word),
        generations=_generations(snapshots),
        cycles=Cycles(tuple(map(_cycle_pass, numbers)), {2: 3}),
        pools=tuple(None if number % 2 else _pools(number) for number in numbers),
        refcounts=_refcounts(snapshots, word),
        debt=_debt(word),
        caches=_caches(word),
        owners=_owners(word),
        running=tuple(_running(number, sites) for number in numbers),
    )


def growing_facts(snapshots: int = 16) -> Facts:
    """Return facts in which a cache without a limit grows, and native memory with it."""
    facts = example_facts(snapshots=snapshots)
    held = Owned(50, 3, 7, (("cache.Cache.get.<lru_cache>", 45),), 64)
    pools = Pools((), 5, 6, 5 * MIB, 4 * MIB, MIB)
    return replace(
        facts,
        snapshots=tuple(
            replace(one, native_used_bytes=9 * MIB + 3 * one.number * MIB)
            for one in facts.snapshots
        ),
        pools=(pools,) * snapshots,
        owners=Owners(
            complete=True, types={1: held}, sites={0: OwnedSite(held, ((1, 30), (2, 20)))}
        ),
    )


def _at_ns(number: int) -> int:
    """Return when snapshot *number* was taken."""
    return (number + 1) * SECOND_NS


def _run(path: str, snapshots: int, word: str) -> Run:
    """Return the run: one event, one skip, one failed probe, an orderly end."""
    return Run(
        path=path,
        target=f"app{word}.py",
        pid=4242,
        ppid=4241,
        interpreter=Interpreter("3.12.1", "cpython", free_threaded=False, platform="linux"),
        settings=Settings("tracemalloc", "", 0, 8, None, cycles=True),
        started_unix_s=1_700_000_000.5,
        duration_ns=_at_ns(snapshots),
        ending=Ending(0, None, "exit", 0),
        complete=True,
        damaged_records=0,
        lost_records=2,
        overhead_ns=3_000_000,
        events=(Event(SECOND_NS // 2, "gc-disabled", f"app{word}.py:3"),),
        skips=(Skip(SECOND_NS // 3, None, "budget"), Skip(SECOND_NS // 2, f"a{word}", "memory")),
        agent_errors=(f"pools: no statistics{word}",),
    )


def _snapshot(number: int, sites: int, word: str) -> Snapshot:
    """Return a snapshot; every third is a checkpoint."""
    live_bytes = number * MIB + 1_000 * sites
    return Snapshot(
        number=number,
        at_ns=_at_ns(number),
        name=None if number % 3 else f"request{word}",
        reason="interval" if number % 3 else "checkpoint",
        cost_ns=400_000,
        cpu_ns=None if number % 2 else number * 1_000_000,
        live_bytes=live_bytes,
        live_blocks=number * 10 + sites,
        peak_bytes=live_bytes + 500,
        own_bytes=60_000,
        tracing_bytes=90_000,
        allocated_blocks=50_000 + number,
        native_used_bytes=9 * MIB,
        native_held_bytes=11 * MIB,
        native_python_bytes=None if number % 2 else 3 * MIB,
        rss_bytes=30 * MIB + number * MIB,
        rss_peak_bytes=31 * MIB + number * MIB,
        file_bytes=8 * MIB,
        threads=None if number == 1 else 1,
    )


def _resident(number: int) -> Resident:
    """Return a look from outside; every second one is thorough."""
    rss = 30 * MIB + number * MIB
    if number % 2:
        return Resident(_at_ns(number) + 7, rss, None, None, None, None)
    return Resident(_at_ns(number) + 7, rss, rss - MIB, rss - MIB // 2, 12, 3)


def _allocations(snapshots: int, sites: int, word: str) -> Allocations:
    """Return *sites* sites: all in the first snapshot, the first grows from then on."""
    root = Frame(f"app{word}.py", 1, f"main{word}")
    stacks = tuple(
        (Frame(f"cache{word}.py", 10 + site, f"Cache.put{word}" if site % 2 else None), root)
        for site in range(sites)
    )
    ids = range(sites)
    begin = Change((0, sites), (array("q", [1_000 for _ in ids]), array("q", [1 for _ in ids])))
    later = [
        (Change((0, 1), (array("q", [1_000 + n * MIB]), array("q", [1 + n * 10]))),)
        for n in range(1, snapshots)
    ]
    return Allocations(stacks, ((begin,), *later))


def _history(number: int, sites: int) -> History | None:
    """Return what the engine kept of all sites, but not at every third snapshot."""
    if number % 3 == 2:
        return None
    peak = _figures(sites, 2_000 + number * MIB, 2)
    traffic = _figures(sites, 9_000 + number * MIB, 9)
    # Of site 0 alone, and then of none.
    collected = _figures(1 - number % 3, 500, 5)
    starts = tuple(range(0, 9 * (number + 1), 9))[-EPOCHS:]
    runs = () if number == 1 else (sites - 1, 1)
    columns = tuple(array("q", [place] if runs else []) for place in range(len(starts)))
    return History(peak, traffic, collected, Births(starts, (Change(runs, columns),)))


def _figures(sites: int, size: int, blocks: int) -> tuple[Change, ...]:
    """Return the same bytes and blocks of the first *sites* sites."""
    runs = (0, sites) if sites else ()
    return (Change(runs, (array("q", [size] * sites), array("q", [blocks] * sites))),)


def _objects(snapshots: int, word: str) -> Objects:
    """Return three types, of which the second grows; two are counted in one run."""
    types = (Type("builtins", "dict"), Type(f"cache{word}", f"Entry{word}"), Type("", "Node"))
    begin = Change((0, 3), (array("q", [900, 10, 30]),))
    later = [(Change((1, 1), (array("q", [10 + n * 100]),)),) for n in range(1, snapshots)]
    ends = {0, snapshots - 1}
    untracked = tuple({0: 7, 2: 5_000 + n} if n in ends else None for n in range(snapshots))
    return Objects(types, ((begin,), *later), untracked, {0: 57_600, 1: 480})


def _generations(snapshots: int) -> Generations:
    """Return three generations, the oldest of which has no threshold."""
    intervals = tuple(
        tuple(
            Generation(
                generation=generation,
                threshold=None if generation == 2 else 700,
                count=3 + number,
                collections=4,
                collected=20,
                uncollectable=0,
                manual=generation // 2,
                pause_total_ns=90_000,
                pause_max_ns=50_000,
                pauses={bucket(10_000): 3, bucket(50_000): 1},
            )
            for generation in range(3)
        )
        for number in range(snapshots)
    )
    notable = tuple(
        Collection(_at_ns(n) - 9, 2, 300, 0, 50_000, manual=bool(n % 2)) for n in range(snapshots)
    )
    stats = tuple(GenerationStats(4 * snapshots, 20 * snapshots, 0) for _ in range(3))
    return Generations(intervals, stats, notable)


def _cycle_pass(number: int) -> CyclePass:
    """Return a pass just before snapshot *number*."""
    return CyclePass(_at_ns(number) - 5, 30 + number, ((1, 0, 20), (2, None, 10 + number)))


def _pools(number: int) -> Pools:
    """Return pymalloc with two size classes, as snapshot *number* saw it."""
    classes = (SizeClass(16, 4, 900 + number, 124), SizeClass(512, 40, 300, 20))
    return Pools(classes, 5, 6, 5 * MIB, 4 * MIB, MIB)


def _refcounts(snapshots: int, word: str) -> RefCounts:
    """Return a class that gains instances, and two sampled objects; snapshot 1 did not look."""
    looks = tuple(n for n in range(snapshots) if n != 1)
    classes = tuple({1: 10 + n * 100, 2: 30} if n in looks else None for n in range(snapshots))
    samples = (
        SampledObject(1, 0, looks, tuple(2 + n for n in looks), 1, (0, 2)),
        SampledObject(2, None, (0,), (4,), None, ()),
    )
    return RefCounts(classes, samples, {1: f"cache{word}.CACHE['a']"})


def _debt(word: str) -> Debt:
    """Return garbage of two types, one of which was sampled."""
    row = DebtType(1, 40, f"Entry{word}.next -> Entry{word}", ((None, 2), (0, 48)))
    return Debt(7, {1: 40, 2: 5}, (row,))


def _caches(word: str) -> tuple[Cache, ...]:
    """Return a cache without a limit, and one of a function in C."""
    method = f"Cache.get{word}"
    return (
        Cache(f"cache{word}", method, f"cache{word}.py", 9, True, None, 900, 3, 900),  # noqa: FBT003
        Cache("", "len", None, 0, False, 8, 2, 1, 2),  # noqa: FBT003
    )


def _owners(word: str) -> Owners:
    """Return who owns the entries, and what was allocated where they were."""
    owned = Owned(50, 3, 7, ((f"cache{word}.CACHE[*]", 38), ("a local of main()", 2)), 90)
    return Owners(False, {1: owned}, {0: OwnedSite(owned, ((1, 30), (2, 20)))})  # noqa: FBT003


def _running(number: int, sites: int) -> dict[int, int]:
    """Return which sites ran before snapshot *number*: none at first, then two of all."""
    return {site: number + site for site in {0, sites - 1}} if number else {}


class _Tables:
    """Numbers strings and frames as an agent does, and says what is new."""

    def __init__(self) -> None:
        """Start with nothing declared."""
        self._strings: dict[str, int] = {}
        self._frames: dict[Frame, int] = {}
        self._sites = 0
        self._types = 0

    def string(self, text: str, rows: list[Row]) -> int:
        """Return the number of *text*; if it is new, add its record to *rows*."""
        if text not in self._strings:
            number = self._strings[text] = len(self._strings)
            rows.append(("strings", {"first": number, "texts": [text]}))
        return self._strings[text]

    def _frame(self, frame: Frame, rows: list[Row]) -> int:
        """Return the number of *frame*; if it is new, add its records to *rows*."""
        if frame not in self._frames:
            number = self._frames[frame] = len(self._frames)
            file = self.string(frame.file, rows)
            rows.append(("frames", {"first": number, "rows": [file, frame.line]}))
            if frame.function is not None:
                name = self.string(frame.function, rows)
                rows.append(("functions", {"rows": [number, name]}))
        return self._frames[frame]

    def sites(self, stacks: Sequence[tuple[Frame, ...]], end: int) -> list[Row]:
        """Return the records that declare the sites up to *end*."""
        rows: list[Row] = []
        ids = [[self._frame(frame, rows) for frame in stack] for stack in stacks[self._sites : end]]
        if ids:
            rows.append(("sites", {"first": self._sites, "stacks": ids}))
            self._sites += len(ids)
        return rows

    def types(self, types: Sequence[Type]) -> list[Row]:
        """Return the records that declare *types*."""
        rows: list[Row] = []
        names: list[int] = []
        for one in types[self._types :]:
            names += (self.string(one.module, rows), self.string(one.qualname, rows))
        if names:
            rows.append(("types", {"first": self._types, "rows": names}))
            self._types = len(types)
        return rows


def capture_rows(facts: Facts) -> list[Row]:
    """
    Return the records that say *facts*, in an agent's order.

    Sites are declared when a snapshot first counts them; a look from outside
    follows each snapshot.
    """
    tables = _Tables()
    rows: list[Row] = [("hello", _hello(facts.run))]
    rows += tables.types(facts.objects.types)
    rows += _happenings(facts.run)
    for number, snapshot in enumerate(facts.snapshots):
        rows += _group(facts, number, tables)
        rows.append(("snapshot", _snapshot_fields(snapshot)))
        rows += [("resident", _look(look)) for look in facts.resident[number : number + 1]]
    rows += _epilogue(facts, tables)
    if facts.run.complete:
        rows.append(("footer", _footer(facts.run)))
    ending = facts.run.ending
    exit_fields = {"clock_ns": CLOCK_NS + facts.run.duration_ns + 1, "rss_peak_bytes": None}
    exit_fields |= {"code": ending.code, "signal": ending.signal, "oom_kills": ending.oom_kills}
    return [*rows, ("exit", exit_fields)]


def _hello(run: Run) -> dict[str, Any]:
    """Return the agent's first record."""
    return {
        "clock_ns": CLOCK_NS,
        "started_unix_s": run.started_unix_s,
        "memprof": "0.1",
        "python": run.interpreter.version,
        "implementation": run.interpreter.implementation,
        "free_threaded": run.interpreter.free_threaded,
        "pid": run.pid,
        "ppid": run.ppid,
        "engine": run.settings.engine,
        "engine_note": run.settings.engine_note,
        "sample_bytes": run.settings.sample_bytes,
        "depth": run.settings.depth,
        "interval_s": run.settings.interval_s,
        "cycles": run.settings.cycles,
        "target": run.target,
        "platform": run.interpreter.platform,
    }


def _happenings(run: Run) -> list[Row]:
    """Return what happened during the run."""
    rows: list[Row] = [
        ("skip", {"at_ns": one.at_ns, "name": one.name, "reason": one.reason}) for one in run.skips
    ]
    rows += [
        ("event", {"at_ns": one.at_ns, "what": one.what, "detail": one.detail})
        for one in run.events
    ]
    for error in run.agent_errors:
        probe, _, what = error.partition(": ")
        rows.append(("agent-error", {"at_ns": 1, "probe": probe, "error": what}))
    return rows


def _group(facts: Facts, number: int, tables: _Tables) -> list[Row]:
    """Return the records that snapshot *number* closes."""
    changes = facts.allocations.changes[number]
    end = max((change.runs[-2] + change.runs[-1] for change in changes if change.runs), default=0)
    rows = tables.sites(facts.allocations.sites, end)
    rows += _history_rows(facts.history[number], facts.snapshots[number].at_ns)
    for change in changes:
        values, blocks = map(list, change.columns)
        rows.append(("live", {"runs": list(change.runs), "bytes": values, "blocks": blocks}))
    for change in facts.objects.changes[number]:
        rows.append(("census", {"runs": list(change.runs), "counts": list(change.columns[0])}))
    untracked, pools = facts.objects.untracked[number], facts.pools[number]
    if untracked is not None:
        rows.append(("untracked", _by_type(untracked, "counts")))
    rows.append(("generations", _generations_fields(facts, number)))
    if pools is not None:
        rows.append(("pools", _pools_fields(pools)))
    rows += _refcounts_rows(facts.refcounts, number)
    if facts.running[number]:
        ticks = [value for pair in facts.running[number].items() for value in pair]
        rows.append(("running", {"rows": ticks}))
    rows += [("cycles", _cycles_fields(one)) for one in facts.cycles.passes[number : number + 1]]
    if number == len(facts.snapshots) - 1:
        rows.append(("garbage", _by_type(facts.cycles.garbage, "counts")))
    return rows


def _history_rows(history: History | None, at_ns: int) -> list[Row]:
    """Return the records of a closer look at the sites."""
    if history is None:
        return []
    kinds = {"peak": history.peak, "traffic": history.traffic, "collected": history.collected}
    rows: list[Row] = []
    for kind, changes in kinds.items():
        for change in changes or ():
            size, blocks = map(list, change.columns)
            fields = {"runs": list(change.runs), "bytes": size, "blocks": blocks}
            rows.append((kind, {"at_ns": at_ns, **fields}))
    births = history.births
    for change in births.changes if births else ():
        flat = [count for row in zip(*change.columns, strict=True) for count in row]
        starts = list(births.starts_ns) if births else []
        fields = {"starts": starts, "runs": list(change.runs), "blocks": flat}
        rows.append(("births", {"at_ns": at_ns, **fields}))
    return rows


def _by_type(values: dict[int, int], name: str) -> dict[str, Any]:
    """Return *values* as the columns `types` and *name*."""
    return {"types": list(values), name: list(values.values())}


def _generations_fields(facts: Facts, number: int) -> dict[str, Any]:
    """Return the fields of a `generations` record."""
    generations, end_ns = facts.generations, facts.snapshots[number].at_ns
    start_ns = facts.snapshots[number - 1].at_ns if number else -1
    return {
        "rows": [_generation(one) for one in generations.intervals[number]],
        "stats": [[s.collections, s.collected, s.uncollectable] for s in generations.stats],
        "notable": [
            [c.at_ns, c.generation, c.collected, c.uncollectable, c.pause_ns, c.manual]
            for c in generations.notable
            if start_ns < c.at_ns <= end_ns
        ],
    }


def _generation(one: Generation) -> list[Any]:
    """Return one row of a `generations` record."""
    histogram = [number for pair in one.pauses.items() for number in pair]
    totals = [one.collections, one.collected, one.uncollectable, one.manual]
    pauses = [one.pause_total_ns, one.pause_max_ns, histogram]
    return [one.generation, one.threshold, one.count, *totals, *pauses]


def _pools_fields(pools: Pools) -> dict[str, Any]:
    """Return the fields of a `pools` record."""
    classes = [
        [one.size_bytes, one.pools, one.blocks_used, one.blocks_free] for one in pools.size_classes
    ]
    return {
        "size_classes": classes,
        "arenas": pools.arenas,
        "arenas_highest": pools.arenas_highest,
        "arena_bytes": pools.arena_bytes,
        "used_bytes": pools.used_bytes,
        "idle_bytes": pools.idle_bytes,
    }


def _refcounts_rows(refcounts: RefCounts, number: int) -> list[Row]:
    """Return the `refcounts` record of a snapshot, none where it did not look."""
    samples: list[int] = []
    for sample_id, sample in enumerate(refcounts.samples):
        site = -1 if sample.site_id is None else sample.site_id
        for snapshot, references in zip(sample.snapshots, sample.references, strict=True):
            if snapshot == number:
                samples += (sample_id, sample.type_id, site, references)
    classes = refcounts.classes[number]
    if classes is None:
        return []
    flat = [value for pair in classes.items() for value in pair]
    return [("refcounts", {"classes": flat, "samples": samples})]


def _cycles_fields(one: CyclePass) -> dict[str, Any]:
    """Return the fields of a `cycles` record."""
    rows: list[int] = []
    for type_id, site_id, objects in one.rows:
        rows += (type_id, -1 if site_id is None else site_id, objects)
    return {"at_ns": one.at_ns, "objects": one.objects, "rows": rows}


def _snapshot_fields(snapshot: Snapshot) -> dict[str, Any]:
    """Return the fields of a `snapshot` record."""
    return {name: getattr(snapshot, name) for name in Snapshot.__slots__}


def _look(look: Resident) -> dict[str, Any]:
    """Return the fields of a `resident` record."""
    return {
        "clock_ns": CLOCK_NS + look.at_ns,
        "rss": look.rss_bytes,
        "uss": look.uss_bytes,
        "pss": look.pss_bytes,
        "descriptors": look.descriptors,
        "threads": look.threads,
    }


def _epilogue(facts: Facts, tables: _Tables) -> list[Row]:
    """Return what an agent says after its last snapshot."""
    rows: list[Row] = []
    explained = [
        [number, sample.references[-1], sample.explained, list(sample.referrer_types)]
        for number, sample in enumerate(facts.refcounts.samples)
        if sample.explained is not None
    ]
    holders = [
        [type_id, tables.string(path, rows)] for type_id, path in facts.refcounts.holders.items()
    ]
    rows.append(("explained", {"rows": explained}))
    rows.append(("shallow", _by_type(facts.objects.shallow_bytes, "bytes")))
    rows.append(("holders", {"rows": holders}))
    lost = [
        [one.type_id, tables.string(one.name, rows), one.references, one.pointers, _flat(one.looks)]
        for one in facts.refcounts.lost
    ]
    rows.append(("lost", {"rows": lost}))
    return rows + _last_looks(facts, tables)


def _flat(looks: Iterable[tuple[int, int]]) -> list[int]:
    """Return pairs one after the other."""
    return [value for look in looks for value in look]


def _last_looks(facts: Facts, tables: _Tables) -> list[Row]:
    """Return the debt, the caches and the owners."""
    rows: list[Row] = []

    def string(text: str | None) -> int:
        return tables.string(text or "", rows)

    def words(owned: Owned) -> list[list[int]]:
        return [[string(owner), held] for owner, held in owned.owners]

    if facts.debt is not None:
        debt = facts.debt
        told = [
            [row.type_id, row.objects, string(row.cycle), [[_id(s), n] for s, n in row.sites]]
            for row in debt.rows
        ]
        types = [list(pair) for pair in debt.counts.items()]
        rows.append(("debt", {"islands": _id(debt.islands), "types": types, "rows": told}))
    if facts.caches is not None:
        lines = [
            [*map(string, (c.module, c.name, c.file)), c.line, int(c.pins), *_figures_of(c)]
            for c in facts.caches
        ]
        rows.append(("caches", {"rows": lines}))
    if facts.owners is not None:
        owned_types = [
            [type_id, o.total, o.from_c, o.garbage, words(o), o.room]
            for type_id, o in facts.owners.types.items()
        ]
        owned_sites = [
            [site_id, o.total, o.from_c, o.garbage, words(o), o.room, list(map(list, site.types))]
            for site_id, site in facts.owners.sites.items()
            for o in (site.owned,)
        ]
        fields = {"complete": facts.owners.complete, "types": owned_types, "sites": owned_sites}
        rows.append(("owners", fields))
    return rows


def _figures_of(cache: Cache) -> list[int | None]:
    """Return the last fields of a row of `caches`."""
    return [cache.maxsize, cache.size, cache.hits, cache.misses]


def _id(number: int | None) -> int:
    """Return *number* as a record has it, -1 for none."""
    return -1 if number is None else number


def _footer(run: Run) -> dict[str, Any]:
    """Return the agent's last record."""
    return {
        "at_ns": run.duration_ns,
        "reason": run.ending.reason,
        "overhead_ns": run.overhead_ns,
        "lost": run.lost_records,
    }
