"""The epilogue: each look once, guarded, in an order that does not spoil the next."""

from types import SimpleNamespace
from typing import Any

import pytest

from memprof.agent import epilogue


def _probes(asked: list[str], *, pays: bool) -> Any:  # noqa: ANN401
    """Return what the epilogue is told of, which notes who is asked."""
    return SimpleNamespace(
        guard=lambda name, *_: asked.append(name),
        send=None,
        names=None,
        refcounts=None,
        objects=SimpleNamespace(take_shallow=None),
        allocations=None,
        now_ns=lambda: 1,
        pays=lambda _: pays,
    )


@pytest.mark.parametrize("pays", [True, False])
def test_every_look_is_guarded(pays: bool) -> None:  # noqa: FBT001
    asked: list[str] = []
    epilogue.tell(_probes(asked, pays=pays))
    shallow = ["shallow"] if pays else []
    assert asked == ["explained", *shallow, "owners", "holders", "caches"]
