"""The process has one numbering of types; other tests of it number otherwise."""

import pytest
from unit.agent.looks import number_anew

from memprof.agent import counts, graph


@pytest.fixture(autouse=True)
def _one_numbering() -> None:
    """Number as `counts` does."""
    number_anew(graph, counts.names())
