"""What holds for every test: no setting of the developer's reaches it."""

import gc
import os

import pytest


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the MEMPROF_* variables out of the environment, and what pytest is told by it."""
    for name in [name for name in os.environ if name.startswith(("MEMPROF_", "PYTEST_ADDOPTS"))]:
        monkeypatch.delenv(name)


LOOKING = (
    "tests/unit/exact/",
    "tests/unit/testing/",
    "tests/unit/agent/",
    "tests/native/",
    "tests/accuracy/test_repeat.py",
)
"""Tests that look at all objects of their own process."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let those that look at all objects come first: what other tests leave there costs them."""
    items.sort(key=lambda item: not item.nodeid.startswith(LOOKING))


FROZEN = 10_000
"""With fewer, a test has unfrozen them: some thousand immortal ones are among them at most."""


@pytest.fixture(autouse=True)
def _out_of_the_way(request: pytest.FixtureRequest) -> None:
    """Put what pytest is made of out of the collector's way, for tests that collect often."""
    # To count them takes milliseconds.
    if request.node.nodeid.startswith(LOOKING) and gc.get_freeze_count() < FROZEN:
        gc.collect()
        gc.freeze()
