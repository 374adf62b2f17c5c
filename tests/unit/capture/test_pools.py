"""Pools: pymalloc by size class."""

import pytest
from support.captures import record

from memprof.capture.fields import DamagedRecord
from memprof.capture.pools import PoolsReader
from memprof.model.pools import Pools, SizeClass

TOTALS = {"arenas": 1, "arenas_highest": 2, "arena_bytes": 30, "used_bytes": 20, "idle_bytes": 10}


def test_a_snapshot_has_pools_where_it_looked() -> None:
    """Each snapshot has its pools, None where pymalloc was not asked."""
    reader = PoolsReader()
    reader.take(record("pools", size_classes=[[16, 1, 2, 3]], **TOTALS))
    reader.close()
    reader.close()
    assert reader.facts() == (Pools((SizeClass(16, 1, 2, 3),), 1, 2, 30, 20, 10), None)


@pytest.mark.parametrize("row", [None, [16, 1, 2], [16, 1, 2, -3], [16, 1, 2, True], "abcd"])
def test_a_size_class_of_wrong_fields_is_damaged(row: object) -> None:
    """A size class is four counts."""
    with pytest.raises(DamagedRecord):
        PoolsReader().take(record("pools", size_classes=[row], **TOTALS))
