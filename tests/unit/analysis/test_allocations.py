"""Allocation sites: live at the end, at the highest snapshot, and grown."""

from dataclasses import replace

import pytest
from support.facts import SECOND_NS, facts, snapshots

from memprof.analysis.allocations import analyse
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
