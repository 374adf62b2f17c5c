"""Threads, descriptors, native memory, garbage and what lies idle."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from support.facts import KIB, MIB, SECOND_NS, facts, frame, generation, pools, snapshots

from memprof.analysis import culprits
from memprof.analysis.judged import judged, warm_up
from memprof.analysis.suspect import Suspect
from memprof.model.allocations import Allocations
from memprof.model.debt import Debt, DebtType
from memprof.model.facts import Facts
from memprof.model.generations import Generations
from memprof.model.process import Resident
from memprof.model.run import Event

RUN = range(41)
NATIVE = [6 * MIB + 40 * KIB * n for n in RUN]


def _given(**series: Sequence[int]) -> Facts:
    """Return facts whose snapshots have these fields, a value each."""
    shots = [
        replace(one, **{name: values[one.number] for name, values in series.items()})  # type: ignore[arg-type]
        for one in snapshots(len(RUN))
    ]
    return facts(snapshots=tuple(shots), pools=(pools(),) * len(RUN))


def _rows(given: Facts, known: Sequence[Suspect] = ()) -> list[Suspect]:
    seen = judged(given, RUN, warm_up(given))
    return culprits.rows(given, seen, seen, known)


def _words(given: Facts) -> list[str]:
    return [row.verdict for row in _rows(given)]


def _indebted(
    objects: int, *events: str, threshold: int = 700, collected: int = 0, gained: float = 1.0
) -> Facts:
    """
    Return facts of garbage of five types, and what the program did to the collector.

    It *collected* so many in each interval; *gained* is how much of the garbage came by and by.
    """
    held = [round((1 - gained) * objects)] * len(RUN)
    grew = [int(before + gained * objects * n / 40) for n, before in zip(RUN, held, strict=True)]
    given = facts(counts=[grew, *([[1] * len(RUN)] * 4)])
    rows = (DebtType(0, objects, "Node.next -> Node", ()),)
    found = Debt(2, {0: objects, **dict.fromkeys(range(1, 5), 1)}, rows)
    happened = tuple(Event(SECOND_NS, what, "") for what in events)
    interval = (generation(0, threshold=threshold, collected=collected),)
    return replace(
        given,
        debt=found,
        run=replace(given.run, events=happened),
        generations=Generations((interval,) * len(RUN), (), ()),
    )


def test_each_figure_has_its_word() -> None:
    looks = tuple(Resident(n * SECOND_NS, MIB, None, None, 10 + n, 1) for n in RUN)
    given = _given(threads=[1 + n for n in RUN], native_used_bytes=[n * MIB for n in RUN])
    rows = _rows(replace(given, resident=looks))
    assert [row.verdict for row in rows] == ["THREADS", "DESCRIPTORS", "NATIVE GROWTH"]
    assert [row.judged_on for row in rows] == ["threads", "descriptors", "native bytes"]
    assert [row.growth_objects for row in rows] == [31, 31, None]
    assert rows[2].growth_bytes == 31 * MIB
    assert rows[2].bytes_per_s == pytest.approx(MIB)


def test_native_memory_of_threads_is_theirs() -> None:
    threads = [1 + n for n in RUN]
    quarter = [n * 256 * KIB for n in RUN]
    more = [n * 256 * KIB + n for n in RUN]
    assert _words(_given(threads=threads, native_used_bytes=quarter)) == ["THREADS"]
    assert _words(_given(threads=threads, native_used_bytes=more)) == ["THREADS", "NATIVE GROWTH"]


def test_too_few_snapshots_accuse_nobody_of_growth() -> None:
    given = _given(threads=[1 + n for n in RUN])
    seen = judged(given, RUN[:4], warm_up(given))
    assert culprits.rows(given, seen, seen, ()) == []


def test_the_line_that_ran_while_native_memory_grew() -> None:
    native = [6 * MIB + 200 * KIB * (n // 4) for n in RUN]
    # Line 2 runs most of the time, line 1 in the intervals that brought growth.
    running = tuple({0: 3} if n % 4 == 0 else {1: 9} for n in RUN)
    given = _given(native_used_bytes=native)
    sites = ((frame(1),), (frame(2),))
    given = replace(given, allocations=Allocations(sites, ((),) * len(RUN)), running=running)
    (row,) = _rows(given)
    assert row.stack == (frame(1),)


def test_stacks_through_one_line_of_the_user_s_are_one() -> None:
    library = "/usr/lib/python3.12/sqlite3/dbapi2.py"
    sites = ((frame(1, library), frame(7)), (frame(2, library), frame(7)), (frame(3),))
    running = tuple({0: 3, 1: 3, 2: 4} for _ in RUN)
    given = _given(native_used_bytes=NATIVE)
    given = replace(given, allocations=Allocations(sites, ((),) * len(RUN)), running=running)
    (row,) = _rows(given)
    assert row.caller == frame(7)
    assert row.stack[0].file == library


def test_ticks_of_none_say_nothing() -> None:
    given = _given(native_used_bytes=NATIVE)
    allocations = Allocations(((frame(1),),), ((),) * len(RUN))
    (row,) = _rows(replace(given, allocations=allocations, running=({0: 0},) * len(RUN)))
    assert row.stack == ()


@pytest.mark.parametrize(
    "given",
    [
        _indebted(2000, "gc-disabled"),
        _indebted(2000, threshold=0),
        _indebted(2000, "gc-frozen"),
        _indebted(2000, threshold=100_000),
    ],
    ids=["disabled", "never by itself", "frozen", "a high threshold"],
)
def test_garbage_that_the_collector_is_kept_from_is_debt(given: Facts) -> None:
    rows = _rows(given)
    assert [row.verdict for row in rows] == ["CYCLIC DEBT"]
    (first,) = rows
    assert (first.growth_objects, first.cycle) == (2000, "Node.next -> Node")
    assert first.share == first.confidence == pytest.approx(2000 / 2004)
    assert first.judged_on == "garbage"


@pytest.mark.parametrize(
    "given",
    [
        _indebted(2000),
        _indebted(2000, "gc-disabled", "gc-enabled"),
        _indebted(2000, threshold=99_999),
        _indebted(995, "gc-disabled"),
        _indebted(2000, "gc-disabled", gained=0.2),
        _indebted(2000, "gc-frozen", collected=50),
        _indebted(2000, threshold=100_000, collected=50),
        facts(number=len(RUN)),
    ],
    ids=[
        "a collector at work",
        "at work again",
        "a threshold",
        "too little",
        "held until the end",
        "frozen, and what came later is collected",
        "seldom, and then it is collected",
        "not looked for",
    ],
)
def test_other_garbage_is_none(given: Facts) -> None:
    assert _rows(given) == []


def test_debt_that_a_site_is_accused_of_is_not_told_again() -> None:
    given = _indebted(2000, "gc-disabled")
    assert _rows(given, _rows(given)) == []


def test_most_of_the_growth_idle_is_fragmentation() -> None:
    def lying(idle_mib: int, rss_mib: int) -> int | None:
        given = _given(rss_bytes=[30 * MIB] * 20 + [(30 + rss_mib) * MIB] * 21)
        found = [pools(idle=MIB + (idle_mib * MIB if n >= 20 else 0)) for n in RUN]
        return culprits.fragmented_bytes(
            replace(given, pools=tuple(found)), judged(given, RUN, warm_up(given))
        )

    assert lying(16, 32) == 16 * MIB
    assert lying(15, 30) is None
    assert lying(16, 33) is None
    assert lying(20, 15) is None


def test_what_is_not_known_is_no_fragmentation() -> None:
    given = facts(number=len(RUN))
    assert culprits.fragmented_bytes(given, judged(given, RUN, warm_up(given))) is None
    assert culprits.fragmented_bytes(given, judged(given, RUN[:3], warm_up(given))) is None
