"""Rows: what is said of each kind."""

from support.compared import edited, side
from support.service import service

from memprof.analysis.diff import Rows, rows
from memprof.analysis.differences import Difference, compare, sums
from memprof.analysis.holdings import Holding, Holdings, Subject
from memprof.model.allocations import Frame
from memprof.model.objects import Type
from memprof.report.differences import document, lines, where


def table(by: str, old: Holdings, new: Holdings) -> Rows:
    """Return the rows of two holdings."""
    in_bytes = by in {"site", "file", "traceback"}
    found = compare(old, new, in_bytes=in_bytes)
    return Rows(by, found, sums(old, new, found, in_bytes=in_bytes))


def text(found: Rows, top: int | None = None) -> str:
    """Return the section."""
    return "\n".join(lines(found, top))


def test_a_line_that_moved_says_where_it_was() -> None:
    found = rows(side(service()), side(edited()), "site")
    assert "/shop/sessions.py:44 SessionStore.open (was line 41)" in text(found)
    assert "gone" in text(found)
    assert document("site", found.rows[0])["was"] == {
        "file": "/srv/shop/sessions.py",
        "line": 41,
        "function": "SessionStore.open",
        "user_line": None,
    }


def test_nothing_is_no_section() -> None:
    assert lines(table("site", {}, {}), 10) == []


def test_a_traceback_shows_its_first_lines_and_a_site_whom_it_was_for() -> None:
    stack = tuple(Frame("/a.py", line, "f") for line in range(1, 7))
    deep = Holding(Subject(stack=stack, caller=stack[2]), 100, 1)
    shown = text(table("traceback", {}, {1: deep}))
    assert "from /a.py:4 f" in shown
    assert "/a.py:5" not in shown
    assert "and 2 more" in shown
    shown = text(table("site", {}, {1: deep}))
    assert "for /a.py:3 f" in shown


def test_estimates_say_how_sure_they_are() -> None:
    subject = Subject(stack=(Frame("/a.py", 1, "f"),))
    found = table("site", {1: Holding(subject, 0, 0, 30.0)}, {1: Holding(subject, 900, 9, 40.0)})
    assert "+900 B ±50 B" in text(found)
    assert document("site", found.rows[0])["growth_error_bytes"] == 50


def test_types_and_owners_are_counted_in_objects() -> None:
    kind = Type("app", "Item")
    row = Holding(Subject(type=kind, tracked=False), None, 7)
    assert "app.Item *" in text(table("type", {}, {1: row}))
    owner = Holding(Subject(type=kind, owner="m.KEPT[*]"), None, 7)
    nobody = Holding(owner.subject, None, None)
    found = table("owner", {1: nobody}, {1: owner})
    assert "unknown     n/a     n/a      7  app.Item: m.KEPT[*]" in text(found)
    assert document("owner", found.rows[0])["before_objects"] is None


def test_what_an_owner_of_a_site_holds() -> None:
    subject = Subject(stack=(Frame("/a.py", 1, "f"),), owner="m.KEPT[*]")
    row = Difference("new", None, subject, None, None, 0, 3)
    assert where("owner", row) == ["/a.py:1 f: m.KEPT[*]"]
