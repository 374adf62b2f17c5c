"""Live objects by type: first, last, growth; tracked and not."""

from dataclasses import replace

from support.facts import facts

from memprof.analysis.objects import TypeRow, analyse
from memprof.model.objects import Type


def _rows(found: tuple[TypeRow, ...]) -> list[tuple[str, bool, int | None, int, int | None]]:
    return [
        (row.type.qualname, row.tracked, row.count_first, row.count_last, row.growth)
        for row in found
    ]


def test_most_growth_first_then_count_then_name() -> None:
    given = facts(counts=[[5, 9, 6], [2, 2, 9], [7, 0, 8], [0, 3, 0]])
    given = replace(given, objects=replace(given.objects, shallow_bytes={1: 720}))
    found = analyse(given).rows
    assert _rows(found) == [
        ("Type1", True, 2, 9, 7),
        ("Type2", True, 7, 8, 1),
        ("Type0", True, 5, 6, 1),
    ]
    assert [row.shallow_bytes for row in found] == [720, None, None]


def test_untracked_types_are_joined_in_from_the_snapshots_that_looked() -> None:
    given = facts(counts=[[1, 1, 1], [0, 0, 0]])
    looks = ({1: 10}, None, {0: 4, 1: 30})
    given = replace(given, objects=replace(given.objects, untracked=looks))
    assert _rows(analyse(given).rows) == [
        ("Type1", False, 10, 30, 20),
        ("Type0", False, 0, 4, 4),
        ("Type0", True, 1, 1, 0),
    ]


def test_one_look_tells_no_growth() -> None:
    given = facts(counts=[[3]])
    given = replace(given, objects=replace(given.objects, untracked=({0: 2},)))
    assert _rows(analyse(given).rows) == [
        ("Type0", True, None, 3, None),
        ("Type0", False, None, 2, None),
    ]


def test_names_decide_where_all_else_is_equal() -> None:
    given = facts(counts=[[1, 1], [1, 1]])
    types = (Type("b", "A"), Type("a", "B"))
    given = replace(given, objects=replace(given.objects, types=types))
    assert [row.type.module for row in analyse(given).rows] == ["a", "b"]


def test_no_snapshots() -> None:
    assert analyse(facts()).rows == ()
