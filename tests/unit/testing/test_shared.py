"""What a shared fixture notes of those that used it is forgotten when they have ended."""

from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from memprof.testing.again import Again
from memprof.testing.shared import Shared

SOURCE = """
import pytest
@pytest.fixture(scope="session")
def engine():
    return {}
@pytest.fixture
def connection(engine):
    yield engine
def test_func(%s
"""


@pytest.mark.parametrize(
    "uses",
    ["connection): pass", "request): request.getfixturevalue('connection')"],
    ids=["named", "asked for"],
)
def test_what_used_it_is_forgotten(pytester: pytest.Pytester, uses: str) -> None:
    item = pytester.getitem(SOURCE % uses)
    shared, engines = Shared(), set[Any]()

    class Looks:
        def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> None:
            engines.update([fixturedef] if fixturedef.argname == "engine" else [])

    item.config.pluginmanager.register(shared)
    item.config.pluginmanager.register(Looks())
    runtestprotocol(item, log=False, nextitem=item)
    item.session._setupstate.teardown_exact(item.parent)  # type: ignore[arg-type]
    (engine,) = engines
    again = Again(item, shared)
    again()
    lasting = len(engine._finalizers)
    for _ in range(3):
        again()
    assert len(engine._finalizers) == lasting
    item.session._setupstate.teardown_exact(None)
    assert not shared._there


def test_what_notes_nothing_is_left_alone() -> None:
    class Other:
        scope = "session"

    shared = Shared()
    shared.pytest_fixture_setup(Other())  # type: ignore[arg-type]
    shared.forget_finished()
