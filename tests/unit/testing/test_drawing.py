"""A test of hypothesis is called again with the inputs it had."""

import pytest
from _pytest.runner import runtestprotocol
from hypothesis.internal.conjecture.data import STRUCTURAL_COVERAGE_CACHE, structural_coverage

from memprof.testing.again import Again
from memprof.testing.drawing import Drawn
from memprof.testing.shared import Shared

SOURCE = """
from hypothesis import given, settings, strategies
DRAWN = []
@settings(max_examples=20, database=None, derandomize=%s)
@given(strategies.integers(), strategies.lists(strategies.text()))
def test_func(number, words):
    DRAWN.append((number, words))
"""


def test_the_same_is_drawn_again(pytester: pytest.Pytester) -> None:
    item = pytester.getitem(SOURCE % False)
    assert isinstance(item, pytest.Function)
    runtestprotocol(item, log=False, nextitem=item.parent)  # type: ignore[arg-type]
    function, drawn = item.obj, Drawn(item)
    seed = function._hypothesis_internal_use_generated_seed
    assert seed is not None
    for _ in range(2):
        with drawn.again():
            assert function._hypothesis_internal_use_seed == seed
            runtestprotocol(item, log=False, nextitem=item.parent)  # type: ignore[arg-type]
        # What was set for it is undone: the next run of it is its own.
        assert function._hypothesis_internal_use_seed is None
    assert len(item.module.DRAWN) == 60
    item.session._setupstate.teardown_exact(None)


def test_what_is_not_random_needs_no_seed(pytester: pytest.Pytester) -> None:
    """As hypothesis has it by itself where it sees that it runs in CI."""
    item = pytester.getitem(SOURCE % True)
    assert isinstance(item, pytest.Function)
    runtestprotocol(item, log=False, nextitem=item.parent)  # type: ignore[arg-type]
    with Drawn(item).again():
        runtestprotocol(item, log=False, nextitem=item.parent)  # type: ignore[arg-type]
    drawn = item.module.DRAWN
    assert drawn[:20] == drawn[20:]
    item.session._setupstate.teardown_exact(None)


def test_what_hypothesis_remembers_is_forgotten(pytester: pytest.Pytester) -> None:
    item = pytester.getitem(SOURCE % True)
    structural_coverage(1234567)
    Again(item, Shared()).forget()
    assert not STRUCTURAL_COVERAGE_CACHE


def test_a_test_without_hypothesis_leaves_it_alone(pytester: pytest.Pytester) -> None:
    structural_coverage(1234567)
    item = pytester.getitem("def test_func(): pass")
    again = Again(item, Shared())
    again()
    again.forget()
    assert STRUCTURAL_COVERAGE_CACHE
    item.session._setupstate.teardown_exact(None)
