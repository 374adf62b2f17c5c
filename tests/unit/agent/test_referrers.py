"""How much of a count is explained, and by which path a module holds an object."""

import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from unit.agent.looks import number_anew
from unit.agent.recorder import recorded

from memprof.agent import graph, referrers


class Held:
    """What is held."""


def samples_of(*objects: object) -> Any:  # noqa: ANN401
    """Return what the probe of reference counts would know of *objects*."""
    numbers = {id(one): number for number, one in enumerate(objects)}
    return SimpleNamespace(samples=numbers, type_of=lambda _sample: 0)


def test_every_sample_is_explained() -> None:
    kept = [Held()]
    also = (kept[0],)
    recorder, names = recorded()
    number_anew(graph, names)
    referrers.explain(SimpleNamespace(samples={id(kept[0]): 7}), names, recorder.send)
    (row,) = recorder.of("explained")[0]["rows"]
    assert row[:3] == [7, 2, 2]
    assert sorted(recorder.types()[n] for n in row[3]) == ["list", "tuple"]
    assert len(also) == 1


def test_without_samples_nothing_is_said() -> None:
    recorder, names = recorded()
    referrers.explain(SimpleNamespace(samples={}), names, recorder.send)
    referrers.find_holders(SimpleNamespace(samples={}), names, recorder.send, 1 << 62)
    assert recorder.records == []


@pytest.fixture(name="module")
def _module(monkeypatch: pytest.MonkeyPatch) -> Any:  # noqa: ANN401
    """Return a module of its own that `sys.modules` knows as `shop`."""
    module = ModuleType("shop")
    monkeypatch.setitem(sys.modules, "shop", module)
    # Long enough on any machine.
    monkeypatch.setattr(referrers, "_CHAIN_LONGEST_NS", 60_000_000_000)
    return module


def path_to(one: object, ran_ns: int = 1 << 62) -> str | None:
    """Return the path by which a module holds *one*."""
    recorder, names = recorded()
    referrers.find_holders(samples_of(one), names, recorder.send, ran_ns)
    found = recorder.of("holders")
    if not found or not found[0]["rows"]:
        return None
    texts = [text for fields in recorder.of("strings") for text in fields["texts"]]
    ((_, number),) = found[0]["rows"]
    return str(texts[number])


def test_a_module_s_list(module: Any) -> None:  # noqa: ANN401
    pytest.importorskip("objgraph")
    module.POOL = [Held()]
    assert path_to(module.POOL[0]) == "shop.POOL[...]"


def test_a_short_run_has_no_time_for_it(module: Any) -> None:  # noqa: ANN401
    module.POOL = [Held()]
    assert path_to(module.POOL[0], ran_ns=1_000_000) is None
