"""Members: one process of a tree, followed or not."""

import pytest
from support.captures import CLOCK_NS, record
from support.facts import facts
from support.trees import TOKEN, child, told, unfollowed

from memprof.capture.folds import Fold
from memprof.capture.member import Member, counted
from memprof.errors import CaptureEmpty
from memprof.model.tree import Counted


def member(rows: list[tuple[str, dict[str, object]]], key: tuple[int, int] | None = None) -> Member:
    """Return the member that *rows* make."""
    made = Member(Fold(key, 10_000), 10_000)
    for kind, fields in rows:
        made.take(record(kind, **fields))
    return made


def test_a_child_says_who_it_is() -> None:
    found = member(child(50, role="spawn", brief=True)).child("a")
    assert found is not None
    assert (found.pid, found.ppid, found.role, found.command) == (50, 41, "spawn", "app.py")
    assert (found.python, found.brief, found.why) == ("3.12.1", True, "")
    assert found.facts is not None
    assert found.facts.run.pid == 50


def test_who_says_nothing_of_it_has_its_targets_name() -> None:
    rows = child(50)
    for name in ("run", "role", "command"):
        del rows[0][1][name]
    made = member(rows)
    found = made.child("a")
    assert found is not None
    assert (made.token, found.role, found.command, found.brief) == ("", "", "app.py", False)


def test_no_child_is_the_root() -> None:
    found = member(child(50, role="root")).child("a")
    assert found is not None
    assert found.role == ""


def test_one_that_is_closed_runs_no_more() -> None:
    rows = child(50)
    assert rows[-1][0] == "footer"
    for given, runs in ((rows, False), (rows[:-1], True)):
        found = member(given).child("a", running=True)
        assert found is not None
        assert found.running is runs


def test_a_child_without_a_snapshot_is_there_all_the_same() -> None:
    found = member(child(50)[:1]).child("a")
    assert found is not None
    assert (found.pid, found.facts, found.why) == (50, None, "")


def test_where_only_the_launcher_knows_a_child_it_has_a_number() -> None:
    found = member([], (50, 7)).child("a")
    assert found is not None
    assert (found.pid, found.clock_ns, found.ppid, found.facts) == (50, 7, None, None)
    assert member([]).child("a") is None


def test_a_child_that_was_not_followed_says_why() -> None:
    made = member(unfollowed(50))
    found = made.child("a")
    assert found is not None
    assert (found.pid, found.role, found.python, found.why) == (
        50,
        "subprocess",
        "2.7.18",
        "its Python is 2.7",
    )
    assert (made.token, made.key) == (TOKEN, (50, found.clock_ns))
    silent = member(unfollowed(50, "")).child("a")
    assert silent is not None
    assert silent.why


@pytest.mark.parametrize("fields", [{"pid": -1}, {"clock_ns": None}, {"why": 3}])
def test_a_refusal_that_is_damaged_is_counted(fields: dict[str, object]) -> None:
    ((kind, whole),) = unfollowed(50)
    made = member([(kind, whole | fields)])
    assert made.child("a") is None
    assert made.fold.damaged_lines == 1


def test_the_root_has_facts_or_is_an_error() -> None:
    found = member(told(facts([[1_000] * 3]))).root("a")
    assert (found.role, found.command, found.clock_ns) == ("root", "app.py", CLOCK_NS)
    with pytest.raises(CaptureEmpty):
        member([]).root("a")


def test_those_that_are_only_counted() -> None:
    fields = {"count": 9, "ended0": 8, "unfollowed": 1, "live_bytes": 5, "rss_peak_bytes": 7}
    assert counted(record("processes", **fields)) == Counted(9, 8, 1, 5, 7)
    assert counted(record("processes", count=9)) == Counted(9, 0, 0, None, None)
    assert counted(record("processes", count=-1)) is None
