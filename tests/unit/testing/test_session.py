"""Who takes part in the session."""

import pytest

from memprof.testing.session import begin


def plugins(config: pytest.Config) -> set[str]:
    """Return which of ours take part."""
    names = ("memprof-summary", "memprof-watch")
    return {name for name in names if config.pluginmanager.has_plugin(name)}


@pytest.mark.parametrize(
    ("arguments", "whole", "expected"),
    [
        ((), True, {"memprof-summary", "memprof-watch"}),
        ((), False, {"memprof-watch"}),
        (("--collect-only",), True, set()),
    ],
)
def test_the_watch_and_the_table(
    pytester: pytest.Pytester, arguments: tuple[str, ...], whole: object, expected: set[str]
) -> None:
    config = pytester.parseconfig(*arguments)
    begin(config, whole=bool(whole))
    begin(config, whole=bool(whole))
    assert plugins(config) == expected


def test_a_worker_shows_no_table(pytester: pytest.Pytester) -> None:
    config = pytester.parseconfig()
    config.workerinput = {}  # type: ignore[attr-defined]
    begin(config, whole=True)
    assert plugins(config) == {"memprof-watch"}


def test_a_wrong_key_is_a_line(pytester: pytest.Pytester) -> None:
    with pytest.raises(pytest.UsageError, match=r"memprof: 'x' is not a duration. Write it as"):
        begin(pytester.parseconfig("--memprof-time=x"), whole=True)
