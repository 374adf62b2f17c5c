"""The values: nothing is suppressed where nobody says."""

from memprof.analysis.suppression import NO_RULES, NONE, Suppression


def test_the_defaults_say_nothing() -> None:
    assert NO_RULES.suppressions == ()
    assert not NONE.used
    assert not NONE.expired
    assert not NONE.unused
    assert Suppression("ab", "known").expires is None
