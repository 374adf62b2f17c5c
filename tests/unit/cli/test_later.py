"""Modules that are loaded when something is asked of them."""

import inspect
import sys
from collections.abc import Iterator

import pytest

from memprof.cli import later


@pytest.fixture
def without(request: pytest.FixtureRequest) -> Iterator[str]:
    """Forget the module that the test names, and remember it afterwards."""
    name: str = request.param
    before = sys.modules.pop(name, None)
    yield name
    sys.modules.pop(name, None)
    if before is not None:
        sys.modules[name] = before


@pytest.mark.parametrize("without", ["this_is_no_module", "inspect"], indirect=True)
def test_nothing_is_loaded_until_something_is_asked_for(without: str) -> None:
    later.defer((without,))
    stand_in = __import__(without)
    assert stand_in is sys.modules[without]
    assert not hasattr(stand_in, "__path__")
    assert type(stand_in).__name__ == "_Later"


@pytest.mark.parametrize("without", ["base64"], indirect=True)
def test_what_is_asked_for_comes_from_the_module(without: str) -> None:
    later.defer((without,))
    stand_in = __import__(without)
    assert stand_in.b16encode(b"a") == b"61"
    assert sys.modules[without] is not stand_in
    assert vars(stand_in)["b64decode"] is sys.modules[without].b64decode


@pytest.mark.parametrize("without", ["base64"], indirect=True)
def test_a_name_the_module_lacks_is_missing(without: str) -> None:
    later.defer((without,))
    stand_in = __import__(without)
    with pytest.raises(AttributeError, match="nonsense"):
        _ = stand_in.nonsense


def test_a_module_that_is_there_stays() -> None:
    later.defer(("inspect",))
    assert sys.modules["inspect"] is inspect


@pytest.mark.parametrize("without", ["inspect"], indirect=True)
@pytest.mark.parametrize("text", ["", " ", "one line", "\t one\ttab ", "two\n  lines\n\n", "\n"])
def test_help_is_cleaned_as_by_inspect(without: str, text: str) -> None:
    later.defer((without,))
    assert __import__(without).cleandoc(text) == inspect.cleandoc(text)
    assert __import__(without).cleandoc(text) == inspect.cleandoc(text)
