"""Differences: new, gone, grown, shrunk, and their sum."""

from memprof.analysis.differences import compare, sums
from memprof.analysis.holdings import Holding, Subject
from memprof.model.allocations import Frame


def held(line: int, size: int, count: int | None = 1, error: float | None = 0.0) -> Holding:
    """Return what *line* holds."""
    return Holding(Subject(stack=(Frame("/a.py", line, "f"),)), size, count, error)


OLD = {"same": held(1, 10), "up": held(2, 100), "down": held(3, 900), "gone": held(4, 40)}
NEW = {"same": held(1, 10), "up": held(12, 150), "down": held(3, 100), "new": held(5, 40, 2)}


def test_rows_have_a_word_and_the_largest_comes_first() -> None:
    rows = compare(OLD, NEW, in_bytes=True)
    assert [(row.change, row.growth_bytes, row.growth_count) for row in rows] == [
        ("shrunk", -800, 0),
        ("grown", 50, 0),
        ("new", 40, 2),
        ("gone", -40, -1),
    ]
    assert [row.moved for row in rows] == [False, True, False, False]
    assert rows[2].old is None
    assert rows[3].new is None
    assert rows[3].subject.stack[0].line == 4


def test_the_parts_add_up() -> None:
    totals = sums(OLD, NEW, compare(OLD, NEW, in_bytes=True), in_bytes=True)
    assert (totals.before_bytes, totals.after_bytes, totals.growth_bytes) == (1050, 300, -750)
    assert [(part.change, part.rows, part.growth_bytes) for part in totals.parts] == [
        ("new", 1, 40),
        ("grown", 1, 50),
        ("shrunk", 1, -800),
        ("gone", 1, -40),
    ]


def test_blocks_decide_where_bytes_are_the_same() -> None:
    (row,) = compare({1: held(1, 10, 1)}, {1: held(1, 10, 3)}, in_bytes=True)
    assert (row.change, row.growth_bytes, row.growth_count) == ("grown", 0, 2)


def test_what_is_not_known_counts_on_neither_side() -> None:
    old, new = {1: held(1, 0, None), 2: held(2, 0, 3)}, {1: held(1, 0, 9), 2: held(2, 0, 4)}
    rows = compare(old, new, in_bytes=False)
    assert [(row.change, row.growth_count) for row in rows] == [("grown", 1), ("unknown", None)]
    totals = sums(old, new, rows, in_bytes=False)
    assert (totals.before_count, totals.after_count, totals.unknown) == (3, 4, 1)
    assert totals.growth_bytes is None


def test_errors_add_in_squares_or_are_not_known() -> None:
    (row,) = compare({1: held(1, 10, error=3)}, {1: held(1, 90, error=4)}, in_bytes=True)
    assert row.error_bytes == 5
    (row,) = compare({1: held(1, 10, error=3)}, {1: held(1, 90, error=None)}, in_bytes=True)
    assert row.error_bytes is None
    (row,) = compare({}, {1: held(1, 90, error=4)}, in_bytes=True)
    assert row.error_bytes == 4
