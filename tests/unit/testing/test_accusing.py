"""A test that seems to keep something is called in rounds."""

from memprof.analysis import verdicts
from memprof.testing.accusing import growth
from memprof.testing.asked import Asked

KEPT: list[object] = []


def keep() -> None:
    """Keep one more."""
    KEPT.append(object())


def test_what_keeps_something_is_accused_and_what_does_not_is_not() -> None:
    accused = growth(keep, Asked(calls=4), "test", 30.0)
    assert accused.verdict == verdicts.LEAK
    assert accused.failure
    assert not growth(lambda: None, Asked(calls=4), "test", 30.0).failure


def test_what_is_allowed_does_not_fail() -> None:
    judged = growth(keep, Asked(growth=None, calls=4), "test", 30.0)
    assert (judged.verdict, judged.failure) == (verdicts.LEAK, "")
    assert judged.note == "allowed by the test's marker or the ini file"
