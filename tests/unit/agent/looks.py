"""The two ways to look at all objects, which must say the same."""

from types import SimpleNamespace
from typing import Any

import pytest

from memprof.agent import chosen, graph, survey
from memprof.agent.names import Names

FUNCTIONS = (
    "adopt",
    "adopt_rest",
    "at",
    "classes",
    "holders",
    "look",
    "sizes",
    "some",
    "untracked",
)


def plain() -> Any:  # noqa: ANN401
    """Return the functions written in Python."""
    found = {name: getattr(survey, name, None) or getattr(chosen, name) for name in FUNCTIONS}
    return SimpleNamespace(**found)


def native() -> Any:  # noqa: ANN401
    """Return the extension."""
    return pytest.importorskip("memprof.agent._graph")


WAYS = pytest.mark.parametrize("way", [plain, native], ids=["plain", "native"])


def number_anew(looks: Any, names: Names, own: object = None) -> None:  # noqa: ANN401
    """Let *looks* number types by *names*; all that is there is the target's, but *own*."""
    own = own if isinstance(own, list) else []
    ids = set(map(id, own))
    looks.adopt([one for one in graph.tracked() if id(one) not in ids])
    # What passed while it was called is gone.
    looks.look(names.type, {})
    survey.own_ids.intersection_update(ids)
