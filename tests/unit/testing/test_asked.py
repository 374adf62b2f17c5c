"""What is asked of a test: the nearest marker has the last word."""

import pytest

from memprof.analysis.allowed import Allowed
from memprof.errors import UsageError
from memprof.model.rounds import BLOCKS, OBJECTS
from memprof.testing import asked
from memprof.testing.asked import Asked, Defaults


def of(pytester: pytest.Pytester, line: str, defaults: Asked | None = None) -> Asked:
    """Return what is asked of a test with the decorator *line*."""
    item = pytester.getitem(f"import pytest\n{line}\ndef test_func(): pass\n")
    return asked.of(item, defaults or Asked())


def test_nothing_said(pytester: pytest.Pytester) -> None:
    assert of(pytester, "") == Asked(growth=Allowed(0, OBJECTS))


def test_all_said(pytester: pytest.Pytester) -> None:
    line = "@pytest.mark.memprof(growth='2.5 blocks/call', limit='24 MB', calls=5, ignore=['a.B'])"
    expected = Asked(Allowed(2.5, BLOCKS), 24_000_000, 5, ("a.B",), exactly=True)
    assert of(pytester, line) == expected


@pytest.mark.parametrize(
    ("words", "exactly"),
    [("(limit='1 MiB')", False), ("", True), ("(limit='1 MiB', growth='0 objects/call')", True)],
)
def test_a_limit_alone_does_not_ask_for_growth(
    pytester: pytest.Pytester, words: str, exactly: object
) -> None:
    assert of(pytester, f"@pytest.mark.memprof{words}").exactly is exactly


def test_any_growth_may_be_allowed(pytester: pytest.Pytester) -> None:
    assert of(pytester, "@pytest.mark.memprof(growth='any')").growth is None


def test_the_nearest_has_the_last_word(pytester: pytest.Pytester) -> None:
    line = "@pytest.mark.memprof(calls=7)\n@pytest.mark.memprof(calls=3)"
    defaults = Asked(limit_bytes=99, calls=1)
    found = of(pytester, line, defaults)
    assert (found.calls, found.limit_bytes) == (3, 99)


@pytest.mark.parametrize(
    "words",
    [
        "'24 MB'",
        "limt='24 MB'",
        "limit=24",
        "limit='much'",
        "growth=1",
        "growth='1 thing/call'",
        "calls=0",
        "calls=True",
        "ignore=3",
        "ignore=[3]",
    ],
)
def test_what_makes_no_sense(pytester: pytest.Pytester, words: str) -> None:
    with pytest.raises(UsageError) as raised:
        of(pytester, f"@pytest.mark.memprof({words})")
    assert raised.value.hint


def test_the_defaults_of_the_suite(pytester: pytest.Pytester) -> None:
    pytester.makeini(
        "[pytest]\nmemprof_limit = 1 KiB\nmemprof_ignore =\n  a.B\n  c.D\nmemprof_time = 2 min\n"
    )
    found = Defaults.of(pytester.parseconfig("--memprof-top=0"))
    assert found == Defaults(Asked(limit_bytes=1024, ignored=("a.B", "c.D")), 0, 120.0)
