"""The summary gathers what the reports of teardowns say."""

import pytest

from memprof.model.tested import MeasuredTest
from memprof.testing.properties import write
from memprof.testing.summary import Summary

FOUND = MeasuredTest("test_a.py::test_it", 12, exact=True, peak_bytes=99, collected=0)


@pytest.mark.parametrize(("when", "seen"), [("call", []), ("teardown", [FOUND])])
def test_only_teardowns_count(when: str, seen: list[MeasuredTest]) -> None:
    summary = Summary(0)
    report = pytest.TestReport(
        "test_a.py::test_it",
        ("test_a.py", 0, "test_it"),
        {},
        "passed",
        None,
        when,  # type: ignore[arg-type]
        user_properties=[write(FOUND)],
    )
    summary.pytest_runtest_logreport(report)
    assert summary._found == seen
