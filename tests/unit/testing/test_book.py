"""The book of known tests: who passes by it, and how the run ends with it."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from memprof.analysis import verdicts
from memprof.errors import UsageError
from memprof.gate import tested
from memprof.gate.tested import KnownTest, KnownTests
from memprof.testing.book import Book
from memprof.testing.judged import Judged

PYTHON = "{}.{}".format(*sys.version_info)
KNOWN = KnownTest("test_a.py::test", verdicts.LEAK, "blocks", 1.0, 64.0, 2.0)
LEAK = Judged(verdicts.LEAK, failure="LEAK: it keeps\n", figure="blocks", per_call=1.0)


def book(*, renews: bool = False) -> Book:
    """Return a book that knows one test."""
    known = KnownTests(PYTHON, sys.platform, exact=True, entries=(KNOWN,))
    return Book("b.json", known, renews=renews)


def test_what_is_known_passes_and_says_so() -> None:
    judged = book().judged("test_a.py::test", LEAK)
    assert (judged.verdict, judged.failure, judged.note) == (
        verdicts.LEAK,
        "",
        "as the baseline knows",
    )
    assert book().judged("test_b.py::test", LEAK) == LEAK
    clean = Judged(verdicts.CLEAN)
    assert book().judged("test_a.py::test", clean) is clean


def test_what_is_more_than_known_fails_and_says_what_was_known() -> None:
    judged = book().judged("test_a.py::test", replace(LEAK, per_call=2.0))
    assert judged.failure == (
        "LEAK: it keeps\n  known    the baseline has it with 1.00 blocks of each call\n"
    )


def test_while_it_is_written_nothing_fails() -> None:
    judged = book(renews=True).judged("test_b.py::test", LEAK)
    assert (judged.failure, judged.note) == ("", "in the baseline now")


def config(pytester: pytest.Pytester, *words: str) -> pytest.Config:
    """Return what *words* ask for."""
    return pytester.parseconfig(*words)


def test_a_file_that_is_not_there_yet_may_be_written(pytester: pytest.Pytester) -> None:
    found = Book.of(config(pytester, "--memprof-update-baseline"), exact=True)
    assert found is not None
    assert Path(found.path) == pytester.path / "memprof-tests.json"
    assert found.renews
    with pytest.raises(UsageError, match="cannot be read: No such file or directory") as caught:
        Book.of(config(pytester, "--memprof-baseline=no.json"), exact=True)
    assert "--memprof-update-baseline" in caught.value.hint


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"python": "2.7"}, f"is of Python 2.7, this is Python {PYTHON}"),
        ({"platform": "sunos"}, f"is of sunos, this is {sys.platform}"),
        ({"exact": False}, "is of blocks, counted by the interpreter, this is bytes, counted in C"),
        ({"format": "x"}, "is not a baseline: its format is not memprof-tests/1"),
    ],
)
def test_a_baseline_of_another_kind(
    change: dict[str, object], why: str, pytester: pytest.Pytester
) -> None:
    known = tested.document(book().known)
    (pytester.path / "b.json").write_text(json.dumps({**known, **change}))
    with pytest.raises(UsageError, match=why):
        Book.of(config(pytester, "--memprof-baseline=b.json"), exact=True)
    again = config(pytester, "--memprof-baseline=b.json", "--memprof-update-baseline")
    if "format" in change:
        # What is no baseline is not replaced by one.
        with pytest.raises(UsageError, match=why):
            Book.of(again, exact=True)
    else:
        found = Book.of(again, exact=True)
        assert found is not None
        assert found.known.entries == ()


def test_the_key_is_beside_the_ini_file(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nmemprof_baseline = known.json\n")
    (pytester.path / "known.json").write_text(json.dumps(tested.document(book().known)))
    found = Book.of(config(pytester), exact=True)
    assert found is not None
    assert found.known == book().known
    assert not found.renews
