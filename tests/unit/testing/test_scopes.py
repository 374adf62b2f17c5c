"""The teardown stops at the parent where the test may be called again."""

import pytest

from memprof.testing.scopes import Scopes


@pytest.mark.parametrize("wanted", [True, False])
def test_what_is_shared_is_kept_if_wanted(pytester: pytest.Pytester, wanted: object) -> None:
    item = pytester.getitem("def test_func(): pass")
    state = item.session._setupstate
    state.setup(item)
    scopes = Scopes(item)
    with scopes.in_parts(None, lambda: bool(wanted)):
        state.teardown_exact(None)
    assert bool(state.stack) is wanted
    assert item not in state.stack
    ended = scopes.end()
    assert (ended is not None) is wanted
    assert not state.stack


def test_what_goes_wrong_at_the_end_is_returned(pytester: pytest.Pytester) -> None:
    item = pytester.getitem("def test_func(): pass")
    state = item.session._setupstate
    state.setup(item)
    state.addfinalizer(lambda: 1 // 0, item.session)
    scopes = Scopes(item)
    with scopes.in_parts(None, lambda: True):
        state.teardown_exact(None)
    ended = scopes.end()
    assert ended is not None
    assert ended.excinfo is not None
    assert ended.excinfo.type is ZeroDivisionError


def test_without_a_teardown_of_ours_nothing_is_ended(pytester: pytest.Pytester) -> None:
    item = pytester.getitem("def test_func(): pass")
    state = item.session._setupstate
    state.setup(item)
    assert Scopes(item).end() is None
    assert item in state.stack
    state.teardown_exact(None)
