"""The summary of a suite, as text."""

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
