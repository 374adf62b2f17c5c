"""Alignment: lines of one file in two versions of it."""

import pytest

from memprof.analysis.alignment import Line, align


def matched(old: list[Line], new: list[Line]) -> list[tuple[int, int]]:
    """Return the numbers of the lines that are the same."""
    return [(old[here][0], new[there][0]) for here, there in align(old, new)]


def code(*lines: int, function: str = "f") -> list[Line]:
    """Return *lines* of one function."""
    return [(line, function) for line in lines]


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ((10, 20, 30), (10, 20, 30), [(10, 10), (20, 20), (30, 30)]),
        ((10, 11, 12), (11, 12, 13), [(10, 11), (11, 12), (12, 13)]),
        ((10, 20, 30), (10, 23, 33), [(10, 10), (20, 23), (30, 33)]),
        ((10, 20), (10, 15, 20), [(10, 10), (20, 20)]),
        ((10, 20), (10, 23), [(10, 10), (20, 23)]),
        ((50,), (250,), [(50, 250)]),
        ((), (5,), []),
    ],
    ids=["same", "above", "inside", "a line more", "a last line", "far away", "nothing"],
)
def test_one_function(old: tuple[int], new: tuple[int], same: list[tuple[int, int]]) -> None:
    assert matched(code(*old), code(*new)) == same
    assert matched(code(*new), code(*old)) == [(there, here) for here, there in same]


def test_a_line_that_comes_as_another_goes_is_another() -> None:
    """Between lines that stand, in a file nobody edited, another branch ran."""
    assert matched(code(10, 30, 50), code(10, 40, 50)) == [(10, 10), (50, 50)]


def test_a_line_alone_does_not_go_far_within_its_function() -> None:
    assert matched(code(10, 20, 30), code(10, 20, 90)) == [(10, 10), (20, 20)]


def test_functions_are_kept_apart() -> None:
    old = [*code(10, 12), *code(20, function="g"), *code(30, function="h")]
    new = [*code(10, 12), *code(40, function="g"), *code(50, function="h")]
    assert matched(old, new) == [(10, 10), (12, 12), (20, 40), (30, 50)]
    assert matched(code(10), code(10, function="g")) == []


def test_a_function_that_went_below_another_is_known() -> None:
    old = [*code(10, 12), *code(20, 22, 24, function="g")]
    new = [*code(20, 22, 24, function="g"), *code(30, 32)]
    assert matched(old, new) == [(10, 30), (12, 32), (20, 20), (22, 22), (24, 24)]


def test_a_very_long_function() -> None:
    """Not every pair of lines is looked at: 600 to 600 of them are 360,000."""
    odd = [number * number // 7 + 3 * number for number in range(600)]
    moved = [line + (5 if line > 9_000 else 0) + 2 for line in odd]
    pairs = align(code(*odd), code(*moved))
    assert pairs == [(place, place) for place in range(600)]


def test_what_they_allocate_decides_between_two_ways() -> None:
    """A line was added above two that stayed; it allocates too, but something else."""
    old, new = code(5, 6, 7), code(14, 15, 16, 18)
    before = [(160, 1), (204_000, 3_000), (26_000, 1)]
    for size in (68, 188):
        after = [(160, 1), (32, 1), (size * 3_000, 3_000), (26_000, 1)]
        assert align(old, new, before, after) == [(0, 0), (1, 2), (2, 3)]
        assert align(new, old, after, before) == [(0, 0), (2, 1), (3, 2)]


def test_a_line_that_holds_much_is_none_that_holds_nothing() -> None:
    """Although it would have moved as far as the line above it."""
    old = [(5, "put"), (6, "put"), (7, "put")]
    new = [(14, "put"), (15, "put"), (16, "put"), (18, "put")]
    held, more = (400_000, 6000), (26_000, 1)
    assert align(old, new, [(168, 1), held, more], [(168, 1), None, held, more]) == [
        (0, 0),
        (1, 2),
        (2, 3),
    ]
    # Of a few it may have let go.
    assert align(old, new[:2], [(168, 1), (64, 1), more], [(168, 1), None]) == [(0, 0), (1, 1)]


def test_lines_that_stand_are_the_same_whatever_they_allocate() -> None:
    before, after = [(10, 1), (10, 1)], [(1 << 40, 9), (1 << 40, 9), (10, 1)]
    assert align(code(6, 7), code(6, 7, 9), before, after) == [(0, 0), (1, 1)]


def test_a_line_may_have_the_name_of_the_function_around() -> None:
    """As the one of `def __init__(self): self.rows = []`, which is in a class and a method."""
    old = [(2, "Store"), (5, "Store"), (9, "f"), (12, "g")]
    new = [(2, "Store.__init__"), (5, "Store"), (9, "<module>"), (12, "h")]
    assert matched(old, new) == [(2, 2), (5, 5), (9, 9)]
    moved = [(line + 4, function) for line, function in new]
    assert (9, 13) in matched(old, moved)
