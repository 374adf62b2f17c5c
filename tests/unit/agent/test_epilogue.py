"""The epilogue: each look once, guarded, in an order that does not spoil the next."""

from types import SimpleNamespace
from typing import Any

import pytest

from memprof.agent import epilogue


def _probes(asked: list[str], *, pays: bool, grew: bool) -> Any:  # noqa: ANN401
    """Return what the epilogue is told of, which notes who is asked."""

    def guard(name: str, *_: object, default: object = None) -> object:
        asked.append(name)
        return grew if name == "owners" else default

    return SimpleNamespace(
        guard=guard,
        send=None,
        names=None,
        refcounts=None,
        objects=SimpleNamespace(take_shallow=None),
        allocations=None,
        lost=SimpleNamespace(tell=None),
        now_ns=lambda: 1,
        pays=lambda _: pays,
    )


@pytest.mark.parametrize("pays", [True, False])
@pytest.mark.parametrize("grew", [True, False])
def test_every_look_is_guarded(pays: bool, grew: bool) -> None:  # noqa: FBT001
    asked: list[str] = []
    epilogue.tell(_probes(asked, pays=pays, grew=grew))
    shallow = ["shallow"] if pays else []
    holders = ["holders"] if grew else []
    lost = ["lost"] if pays else []
    assert asked == ["explained", *shallow, "owners", *holders, "caches", *lost]
