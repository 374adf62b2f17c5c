"""The session: which of our hooks take part in this run of pytest."""

import pytest

from memprof.errors import UsageError
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
    except UsageError as error:
        message = f"memprof: {error}. {error.hint}"
        raise pytest.UsageError(message) from None
    if config.getoption("collectonly"):
        return
    if whole and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Summary(defaults.top), "memprof-summary")
    config.pluginmanager.register(Watch(defaults, whole=whole), _NAME)
