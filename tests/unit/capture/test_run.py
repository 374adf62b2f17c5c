"""The run as a whole: beginning, happenings, end."""

from typing import Any

import pytest
from support.captures import capture_rows, example_facts, record

from memprof.capture.fields import DamagedRecord
from memprof.capture.run import RunReader
from memprof.model.run import Ending, Run

HELLO = capture_rows(example_facts())[0][1]


def run_of(reader: RunReader) -> Run:
    """Return what *reader* collected."""
    assert reader.hello is not None
    return reader.facts("a.memprof", reader.hello, 3)


@pytest.fixture
def reader() -> RunReader:
    """Return a reader that has seen the agent's hello."""
    reader = RunReader()
    reader.take_hello(record("hello", **HELLO))
    return reader


def test_a_run_that_was_killed_is_not_complete(reader: RunReader) -> None:
    """Without a footer the overhead is what the snapshots cost; the end is the launcher's."""
    reader.close(at_ns=50, cost_ns=7)
    reader.close(at_ns=60, cost_ns=8)
    reader.take_event(record("event", at_ns=55, what="gc-disabled", detail=None))
    reader.take_exit(record("exit", clock_ns=1, code=None, signal=9, oom_kills=1))
    run = run_of(reader)
    assert not run.complete
    assert run.ending == Ending(None, 9, None, 1)
    assert (run.duration_ns, run.overhead_ns, run.lost_records) == (60, 15, 0)
    assert run.damaged_records == 3


def test_the_footer_is_the_agents_word(reader: RunReader) -> None:
    """With a footer the run is complete, and ends there."""
    reader.close(at_ns=50, cost_ns=7)
    reader.take_footer(record("footer", at_ns=90, reason="_exit", overhead_ns=20, lost=4))
    run = run_of(reader)
    assert run.complete
    assert run.ending == Ending(None, None, "_exit", 0)
    assert (run.duration_ns, run.overhead_ns, run.lost_records) == (90, 20, 4)


def test_a_second_hello_is_damaged(reader: RunReader) -> None:
    """A capture is one process: the first hello holds."""
    with pytest.raises(DamagedRecord):
        reader.take_hello(record("hello", **{**HELLO, "pid": 1}))
    assert run_of(reader).pid == HELLO["pid"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("pid", -1),
        ("pid", True),
        ("python", 3),
        ("free_threaded", None),
        ("interval_s", "1"),
        ("interval_s", -1),
        ("started_unix_s", 1e300),
        ("target", None),
        ("cycles", "yes"),
        ("argv", "app.py"),
        ("argv", ["app.py", 7]),
    ],
)
def test_a_hello_of_wrong_fields_is_damaged(name: str, value: Any) -> None:  # noqa: ANN401
    """Each field of the hello is checked."""
    reader = RunReader()
    with pytest.raises(DamagedRecord):
        reader.take_hello(record("hello", **{**HELLO, name: value}))
    assert reader.hello is None


def test_a_fixed_interval_is_a_number(reader: RunReader) -> None:
    """An interval of null is adaptive, any other in seconds."""
    assert run_of(reader).settings.interval_s is None
    fixed = RunReader()
    fixed.take_hello(record("hello", **{**HELLO, "interval_s": 2}))
    assert run_of(fixed).settings.interval_s == 2.0
