"""Live objects: types, census, untracked, shallow sizes."""

import pytest
from support.captures import record

from memprof.capture.fields import DamagedRecord
from memprof.capture.names import LOST, Strings
from memprof.capture.objects import LOST_TYPE, ObjectsReader, Types
from memprof.model.objects import Type


@pytest.fixture
def types() -> Types:
    """Return a table of one type, and one whose name was lost."""
    strings = Strings(1_000)
    strings.take(record("strings", first=0, texts=["app", "Node"]))
    types = Types(strings, 1_000)
    types.take(record("types", first=0, rows=[0, 1, 0, 9]))
    return types


def test_types_have_names(types: Types) -> None:
    """A type is a module and a name; what was lost is said to be."""
    types.take(record("types", first=3, rows=[0, 0]))
    types.ids.reach(4)
    assert types.facts() == (
        Type("app", "Node"),
        Type("app", LOST),
        LOST_TYPE,
        Type("app", "app"),
        LOST_TYPE,
    )


def test_untracked_is_none_where_nobody_looked(types: Types) -> None:
    """Each snapshot has its own counts; the shallow sizes are those said last."""
    reader = ObjectsReader(types)
    reader.take_untracked(record("untracked", types=[0, 1], counts=[5, 6]))
    reader.close()
    reader.close()
    reader.take_shallow(record("shallow", types=[1], bytes=[640]))
    facts = reader.facts()
    assert facts.untracked == ({0: 5, 1: 6}, None)
    assert facts.shallow_bytes == {1: 640}


@pytest.mark.parametrize("ids", [[1 << 30], [-1], [0, 1], None])
def test_counts_of_wrong_types_are_damaged(types: Types, ids: object) -> None:
    """Types out of range, or more of them than counts, are damaged."""
    with pytest.raises(DamagedRecord):
        ObjectsReader(types).take_untracked(record("untracked", types=ids, counts=[5]))
