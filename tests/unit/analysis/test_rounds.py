"""What gains mean: pace, falls, caches; made by hand."""

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memprof.agent import rounds as measured
from memprof.analysis.rounds import growing, judge, lasting, next_calls
from memprof.model.objects import Type
from memprof.model.rounds import (
    BLOCKS,
    BYTES,
    DESCRIPTORS,
    ITEMS,
    OBJECTS,
    ROUNDS,
    THREADS,
    CacheGain,
    Figure,
    Keeper,
    Repeated,
    RoundSet,
    Traced,
)

SESSION = Figure(OBJECTS, Type("app", "Session"))
BLOCK = Figure(BLOCKS)
CALLS = (50, 100, 200, 400, 800)


def sets(*rows: Sequence[int], figure: Figure = BLOCK, noise: int = 0) -> tuple[RoundSet, ...]:
    """Return sets of twice the calls each, with these gains of *figure*."""
    return tuple(
        RoundSet(calls, {figure: tuple(row)}, noise)
        for calls, row in zip(CALLS, rows, strict=False)
    )


def facts(
    made: Sequence[RoundSet],
    caches: Sequence[CacheGain] = (),
    cleared: RoundSet | None = None,
    traced: Traced | None = None,
    **told: bool,
) -> Repeated:
    """Return what was seen of a function."""
    return Repeated(
        "app.f",
        1,
        tuple(made),
        tuple(caches),
        cleared,
        traced,
        0,
        cut=told.get("cut", False),
        few=told.get("few", False),
    )


def steady(rate: float, figure: Figure = BLOCK) -> tuple[RoundSet, ...]:
    """Return four sets that gain *rate* a call."""
    return sets(*[[int(rate * calls)] * 4 for calls in CALLS[:4]], figure=figure)


def verdict(made: Sequence[RoundSet], **seen: object) -> str:
    """Return the word for these sets."""
    return judge(facts(made, **seen)).verdict  # type: ignore[arg-type]


def test_nothing_is_clean() -> None:
    assert verdict([RoundSet(50, {})]) == "CLEAN"
    assert next_calls([RoundSet(50, {})]) is None


@pytest.mark.parametrize("gains", [(1, 0, 1, 1), (5, -5, 5, -5), (50, 40, 10, 0), (-1, -1, -1, -1)])
def test_what_does_not_grow_each_round_is_clean(gains: tuple[int, ...]) -> None:
    assert verdict(sets(gains)) == "CLEAN"


def test_few_calls_are_no_all_clear() -> None:
    assert verdict(sets([0, 1, 0, 0]), few=True) == "INCONCLUSIVE"
    assert verdict(sets([1, 1, 1, 1], [0, 1, 0, 0]), few=True) == "INCONCLUSIVE"
    assert verdict(steady(1), few=True) == "LEAK"


def test_nothing_is_accused_before_four_sets() -> None:
    made = steady(1)
    assert [next_calls(made[:number]) for number in (1, 2, 3, 4)] == [100, 200, 400, None]
    assert verdict(made[:1], cut=True) == "INCONCLUSIVE"
    assert verdict(made[:2], cut=True) == "LEAK"
    assert verdict(made) == "LEAK"


def test_the_strength_is_that_of_the_last_set() -> None:
    (one,) = judge(facts(steady(2, SESSION))).strengths
    assert (one.per_call, one.gained, one.calls) == (2.0, 3200, 1600)


def test_one_in_forty_calls_is_a_leak() -> None:
    assert verdict(sets((1, 1, 2, 1), (2, 3, 2, 3), (5, 5, 5, 5), (10, 10, 10, 10))) == "LEAK"


def test_what_stops_was_saturating() -> None:
    made = sets((50, 50, 50, 50), (100, 90, 0, 0))
    assert next_calls(made) is None
    growth = judge(facts(made))
    assert growth.verdict == "SATURATING"
    assert [one.figure for one in growth.faded] == [BLOCK]


def test_what_falls_twice_is_saturating() -> None:
    made = sets((50, 50, 50, 50), (80, 75, 70, 65), (110, 100, 90, 80), (120, 100, 80, 60))
    assert next_calls(made) is None
    assert verdict(made) == "SATURATING"


def test_what_fades_slowly_is_inconclusive() -> None:
    made = sets((48, 47, 46, 45), (90, 88, 86, 84), (165, 160, 150, 140), (260, 240, 220, 200))
    assert verdict(made) == "INCONCLUSIVE"


