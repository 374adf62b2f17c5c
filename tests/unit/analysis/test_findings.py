"""All findings at once, the same each time."""

from support.facts import facts

from memprof.analysis.findings import analyse


def test_the_same_facts_give_the_same_findings() -> None:
    given = facts([[1, 2, 3]], counts=[[4, 5, 6]])
    assert analyse(given) == analyse(given)


def test_an_empty_capture_has_findings() -> None:
    found = analyse(facts())
    assert found.suspects.verdict == "INCONCLUSIVE"
    assert found.process.rss_peak_bytes is None
