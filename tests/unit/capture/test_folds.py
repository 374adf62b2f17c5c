"""Folds: whose each record of a capture is."""

from pathlib import Path

import pytest
from support.captures import Row
from support.facts import facts
from support.trees import child, folded, lines, told

from memprof.agent.wire import MAGIC, seal
from memprof.capture.folds import Folds
from memprof.capture.records import open_records

ROOT = lines(told(facts([[1_000] * 3])))
RECORDS = len([line for line in ROOT.splitlines() if line])
CHILD = child(50)


def owners(path: Path, data: bytes) -> list[tuple[tuple[int, int] | None, bool, int]]:
    """Return the folds of *data* in their order: key, whole, records; the root's first."""
    path.write_bytes(MAGIC + data)
    found: dict[int, list[object]] = {}
    with open_records(path) as records:
        folds = Folds(records)
        kept = []
        for fold, _ in folds:
            kept.append(fold)
            found.setdefault(id(fold), [fold, 0])
        return [(one.key, one.whole, kept.count(one)) for one in dict.fromkeys(kept)]


def marks(rows: list[Row]) -> int:
    """Return how many records there are of a child, its marks among them."""
    return len(rows) + 2


def test_a_capture_without_children_is_the_roots(tmp_path: Path) -> None:
    assert owners(tmp_path / "a", ROOT) == [(None, False, RECORDS)]


def test_what_stands_between_the_marks_is_the_childs(tmp_path: Path) -> None:
    other = child(51)
    data = ROOT + folded(CHILD) + folded(other) + seal("exit", {})
    (_, _, of_root), first, second = owners(tmp_path / "a", data)
    assert of_root == RECORDS + 1
    assert first == ((50, CHILD[0][1]["clock_ns"]), True, marks(CHILD))
    assert second == ((51, other[0][1]["clock_ns"]), True, marks(other))


def test_a_fold_that_was_cut_is_not_whole(tmp_path: Path) -> None:
    data = ROOT + folded(CHILD, whole=False) + folded(child(51))
    assert [whole for _, whole, _ in owners(tmp_path / "a", data)] == [False, False, True]


def test_an_end_of_another_child_is_no_end(tmp_path: Path) -> None:
    wrong = folded(CHILD, whole=False) + seal("folded", {"pid": 1, "clock_ns": 2})
    assert owners(tmp_path / "a", ROOT + wrong)[1][1] is False


@pytest.mark.parametrize("fields", [{}, {"pid": -1, "clock_ns": 3}, {"pid": "1", "clock_ns": None}])
def test_a_mark_without_a_key_begins_a_child_all_the_same(
    tmp_path: Path, fields: dict[str, object]
) -> None:
    data = ROOT + seal("process", fields) + lines(CHILD)
    assert [key for key, _, _ in owners(tmp_path / "a", data)] == [None, None]


def test_a_child_whose_mark_was_lost_is_known_by_its_hello(tmp_path: Path) -> None:
    """Its records are nobody else's."""
    before, *_ = owners(tmp_path / "a", ROOT)
    found = owners(tmp_path / "a", ROOT + lines(CHILD) + seal("folded", {"pid": 50}))
    assert found[0] == before
    assert len(found) == 2


def test_damage_is_counted_where_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(MAGIC + ROOT + b"torn\n" + folded(CHILD, whole=False) + b"torn\ntorn\n")
    with open_records(path) as records:
        folds = Folds(records)
        last = [fold for fold, _ in folds][-1]
    assert (folds.root.damaged_lines, last.damaged_lines) == (1, 2)
