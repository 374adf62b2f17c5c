"""Nothing is said of a test until somebody says it."""

from memprof.testing.judged import Judged


def test_nothing_is_said_at_first() -> None:
    assert Judged() == Judged(verdict="", note="", failure="")
