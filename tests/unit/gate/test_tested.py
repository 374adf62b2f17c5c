"""Tests that are known to keep something: what they may keep, what is new, what is fixed."""

from dataclasses import asdict, replace
from typing import Any

import pytest

from memprof.analysis import verdicts
from memprof.errors import BaselineUnreadable
from memprof.gate import tested
from memprof.gate.tested import KnownTest, KnownTests
from memprof.model.tested import MeasuredTest

ONE = KnownTest("test_a.py::test", verdicts.LEAK, "app.Session", 4.0, 400.0, 8.0)
BOOK = KnownTests("3.12", "linux", exact=True, entries=(ONE,))


def measured(test: str = ONE.test, verdict: str = verdicts.LEAK) -> MeasuredTest:
    """Return a test that, if it is a leak, was found to keep what ONE is known for."""
    found = MeasuredTest(test, 0, exact=True, peak_bytes=0, collected=0, verdict=verdict)
    if verdict != verdicts.LEAK:
        return found
    return replace(
        found,
        accused=True,
        figure=ONE.figure,
        per_call=ONE.per_call,
        bytes_per_call=ONE.bytes_per_call,
        blocks_per_call=ONE.blocks_per_call,
    )


@pytest.mark.parametrize(
    ("now", "allowed"),
    [
        ({}, True),
        ({"per_call": 5.0}, True),
        ({"per_call": 5.1}, False),
        ({"per_call": 1.0, "bytes_per_call": 10.0}, True),
        ({"bytes_per_call": 600.0}, False),
        ({"bytes_per_call": None}, True),
        ({"figure": "app.Other"}, False),
        # Not called in rounds: it adds to what another test keeps.
        ({"figure": "", "per_call": None, "bytes_per_call": None}, True),
        ({"figure": "", "per_call": None, "bytes_per_call": None, "blocks_per_call": 11.0}, False),
    ],
)
def test_what_is_known_may_be_a_quarter_more(now: dict[str, Any], allowed: object) -> None:
    assert ONE.allows(replace(ONE, **now)) == allowed


BESIDE = KnownTest("test_a.py::test", verdicts.LEAK, "app.Order, app.Session", None, 1000.0, 2.0)


@pytest.mark.parametrize(
    ("now", "allowed"),
    [
        ({}, True),
        ({"figure": "app.Order"}, True),
        ({"figure": "app.Other, app.Session"}, False),
        ({"bytes_per_call": 1500.0}, True),
        ({"bytes_per_call": 500_000.0}, False),
        ({"blocks_per_call": 3.0}, False),
        # Called in rounds this time: those name one figure of all.
        ({"figure": "app.Entry", "per_call": 1.0}, True),
        ({"figure": "app.Entry", "per_call": 1.0, "bytes_per_call": 500_000.0}, False),
    ],
)
def test_what_was_known_beside_another_is_held_to_classes_and_bytes(
    now: dict[str, Any], allowed: object
) -> None:
    assert BESIDE.allows(replace(BESIDE, **now)) == allowed


def test_of_a_limit_the_bytes_decide() -> None:
    known = KnownTest("test", "LIMIT", "peak", None, 1000.0, None)
    assert known.allows(replace(known, bytes_per_call=1250.0))
    assert not known.allows(replace(known, bytes_per_call=1251.0))


def test_a_baseline_is_of_the_tests_that_were_run() -> None:
    other, third = replace(ONE, test="test_b.py::test"), replace(ONE, test="test_c.py::test")
    book = replace(BOOK, entries=(ONE, other, third))
    found = [
        measured(verdict=verdicts.CLEAN),
        measured("test_b.py::test", verdicts.INCONCLUSIVE),
        measured("test_d.py::test"),
    ]
    # What was not run, or could not be judged, stays; what is new comes, what is clean goes.
    now = tested.renewed(book, found)
    assert [one.test for one in now.entries] == [
        "test_b.py::test",
        "test_c.py::test",
        "test_d.py::test",
    ]
    assert tested.fixed(book, found) == (ONE,)
    assert now.of("test_d.py::test", verdicts.LEAK) == replace(ONE, test="test_d.py::test")
    assert now.of("test_d.py::test", "LIMIT") is None


def test_it_is_read_as_it_was_written() -> None:
    assert tested.read(tested.document(BOOK)) == BOOK


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"format": "memprof-baseline/1"}, "its format is not memprof-tests/1"),
        ({"entries": {}}, "its entries are not a list of at most 100,000"),
        ({"exact": 1}, "its exact is neither true nor false"),
        ({"python": None}, "it has no text for python"),
        ({"entries": [asdict(ONE), asdict(ONE)]}, "two of its entries are of one test"),
        ({"entries": [{}]}, "entry 1 has not the keys blocks_per_call, "),
        ({"entries": [{**asdict(ONE), "per_call": True}]}, "entry 1 has no number for per_call"),
        ({"entries": [{**asdict(ONE), "per_call": -1}]}, "entry 1 has no number for per_call"),
        ({"entries": [{**asdict(ONE), "test": 7}]}, "entry 1 has no text for test"),
    ],
)
def test_what_is_none_is_told(change: dict[str, object], why: str) -> None:
    with pytest.raises(BaselineUnreadable, match=why):
        tested.read({**tested.document(BOOK), **change})
    with pytest.raises(BaselineUnreadable):
        tested.read([])
