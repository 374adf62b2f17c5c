"""What the head of a report rests on."""

from dataclasses import replace

from support.facts import RUN, SECOND_NS, facts, snapshots

from memprof.analysis.run import SkipCount, python, summarise, traced_snapshots
from memprof.model.run import Event, Skip


def test_checkpoints_share_and_last_snapshot() -> None:
    found = snapshots(3)
    named = (found[0], replace(found[1], name="warm"), found[2])
    summary = summarise(facts(number=3, snapshots=named))
    assert summary.checkpoints == ("warm",)
    assert summary.last_snapshot_at_ns == 2 * SECOND_NS
    assert summary.overhead_share == 0.5


def test_a_run_of_no_length_has_no_share() -> None:
    summary = summarise(facts(run=replace(RUN, duration_ns=0)))
    assert summary.overhead_share is None
    assert summary.last_snapshot_at_ns is None


def test_skips_are_counted_by_reason() -> None:
    skips = tuple(Skip(0, None, reason) for reason in ("budget", "memory", "memory"))
    summary = summarise(facts(run=replace(RUN, skips=skips)))
    assert summary.skips == (SkipCount("memory", 2), SkipCount("budget", 1))


def test_figures_after_tracing_was_lost_are_not_believed() -> None:
    lost = Event(2 * SECOND_NS, "tracing-restarted", "/srv/app.py:9")
    later = Event(3 * SECOND_NS, "tracing-cleared", "/srv/app.py:10")
    given = facts([[1, 2, 3, 0, 0]])
    given = replace(given, run=replace(given.run, events=(later, lost)))
    assert summarise(given).tracing_lost == lost
    assert traced_snapshots(given) == [0, 1, 2]


def test_an_engine_that_is_off_traces_nothing() -> None:
    assert traced_snapshots(facts(snapshots=snapshots(3, live_bytes=None))) == []


def test_a_python_goes_by_its_minor_version_and_build() -> None:
    assert python(RUN.interpreter) == "3.12"
    assert python(replace(RUN.interpreter, version="3.14.0rc2", free_threaded=True)) == "3.14t"
