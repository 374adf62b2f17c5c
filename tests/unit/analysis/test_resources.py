"""Threads, descriptors and native memory, where they rise steadily."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from support.facts import KIB, MIB, SECOND_NS, facts, pools, snapshots

from memprof.analysis import resources
from memprof.analysis.judged import judged, warm_up
from memprof.analysis.resources import MIN_DESCRIPTORS, MIN_NATIVE_BYTES, MIN_THREADS, Rising
from memprof.model.facts import Facts
from memprof.model.process import Resident

RUN = range(41)
"""Of these 32 are judged: from 8 on, the last left out."""


def _given(**series: Sequence[int | None]) -> Facts:
    """Return facts whose snapshots have these fields, a value each."""
    shots = [
        replace(one, **{name: values[one.number] for name, values in series.items()})  # type: ignore[arg-type]
        for one in snapshots(len(RUN))
    ]
    return facts(snapshots=tuple(shots), pools=(pools(),) * len(RUN))


def _looks(counts: Sequence[int | None]) -> Facts:
    """Return facts with these descriptors, as the launcher saw them each second."""
    looks = [
        Resident(second * SECOND_NS, MIB, None, None, count, 1)
        for second, count in enumerate(counts)
    ]
    return facts(number=len(RUN), resident=tuple(looks))


def _threads(given: Facts) -> Rising | None:
    return resources.threads(given, judged(given, RUN, warm_up(given)))


def _descriptors(given: Facts) -> Rising | None:
    return resources.descriptors(given, judged(given, RUN, warm_up(given)))


def _native(given: Facts) -> Rising | None:
    return resources.native(given, judged(given, RUN, warm_up(given)))


def test_threads_that_are_started_and_do_not_end() -> None:
    found = _threads(_given(threads=[1 + n // 5 for n in RUN]))
    assert found is not None
    assert (found.growth, found.series[0], found.series[-1]) == (6, 2, 8)
    assert found.first_rise_ns == 10 * SECOND_NS
    assert found.per_s == pytest.approx(0.2, abs=0.02)


@pytest.mark.parametrize(
    "series",
    [
        [1 + (n > 10) + (n > 20) + (n > 30) for n in RUN],
        [1 + 9 * (n > 20) for n in RUN],
        [1 + n % 7 for n in RUN],
        [None, *range(40)],
        [*range(20), None, *range(20, 40)],
    ],
    ids=["fewer than 4", "one jump", "come and go", "unknown at first", "unknown once"],
)
def test_threads_that_are_no_suspects(series: list[int | None]) -> None:
    found = _threads(_given(threads=series))
    # What is unknown before the warm-up ends is never asked for.
    assert (found is not None) == (series[0] is None)
    assert MIN_THREADS == 4


def test_descriptors_are_seen_from_outside() -> None:
    found = _descriptors(_looks([10 + n for n in RUN]))
    assert found is not None
    # The last look may be at a process that is ending.
    assert found.series == tuple(range(18, 50))
    assert _descriptors(_looks([10 + n // 5 for n in RUN])) is None
    assert MIN_DESCRIPTORS == 8


def test_looks_that_did_not_count_descriptors_are_passed_over() -> None:
    found = _descriptors(_looks([10 + n if n % 2 else None for n in RUN]))
    assert found is not None
    assert None not in found.series
    assert _descriptors(_looks([None for _ in RUN])) is None


def test_native_memory_is_malloc_s_less_the_python_heap_s() -> None:
    used = [6 * MIB + 40 * KIB * n for n in RUN]
    found = _native(_given(native_used_bytes=used))
    assert found is not None
    assert found.growth == 31 * 40 * KIB
    # The same growth, all of it large blocks of the Python heap.
    live = [4 * MIB + 40 * KIB * n for n in RUN]
    assert _native(_given(native_used_bytes=used, live_bytes=live)) is None
    # And of the engine's own tables.
    tables = [MIB + 40 * KIB * n for n in RUN]
    assert _native(_given(native_used_bytes=used, tracing_bytes=tables)) is None


def test_what_no_engine_followed_grows_by_malloc_and_pymalloc() -> None:
    used = [6 * MIB + 40 * KIB * n for n in RUN]
    given = _given(native_used_bytes=used)
    found = resources.untraced(given, judged(given, RUN, warm_up(given)))
    assert found is not None
    assert found.growth == 31 * 40 * KIB
    for still in ([6 * MIB for _ in RUN], [6 * MIB + 100 * KIB * (n % 5) for n in RUN]):
        given = _given(native_used_bytes=still)
        assert resources.untraced(given, judged(given, RUN, warm_up(given))) is None
    given = _given(native_used_bytes=[6 * MIB + 4 * KIB * n for n in RUN])
    assert resources.untraced(given, judged(given, RUN, warm_up(given))) is None


def test_little_native_growth_is_none() -> None:
    step, rss = MIN_NATIVE_BYTES // 31, [20 * MIB for _ in RUN]
    assert _native(_given(native_used_bytes=[step * n for n in RUN], rss_bytes=rss)) is None
    used = [(step + 1) * n for n in RUN]
    assert _native(_given(native_used_bytes=used, rss_bytes=rss)) is not None
    # Nor is a fiftieth of what is resident.
    rss = [100 * MIB for _ in RUN]
    assert _native(_given(native_used_bytes=[64 * KIB * n for n in RUN], rss_bytes=rss)) is None


def test_native_memory_that_is_not_known_is_no_suspect() -> None:
    used = [6 * MIB + 40 * KIB * n for n in RUN]
    assert _native(replace(_given(native_used_bytes=used), pools=(None,) * len(RUN))) is None
    assert _native(_given(native_used_bytes=used, live_bytes=[None for _ in RUN])) is None