def test_a_leak_behind_what_warms_up_is_found() -> None:
    made = sets((100,) * 4, (200,) * 4, (300, 300, 300, 250), (400,) * 4)
    assert next_calls(made) == 800
    made += sets((), (), (), (), (800,) * 4)[4:]
    assert next_calls(made) is None
    assert verdict(made) == "LEAK"


def test_the_word_says_the_way_out() -> None:
    def word(*figures: Figure) -> str:
        return verdict([RoundSet(c, dict.fromkeys(figures, (c,) * 4)) for c in CALLS[:4]])

    assert word(SESSION, BLOCK, Figure(THREADS), Figure(DESCRIPTORS)) == "THREADS"
    assert word(SESSION, BLOCK, Figure(DESCRIPTORS)) == "DESCRIPTORS"
    assert word(Figure(BYTES)) == "NATIVE GROWTH"
    assert word(Figure(BYTES), Figure(ITEMS)) == "LEAK"
    assert word(Figure(ITEMS)) == "LEAK"


def test_less_than_a_byte_in_two_calls_is_mallocs_own() -> None:
    assert verdict(sets((24, 24, 24, 24), figure=Figure(BYTES))) == "CLEAN"
    assert next_calls(sets((25, 25, 25, 25), figure=Figure(BYTES))) == 100


def test_native_bytes_that_do_not_keep_pace_say_nothing() -> None:
    rows = (900, 900, 900, 900), (900, 900, 900, 900), (800, 800, 800, 800), (700, 700, 700, 700)
    assert verdict(sets(*rows, figure=Figure(BYTES))) == "CLEAN"


def test_a_cache_with_a_limit_that_accounts_for_it() -> None:
    cache = CacheGain("app", "f", 10_000, 1600)
    assert verdict(steady(2), caches=[cache], cleared=RoundSet(400, {})) == "CACHE"


def test_what_is_left_with_the_cache_empty_is_a_leak() -> None:
    cache = CacheGain("app", "f", 10_000, 1600)
    cleared = RoundSet(400, {BLOCK: (400,) * 4})
    growth = judge(facts(steady(3), [cache], cleared))
    assert growth.verdict == "LEAK"
    assert growth.strengths[0].per_call == 1


@pytest.mark.parametrize(("entries", "word"), [(1600, "UNBOUNDED CACHE"), (100, "LEAK")])
def test_a_cache_without_a_limit(entries: int, word: str) -> None:
    cache = CacheGain("app", "f", None, entries)
    assert verdict(steady(2), caches=[cache]) == word


def test_native_growth_of_a_container_is_pythons() -> None:
    keeper = Keeper("app.LOG", Type("builtins", "list"), 1, 1, 150)
    traced = Traced(50, 3, "tracemalloc", (), (keeper,))
    assert verdict(steady(9, Figure(BYTES)), traced=traced) == "LEAK"


def test_noise_hides_what_is_as_small_and_no_more() -> None:
    assert verdict(sets((20,) * 4, (20,) * 4, (20,) * 4, (20,) * 4, noise=64)) == "CLEAN"
    assert verdict(sets(*[[calls] * 4 for calls in CALLS[:4]], noise=64)) == "LEAK"


def test_classes_of_the_program_come_first() -> None:
    names = [("builtins", "list"), ("_io", "FileIO"), ("app", "B"), ("app", "A"), ("__main__", "C")]
    gains: Mapping[Figure, tuple[int, ...]] = {
        Figure(OBJECTS, Type(*name)): (1, 1, 1, 1) for name in names
    }
    found = [figure.type for figure in growing(RoundSet(1, gains))]
    assert found == [Type(*names[at]) for at in (4, 3, 2, 1, 0)]


@given(st.lists(st.lists(st.integers(-50, 50), min_size=4, max_size=4), min_size=1, max_size=5))
def test_there_is_always_a_word_and_an_end(rows: list[list[int]]) -> None:
    made = sets(*rows)
    growth = judge(facts(made))
    assert growth.verdict
    assert set(lasting(made)) <= set(growing(made[0]))
    if any(min(row) < 1 for row in rows):
        assert not growth.accuses
    if len(made) == 5:
        assert next_calls(made) is None


def test_rounds_are_as_many_as_the_agent_makes() -> None:
    """A figure without gains has none to count them by."""
    assert ROUNDS == measured.ROUNDS
