"""pymalloc: most idle size class first, and n/a where there is none."""

from support.facts import MIB, SECOND_NS, facts, pools

from memprof.analysis.pools import analyse


def test_most_idle_first_with_totals() -> None:
    found = analyse(facts(number=3, pools=(pools(), pools(), None)))
    assert [(row.size_bytes, row.idle_bytes) for row in found.rows] == [(64, 32_000), (512, 12_288)]
    assert (found.pools, found.blocks_used, found.blocks_free) == (14, 2_100, 524)
    assert found.idle_bytes == 44_288
    assert found.held_bytes == 5 * MIB
    assert found.at_ns == SECOND_NS


def test_no_pymalloc_is_not_an_empty_one() -> None:
    found = analyse(facts(number=2))
    assert found.totals is None
    assert found.held_bytes is None
    assert found.rows == ()
