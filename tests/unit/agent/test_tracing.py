"""Tracing for a while; what others trace stays theirs."""

import _tracemalloc
import tracemalloc

from memprof.agent.tracing import DEPTH, Tracing, name_of


def test_what_is_live_by_site() -> None:
    with Tracing() as tracing:
        kept = [bytes(100) for _ in range(7)]
        blocks, _ = tracing.sites()
        stacks = tracing.stacks(list(blocks))
        tracing.end()
    counts = {stack[0][1:]: count for stack, count in zip(stacks, blocks.values(), strict=True)}
    line = test_what_is_live_by_site.__code__.co_firstlineno + 2
    assert sum(count for (at, _), count in counts.items() if at == line) >= len(kept)
    assert tracing.peak_bytes is not None
    assert tracing.peak_bytes > 700
    assert (tracing.shared, tracing.lost) == (False, False)
    assert not _tracemalloc.is_tracing()


def test_tracing_of_the_users_is_shared() -> None:
    tracemalloc.start(3)
    try:
        with Tracing() as tracing:
            tracing.end()
        assert tracing.shared
        assert tracemalloc.is_tracing()
        assert tracemalloc.get_traceback_limit() == 3 != DEPTH
    finally:
        tracemalloc.stop()


def test_a_peak_before_hides_ours() -> None:
    tracemalloc.start()
    try:
        large = bytes(1_000_000)
        del large
        with Tracing() as tracing:
            tracing.end()
        assert tracing.peak_bytes is None
    finally:
        tracemalloc.stop()


def test_what_is_switched_off_inside_is_lost() -> None:
    with Tracing() as tracing:
        tracemalloc.stop()
        tracing.end()
    assert tracing.lost


def test_the_last_of_several_ends_it() -> None:
    first, second = Tracing(), Tracing()
    first.__enter__()
    second.__enter__()
    first.end()
    first.__exit__()
    assert tracemalloc.is_tracing()
    second.end()
    second.__exit__()
    assert not tracemalloc.is_tracing()
    assert (first.lost, second.lost) == (False, False)


def test_what_was_switched_off_and_on_again_is_lost() -> None:
    with Tracing() as first:
        tracemalloc.stop()
        with Tracing() as second:
            first.end()
            first.__exit__()
            second.end()
            assert tracemalloc.is_tracing()
    assert (first.lost, second.lost) == (True, False)
    assert not tracemalloc.is_tracing()


def test_the_name_of_a_class_is_asked_of_no_metaclass() -> None:
    class Meta(type):
        def __getattribute__(cls, name: str) -> object:
            raise AssertionError

    class Odd(metaclass=Meta):
        __slots__ = ()

    assert name_of(Odd)[1].endswith("Odd")
