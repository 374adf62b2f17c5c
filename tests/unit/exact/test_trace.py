"""What a block of code allocated that is still alive at its end."""

import _tracemalloc
import asyncio
import tracemalloc

import pytest

import memprof
from memprof.exact.trace import trace
from memprof.model.objects import Type


class Session:
    """Something that is kept."""


SESSION = Type(__name__, "Session")


def objects(traced: trace) -> int:
    """Return how many sessions were kept."""
    return sum(one.objects for one in traced.kept.types if one.type == SESSION)


def test_what_is_kept_by_site_and_type() -> None:
    kept: list[object] = []
    with memprof.trace() as traced:
        for _ in range(5):
            kept.extend((Session(), Session()))
        large = bytearray(1_000_000)
        del large
        cycle: list[object] = []
        cycle.append(cycle)
        del cycle
    found = traced.kept
    assert objects(traced) == 10
    line = test_what_is_kept_by_site_and_type.__code__.co_firstlineno + 4
    (site,) = [one for one in found.sites if one.stack[0].line == line]
    assert site.stack[0].function == "test_what_is_kept_by_site_and_type"
    assert site.blocks >= 10
    assert found.peak_bytes is not None
    assert found.peak_bytes >= 1_000_000 > found.size_bytes
    assert "still alive; peak" in str(traced)
    assert not any(one.stack[0].line == line + 1 for one in found.sites)
    assert not _tracemalloc.is_tracing()


def test_what_comes_from_a_free_list_is_the_blocks() -> None:
    with trace() as traced:
        kept = [[], {}, (len(__file__),)]
    (site,) = [one for one in traced.kept.sites if one.stack[0].file == __file__]
    # The list with its items, another, a dictionary and a tuple.
    assert site.blocks == 5
    del kept


def test_nested_both_are_right() -> None:
    kept: list[object] = []
    with trace() as outer:
        kept.append(Session())
        with trace() as inner:
            kept.append(Session())
        kept.append(Session())
    assert (objects(outer), objects(inner)) == (3, 1)
    assert (outer.kept.shared, inner.kept.shared) == (False, True)


def test_the_users_own_tracing_goes_on() -> None:
    tracemalloc.start(2)
    try:
        with trace() as traced:
            kept = Session()
        assert objects(traced) == 1
        assert traced.kept.by == "tracemalloc, which was on"
        assert tracemalloc.is_tracing()
    finally:
        tracemalloc.stop()
    del kept


def test_tracing_that_was_switched_off_is_said() -> None:
    with trace() as traced:
        tracemalloc.stop()
    assert traced.kept.lost
    assert "switched off" in str(traced)
    for figure in ("blocks", "size_bytes"):
        with pytest.raises(RuntimeError, match="is not known"):
            getattr(traced.kept, figure)


def test_tracing_that_was_begun_again_is_lost() -> None:
    with trace() as traced:
        tracemalloc.stop()
        with trace():
            kept = Session()
            traced.__exit__(None, None, None)
    assert traced.kept.lost
    assert not traced.kept.sites
    assert not traced.kept.types
    del kept


def test_of_two_that_overlap_both_are_right() -> None:
    kept: list[object] = []

    async def work(begins: asyncio.Event, ends: asyncio.Event) -> trace:
        with trace() as traced:
            begins.set()
            await ends.wait()
            kept.append(Session())
        return traced

    async def both() -> tuple[trace, trace]:
        begun, first_ends, second_ends = asyncio.Event(), asyncio.Event(), asyncio.Event()
        first = asyncio.create_task(work(begun, first_ends))
        await begun.wait()
        begun.clear()
        second = asyncio.create_task(work(begun, second_ends))
        await begun.wait()
        first_ends.set()
        await first
        second_ends.set()
        return await first, await second

    first, second = asyncio.run(both())
    assert (objects(first), objects(second)) == (1, 2)
    assert not _tracemalloc.is_tracing()


def test_an_error_inside_is_the_callers() -> None:
    with pytest.raises(KeyError), trace() as traced:
        raise KeyError
    assert traced.kept is not None
    assert not _tracemalloc.is_tracing()


def test_before_the_end_nothing_is_known() -> None:
    traced = trace()
    assert str(traced) == "<memprof.trace, not ended>"
    with pytest.raises(RuntimeError):
        _ = traced.kept
