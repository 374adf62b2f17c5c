"""JUnit XML, read by junitparser."""

from junitparser import JUnitXml
from support.verdicts import ROOT, honest, leaky, measure, told

from memprof.gate import baseline
from memprof.report import junit


def test_a_case_for_each_limit_of_each_capture() -> None:
    found = told(leaky(), honest(4), by=measure(max_rss="1GiB", max_suspects="0"))
    suites = list(JUnitXml.fromstring(junit.render(found, ROOT).encode()))
    assert [suite.name for suite in suites] == [
        "memprof check 0.memprof",
        "memprof check 1.memprof",
    ]
    assert [(s.tests, s.failures, s.errors) for s in suites] == [(2, 1, 0), (2, 0, 1)]
    rss, suspects = suites[0]
    assert (rss.name, rss.result) == ("max-rss", [])
    (failure,) = suspects.result
    assert failure.message == "suspects 1, limit 0"
    assert failure.text.startswith("app.py:1: LEAK in handle")


def test_what_is_not_known_says_why() -> None:
    (suite,) = JUnitXml.fromstring(junit.render(told(honest(4)), ROOT).encode())
    (case,) = suite
    (error,) = case.result
    assert error.message.startswith("suspects unknown, limit 0: 3 snapshots after warm-up, 6 are")
    assert error.text == error.message


def test_a_torn_capture_fails_by_the_suspects_it_shows() -> None:
    found = told(leaky(complete=False), by=measure(baseline.build([honest()], ROOT)))
    (suite,) = JUnitXml.fromstring(junit.render(found, ROOT).encode())
    (case,) = suite
    (failure,) = case.result
    assert failure.message == "suspects 1 new, 0 grown, 0 as in the baseline"
    assert failure.text.startswith("app.py:1: LEAK in handle")


def test_the_whole_is_counted() -> None:
    top = JUnitXml.fromstring(junit.render(told(leaky(), trouble="gone"), ROOT).encode())
    assert (top.tests, top.failures, top.errors) == (2, 1, 1)


def test_a_baseline_is_a_case() -> None:
    found = told(leaky(), by=measure(baseline.build([honest()], ROOT)))
    (suite,) = JUnitXml.fromstring(junit.render(found, ROOT).encode())
    (case,) = suite
    assert case.name == "baseline"
    assert case.result[0].message == "suspects 1 new, 0 grown, 0 as in the baseline"
