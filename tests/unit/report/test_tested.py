"""The summary of a suite, as text."""

from dataclasses import replace

from memprof.gate.tested import KnownTest, KnownTests
from memprof.model.tested import MeasuredTest
from memprof.report import tested


def one(
    test: str, kept: int, verdict: str = "", note: str = "", *, exact: bool = True
) -> MeasuredTest:
    """Return what is known of a test."""
    return MeasuredTest(test, kept, exact, 2048 if exact else None, 3, verdict, note)


def test_the_accused_come_first_then_what_is_kept() -> None:
    rows = [
        one("c", 5),
        one("a", 900),
        one("b", 0, "LEAK"),
        one("d", 1, "INCONCLUSIVE", "too slow"),
    ]
    lines = tested.lines(rows, top=0)
    assert lines[0] == (
        "4 tests measured, 1 keeps more each time it is called, 1 could not be judged"
    )
    assert [line.split()[-1] for line in lines[3:7]] == ["b", "a", "c", "d"]
    assert lines[7] == "  - d: too slow"


def test_several_are_spoken_of_as_such() -> None:
    rows = [one("a", 5, word) for word in ("LEAK", "THREADS", "LIMIT", "LIMIT", "INCONCLUSIVE")]
    assert " ".join(tested.lines(rows, top=1)[:2]).startswith(
        "5 tests measured, 2 keep more each time they are called, 2 take more than they may, 1"
        " could not be judged"
    )


def test_only_the_first_are_shown() -> None:
    lines = tested.lines([one(f"test_{number}", number) for number in range(5)], top=2)
    assert lines[0] == "5 tests measured, none keeps more each time it is called"
    assert lines[-1] == "… and 3 more tests"
    assert len(lines) == 6


def test_blocks_where_bytes_are_unknown() -> None:
    text = "\n".join(tested.lines([one("a", 12, exact=False)], top=0))
    assert "blocks kept" in text
    assert "n/a" in text
    assert "+12" in text


def test_nothing_measured() -> None:
    assert tested.lines([], top=10) == ["no test was measured"]


def test_a_test_that_adds_to_a_known_leak() -> None:
    said = tested.beside("LEAK", "a.py::test_b", "a.py::test_a", 2048, 9)
    assert said.startswith("LEAK: a.py::test_b keeps +2.0 KiB of each call, as a.py::test_a does\n")
    assert "  9 calls in a row added to the same container" in said


def test_a_baseline_says_what_it_knows_and_what_is_fixed() -> None:
    entries = tuple(KnownTest(f"test_{n}", "LEAK", "blocks", 1.0, None, None) for n in range(22))
    book = KnownTests("3.12", "linux", exact=True, entries=entries)
    found = [replace(one("test_0", 9, "LEAK"), accused=True), one("test_1", 0)]
    lines = tested.known_lines("b.json", book, entries[1:], found, renewed=False)
    assert lines[0] == "b.json: 22 tests known to keep something; 1 test did"
    assert lines[1] == "fixed: test_1 (LEAK)"
    assert lines[-2:] == [
        "… and 1 more test",
        "--memprof-update-baseline takes what is fixed out of it",
    ]
    assert len(lines) == 23
    assert tested.known_lines("b.json", book, (), found, renewed=True) == [
        "b.json was written: 22 tests known to keep something"
    ]


def test_what_is_more_than_known_is_told_with_what_was() -> None:
    known = KnownTest("test", "LEAK", "app.Session", 1.0, 64.0, 2.0)
    assert tested.past(known).strip().endswith("with 1.00 app.Session of each call")
    beside = replace(known, per_call=None)
    assert tested.past(beside).strip().endswith("with 2 blocks and 64 B of each call, app.Session")
    limit = KnownTest("test", "LIMIT", "peak", None, 2048.0, None)
    assert tested.past(limit).strip().endswith("with 2.0 KiB")
