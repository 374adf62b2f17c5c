"""A test is called once more as pytest calls it, and nothing is left on the item."""

import pytest
from _pytest.runner import runtestprotocol

from memprof.testing.again import Again, Failed, release
from memprof.testing.shared import Shared

SOURCE = """
import pytest
CALLS = []
@pytest.fixture(scope="session")
def shared():
    return CALLS
@pytest.fixture
def each(shared):
    shared.append("begins")
    yield
    shared.append("ends")
def test_func(each, record_property, request, tmp_path):
    print("said")
    record_property("some", "thing")
    request.node.add_marker(pytest.mark.usefixtures())
    CALLS.append(tmp_path.name)
"""


def calls(item: pytest.Item) -> list[str]:
    """Return what the module of *item* has written down, and forget it."""
    module = getattr(item, "module")  # noqa: B009  (only functions have one)
    found = [*module.CALLS]
    module.CALLS.clear()
    return found


def test_fixtures_of_the_function_are_set_up_each_time(pytester: pytest.Pytester) -> None:
    item = pytester.getitem(SOURCE)
    runtestprotocol(item, log=False, nextitem=item)
    item.session._setupstate.teardown_exact(item.parent)  # type: ignore[arg-type]
    calls(item)
    again = Again(item, Shared())
    before = len(item.user_properties), len(item.own_markers), len(item._report_sections)
    for _ in range(2):
        again()
        assert calls(item) == ["begins", "test_func1", "ends"]
    after = len(item.user_properties), len(item.own_markers), len(item._report_sections)
    assert before == after
    item.session._setupstate.teardown_exact(None)


def test_what_does_not_pass_is_said(pytester: pytest.Pytester) -> None:
    item = pytester.getitem("def test_func(): assert [] == [1]")
    with pytest.raises(Failed, match="failed in its call"):
        Again(item, Shared())()
    item.session._setupstate.teardown_exact(None)


def test_what_is_let_go_is_made_again(pytester: pytest.Pytester) -> None:
    item = pytester.getitem("def test_func(): pass")
    renew = release(item)
    assert getattr(item, "funcargs") is None  # noqa: B009
    renew()
    assert getattr(item, "funcargs") == {}  # noqa: B009
    release(item)
    release(item)()
