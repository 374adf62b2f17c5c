"""Allocation sites of a tree: sums that can be checked against the shares."""

from typing import Any

from support.prefork import WORKERS, findings

from memprof.analysis.processes import ProcessTable
from memprof.report.shares import document, lines


def tree() -> ProcessTable:
    """Return the processes of a prefork server."""
    found = findings().processes
    assert found is not None
    return found


def test_each_site_says_who_holds_it() -> None:
    text = lines(tree(), 1)
    assert any("sessions.py:41" in line for line in text)
    assert any("of it 4201 25.0 %, 4202 25.0 %, 4203 25.0 %, 1 more" in line for line in text)
    assert "… and 4 more sites" in text[-1]


def test_it_is_said_what_the_sums_are_of() -> None:
    text = " ".join(" ".join(lines(tree(), 3)).split())
    assert "of 6 processes, each at its end; a fork counts with what it added" in text
    assert "Of 731 processes nobody knows which lines allocated." in text


def test_the_sums_are_those_of_the_shares() -> None:
    rows: list[Any] = document(tree(), deep=False)
    for row in rows:
        for name in ("live_bytes", "live_blocks"):
            assert row[name] == sum(share[name] for share in row["processes"])
    assert [share["pid"] for share in rows[0]["processes"]] == list(WORKERS)
    assert abs(sum(row["share"] for row in rows) - 1) < 1e-9
    assert "stack" not in rows[0]


def test_stacks_are_there_where_they_were_recorded() -> None:
    rows: list[Any] = document(tree(), deep=True)
    assert [frame["line"] for frame in rows[0]["stack"]] == [41]
