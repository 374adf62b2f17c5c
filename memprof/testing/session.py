"""The session: which of our hooks take part in this run of pytest."""

import pytest

from memprof.errors import UsageError
from memprof.report.escape import terminal
from memprof.testing.asked import Defaults
from memprof.testing.summary import Summary
from memprof.testing.watch import Watch

_NAME = "memprof-watch"


def begin(config: pytest.Config, *, whole: bool) -> None:
    """
    Take part in the run, once: watch the *whole* suite, or the tests with a marker.

    With xdist the tests are watched where they run, and the table is shown where
    they are not.
    """
    if config.pluginmanager.has_plugin(_NAME):
        return
    try:
        defaults = Defaults.of(config)
        watch = Watch(defaults, whole=whole)
        keeper = _keeper(config, watch)
    except UsageError as error:
        message = terminal(f"memprof: {error}. {error.hint}")
        raise pytest.UsageError(message) from None
    if config.getoption("collectonly"):
        return
    if not hasattr(config, "workerinput"):
        if whole:
            config.pluginmanager.register(Summary(defaults.top), "memprof-summary")
        if keeper is not None:
            config.pluginmanager.register(keeper, "memprof-book")
    config.pluginmanager.register(watch, _NAME)
    config.pluginmanager.register(watch.shared, "memprof-shared")


def _keeper(config: pytest.Config, watch: Watch) -> object:
    """Hold *watch* to the baseline that *config* names; return its keeper, None without one."""
    named = config.getoption("--memprof-baseline") or config.getini("memprof_baseline")
    if not named and not config.getoption("--memprof-update-baseline"):
        return None
    # Most suites have none.
    from memprof.testing.book import Book, BookKeeper

    watch.book = Book.of(config, exact=watch.exact)
    return BookKeeper(watch.book)
