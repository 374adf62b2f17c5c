"""The processes of a run: one screen says which leaks, what each weighs and how it ended."""

from dataclasses import replace

import pytest
from support.captures import CLOCK_NS
from support.facts import MIB, SECOND_NS, facts
from support.prefork import MASTER, WORKERS, findings, prefork
from support.trees import steady

from memprof.analysis.member import of_child
from memprof.analysis.processes import ProcessTable
from memprof.analysis.tree import analyse
from memprof.model.run import Ending
from memprof.model.tree import ROOT, Counted, Process
from memprof.report.processes import chosen, document, ending, head, lines, totals, who

ALIKE = Process(50, CLOCK_NS, 41, "fork", "app.py", "3.12.1", facts([[1_000]]), brief=True)


def tree() -> ProcessTable:
    """Return the processes of a prefork server."""
    found = findings().processes
    assert found is not None
    return found


def of(*given: Process | Counted) -> ProcessTable:
    """Return the table of a quiet root and those *given*."""
    root = Process(41, 0, 40, ROOT, "app.py", "3.12.1", steady())
    found = analyse([root, *given]).processes
    assert found is not None
    return found


def test_one_process_is_told_in_a_line() -> None:
    assert lines(None, 10)[-1] == "One: it started no other that memprof saw."


def test_the_head_counts_them_by_what_began_them() -> None:
    text = " ".join(head(tree()))
    assert text.startswith("737 processes: the root, 700 brief, 31 subprocess, 4 fork, 1 exec;")
    assert "at least" in text
    exact = of(replace(ALIKE, brief=False, facts=replace(steady(), resident=())))
    assert " ".join(head(exact)) == "2 processes: the root, 1 fork."


def test_the_root_and_those_that_leak_are_shown_in_the_order_of_the_tree() -> None:
    pids = [row.member.who.pid for row in chosen(tree(), 5)]
    assert pids == [MASTER, *WORKERS]
    assert [row.member.who.pid for row in chosen(tree(), 1)] == [MASTER]
    assert len(chosen(tree(), 10)) == 6
    assert len(chosen(tree(), 100)) == 37


def test_those_that_are_not_shown_are_summed() -> None:
    text = " ".join(lines(tree(), 10))
    assert "… and 731 more; exit 0: 728; unfollowed: 2; ended otherwise: 1; none over" in text
    few = " ".join(lines(of(*(replace(ALIKE, clock_ns=n, pid=n) for n in range(100, 110))), 5))
    assert "… and 10 more; all of them exit 0; none over 31.0 MiB." in few
    assert "suspects in 2 of them" in " ".join(lines(tree(), 3))


def test_all_are_shown_where_there_is_room() -> None:
    text = lines(of(ALIKE), 10)
    assert not any("more" in line and line.startswith("…") for line in text)
    assert any(line.startswith("50 ") or "50      41  · fork" in line for line in text)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"why": "its Python is 2.7", "facts": None}, "unfollowed"),
        ({"running": True}, "running"),
        ({"facts": None}, "unseen"),
    ],
)
def test_how_it_ended_where_nothing_was_written(given: dict[str, object], expected: str) -> None:
    assert ending(of_child(replace(ALIKE, **given))) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        (Ending(0, None, "exit", 0), "exit 0"),
        (Ending(3, None, "_exit", 0), "_exit 3"),
        (Ending(None, None, "exec", 0), "exec"),
        (Ending(None, 15, None, 0), "SIGTERM"),
        (Ending(None, None, None, 0), "unknown"),
        (Ending(1, None, None, 0), "exit 1"),
    ],
)
def test_how_it_ended(end: Ending, expected: str) -> None:
    made = facts([[1_000]])
    given = replace(made, run=replace(made.run, ending=end))
    assert ending(of_child(replace(ALIKE, facts=given))) == expected


def test_what_it_is() -> None:
    def name(role: str, command: str) -> str:
        return who(of_child(replace(ALIKE, role=role, command=command)))

    assert name("fork", "app.py") == "fork"
    assert name("spawn", "app.py") == "app.py (spawn)"
    assert name("subprocess", "") == "subprocess"
    assert name("", "a") == "a (unknown)"


def test_what_a_reader_must_know_is_said() -> None:
    text = " ".join(" ".join(lines(tree(), 10)).split())
    assert "729 processes lived too short, or were seen too little" in text
    assert "How 1 process ended is unknown, most likely by a signal" in text
    assert "1 process not followed: its Python is 2.7." in text
    running = " ".join(" ".join(lines(of(replace(ALIKE, running=True)), 10)).split())
    assert "1 process is still running: read again later to see more." in running


def test_no_line_is_too_long_whatever_the_figures() -> None:
    name = "an/unreasonably/long/name/of/a/script/that/somebody/chose.py"
    long = [
        replace(ALIKE, pid=4_194_000 + n, ppid=4_194_000 + n - 1, clock_ns=n, role="fork server")
        for n in range(1, 20)
    ]
    found = of(*(replace(one, command=name) for one in long))
    assert max(map(len, lines(found, 50) + head(found))) <= 100


def test_the_document_has_every_process() -> None:
    rows = document(tree())
    assert len(rows) == 37
    assert rows[0]["role"] == "root"
    worker = next(row for row in rows if row["pid"] == WORKERS[3])
    assert (worker["ppid"], worker["suspects"], worker["verdict"]) == (MASTER, 1, "LEAK")
    assert (worker["complete"], worker["began_s"]) == (False, 1.3)
    assert worker["exit"] == {"code": None, "signal": None, "reason": None}
    old = next(row for row in rows if row["pid"] == 6000)
    assert (old["not_followed"], old["duration_s"], old["rss_peak_bytes"]) == (
        "its Python is 2.7",
        None,
        None,
    )


def test_the_document_tells_of_all_together() -> None:
    told = totals(tree())
    assert told["processes"] == 737
    assert told["counted_only"] == {
        "processes": 700,
        "ended_0": 698,
        "unfollowed": 1,
        "live_bytes": None,
        "rss_peak_bytes": 14 * MIB,
    }
    assert totals(of(ALIKE))["counted_only"] is None


def test_the_moment_is_counted_from_the_roots_beginning() -> None:
    assert tree().together is not None
    found = tree().together
    assert found is not None
    assert 0 <= found.at_ns <= 130 * SECOND_NS
    assert len(prefork()) == 38
