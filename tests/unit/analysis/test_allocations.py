"""Allocation sites: live at the end, at the highest snapshot, and grown."""

from dataclasses import replace

import pytest
from support.facts import SECOND_NS, facts, history, snapshots

from memprof.analysis.allocations import Birth, analyse, shown
from memprof.model.run import Event


def test_live_peak_growth_and_share() -> None:
    found = analyse(facts([[100, 900, 300], [0, 400, 100], [50, 0, 0], [0, 0, 0]]))
    first, second, third = found.rows
    assert (first.live_bytes, first.peak_bytes, first.growth_bytes) == (300, 900, 200)
    assert (first.live_blocks, first.peak_blocks, first.growth_blocks) == (3, 9, 2)
    assert first.share == pytest.approx(0.75)
    assert (second.live_bytes, second.growth_bytes) == (100, 100)
    assert (third.live_bytes, third.growth_bytes) == (0, -50)
    assert (found.live_bytes, found.live_blocks) == (400, 4)
    assert (found.highest_at_ns, found.last_at_ns) == (SECOND_NS, 2 * SECOND_NS)


def test_figures_stop_where_tracing_was_lost() -> None:
    given = facts([[0, 500, 0]])
    lost = Event(SECOND_NS, "tracing-restarted", "/srv/app.py:9")
    found = analyse(replace(given, run=replace(given.run, events=(lost,))))
    assert [row.live_bytes for row in found.rows] == [500]
    assert found.last_at_ns == SECOND_NS


def test_nothing_traced_is_not_nothing_live() -> None:
    found = analyse(facts(snapshots=snapshots(2, live_bytes=None)))
    assert (found.rows, found.live_bytes, found.last_at_ns) == ((), None, None)


def test_one_snapshot_tells_no_growth() -> None:
    (row,) = analyse(facts([[700]])).rows
    assert (row.growth_bytes, row.growth_blocks) == (None, None)


def test_the_peak_as_it_happened() -> None:
    """Each site's part of the true peak, also of those no snapshot saw."""
    high = snapshots(3, live=[100, 900, 300], peak_bytes=5_000)
    look = history(peak={0: (1_000, 10), 1: (4_000, 4)})
    found = analyse(facts([[100, 900, 300], [0, 0, 0]], snapshots=high, history=(None, None, look)))
    assert [row.peak_bytes for row in found.rows] == [1_000, 4_000]
    assert (found.peak_bytes, found.history_at_ns) == (5_000, 2 * SECOND_NS)
    assert [row.peak_bytes for row in shown(found, 1)] == [1_000]
    assert len(shown(found, 2)) == 2


def test_a_peak_after_the_last_look_is_the_highest_snapshot() -> None:
    look = history(peak={0: (100, 1)})
    found = analyse(facts([[100, 100, 900]], history=(None, look, None)))
    assert (found.rows[0].peak_bytes, found.peak_bytes) == (900, None)


def test_who_made_the_peak_is_shown() -> None:
    """Of four, two places at most go to sites of which little is left."""
    sizes = [[0, 100 - site] for site in range(9)]
    peak = {site: (9_000 + site, 1) if site > 5 else (1, 1) for site in range(9)}
    made = snapshots(2, live=[0, 800], peak_bytes=30_000)
    found = analyse(facts(sizes, snapshots=made, history=(None, history(peak=peak))))
    assert [row.stack[0].line for row in shown(found, 4)] == [1, 2, 8, 9]
    assert [row.stack[0].line for row in shown(found, 20)] == list(range(1, 10))
    plain = analyse(facts(sizes))
    assert [row.stack[0].line for row in shown(plain, 4)] == [1, 2, 3, 4]


def test_traffic_and_births() -> None:
    look = history(
        traffic={0: (3_000, 30), 1: (9_000, 9), 2: (50, 1)},
        births={0: (2, 1)},
    )
    found = analyse(
        facts([[0, 300], [0, 0], [0, 50]], [[0, 3], [0, 0], [0, 1]], history=(None, look))
    )
    first, second, third = found.rows
    assert first.births == (Birth(0, 2), Birth(SECOND_NS, 1))
    assert (second.births, third.births) == ((), ())
    assert second.traffic is not None
    assert second.traffic.freed_share == pytest.approx(0)
    assert [row.stack[0].line for row in found.passing] == [2, 1]
    passing = [(row.traffic.freed_bytes, row.traffic.freed_blocks) for row in found.passing]
    assert passing == [(9_000, 9), (2_700, 27)]
    assert found.traffic is not None
    assert (found.traffic.allocated_bytes, found.traffic.freed_blocks) == (12_050, 36)
    nothing = analyse(facts([[0, 300]]))
    assert (nothing.traffic, nothing.passing, nothing.rows[0].births) == (None, (), None)
