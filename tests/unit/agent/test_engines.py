"""Which engine traces, and why."""

import sys

import pytest

from memprof.agent import _heap, engines
from memprof.agent.allocations import Allocations
from memprof.agent.names import Names
from memprof.agent.settings import CAPTURE, Settings
from memprof.agent.untraced import Untraced


class Silent:
    """Takes records and forgets them."""

    def send(self, kind: str, fields: object, columns: bytes = b"") -> None:
        """Forget them."""


@pytest.mark.parametrize("asked", ["tracemalloc", "off"])
def test_what_needs_nothing_is_as_asked(asked: str) -> None:
    assert engines.choose(asked) == (asked, "")


@pytest.mark.parametrize("asked", ["auto", "native"])
def test_the_native_engine_is_taken_where_it_works(asked: str) -> None:
    assert engines.choose(asked) == ("native", "")


def test_sampling_needs_the_extension_too() -> None:
    assert engines.choose("sample") == ("sample", "")


@pytest.mark.parametrize("asked", ["auto", "native", "sample"])
def test_without_the_extension_tracemalloc_works(
    asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "memprof.agent._heap", None)
    monkeypatch.delattr("memprof.agent._heap", raising=False)
    assert engines.choose(asked) == ("tracemalloc", engines.NOT_BUILT)


def test_a_python_the_extension_does_not_know(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_heap, "check", lambda: "it was built for another release of Python")
    engine, why = engines.choose("auto")
    assert engine == "tracemalloc"
    assert why == "no native engine: it was built for another release of Python"


def test_each_engine_is_made() -> None:
    names = Names(Silent(), "/nowhere/")
    settings = Settings({CAPTURE: "x"})
    kinds = {
        name: type(engines.make(name, names, settings, print, 0)).__name__
        for name in ("native", "sample", "tracemalloc", "off")
    }
    assert kinds["native"] == kinds["sample"] == "NativeAllocations"
    assert kinds["tracemalloc"] == Allocations.__name__
    assert kinds["off"] == Untraced.__name__
