"""The head of the page says how much of the run was seen."""

from dataclasses import replace

from support.facts import RUN, SECOND_NS, facts

from memprof.analysis.run import summarise
from memprof.model.run import Ending, Event, Run, Skip
from memprof.report.run import lines


def _head(run: Run) -> str:
    given = facts(number=3)
    return " ".join(lines(summarise(replace(given, run=run)))).replace("  ", " ")


def test_a_whole_run() -> None:
    assert lines(summarise(replace(facts(number=3), run=RUN))) == [
        "memprof report: app.py",
        "Python 3.12.1, engine tracemalloc, depth 1; ran 100 s, exit status 0; capture complete.",
        "3 snapshots; memprof's own work 1.0 s, 1.0 % of the run.",
    ]


def test_the_command_line_where_it_was_asked_for() -> None:
    text = _head(replace(RUN, argv=("python", "app.py", "--name", "a\x1b b")))
    assert "memprof report: app.py Command: python app.py --name 'a\\x1b b' Python" in text


def test_a_killed_run() -> None:
    killed = Ending(code=None, signal=9, reason=None, oom_kills=1)
    text = _head(replace(RUN, ending=killed, complete=False))
    assert "killed by SIGKILL (9); capture incomplete: last snapshot at 2.0 s." in text
    assert "killed 1 process in this control group for want of memory" in text


def test_an_end_nobody_saw() -> None:
    ending = Ending(code=None, signal=None, reason=None, oom_kills=0)
    assert "launcher did not see the end" in _head(replace(RUN, ending=ending))


def test_whatever_makes_the_figures_less_than_whole_is_said() -> None:
    text = _head(
        replace(
            RUN,
            skips=(Skip(0, None, "budget"), Skip(0, None, "odd")),
            damaged_records=1,
            lost_records=2,
            agent_errors=("pools: OSError: no",),
            events=(
                Event(9 * SECOND_NS, "tracing-restarted", "/srv/app.py:9"),
                Event(SECOND_NS, "odd-event", "so"),
                Event(SECOND_NS, "gc-disabled", ""),
            ),
        )
    )
    assert "1 snapshot skipped: over the budget of memprof's own work." in text
    assert "1 snapshot skipped: odd." in text
    assert "1 damaged record in the capture left out" in text
    assert "2 records could not be written" in text
    assert "A probe of memprof failed and disarmed itself: pools: OSError: no." in text
    assert "restarted tracemalloc at /srv/app.py:9, 9.0 s into the run: allocation figures" in text
    assert "At 1.0 s: odd-event (so)." in text
    assert "gc-disabled" not in text


def test_other_interpreters_and_no_engine() -> None:
    interpreter = replace(RUN.interpreter, implementation="pypy", free_threaded=True)
    settings = replace(RUN.settings, engine="off")
    text = _head(replace(RUN, interpreter=interpreter, settings=settings))
    assert "pypy 3.12.1 free-threaded, engine off; ran" in text


def test_a_run_of_no_length_has_no_share() -> None:
    assert "n/a of the run" in _head(replace(RUN, duration_ns=0))
