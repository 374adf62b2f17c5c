"""Steps run as one, with the collector off, which is left as it was found."""

import gc
from collections.abc import Iterator

import pytest

from memprof.agent import atomic


@pytest.fixture(autouse=True)
def _collector() -> Iterator[None]:
    """Leave the collector on."""
    yield
    gc.enable()


@pytest.mark.parametrize("enabled", [True, False])
def test_steps_run_in_order_without_the_collector(enabled: bool) -> None:  # noqa: FBT001
    (gc.enable if enabled else gc.disable)()
    found: list[object] = []
    atomic.run((found.append, 1), (found.extend, map(atomic.call, (gc.isenabled,))), (len, "x"))
    assert found == [1, False]
    assert gc.isenabled() == enabled


@pytest.mark.parametrize("enabled", [True, False])
def test_a_step_that_fails_leaves_the_collector_as_it_was(enabled: bool) -> None:  # noqa: FBT001
    (gc.enable if enabled else gc.disable)()
    with pytest.raises(TypeError):
        atomic.run((len, 1))
    assert gc.isenabled() == enabled


def test_functions_in_python_do_not_belong_here() -> None:
    with pytest.raises(TypeError):
        atomic.run((lambda: None,))
    assert gc.isenabled()
