"""Every functools.lru_cache is found, with what its own cache_info() says."""

import functools
import gc
import os
import sys
from collections.abc import Callable
from typing import Any

import pytest
from unit.agent.recorder import recorded

from memprof.agent import caches, survey

native: Any = vars(caches)["_caches"]
built = pytest.mark.skipif(native is survey.caches, reason="memprof.agent._graph is not built")
WAYS = [pytest.param(native, marks=built, id="in C"), pytest.param(survey.caches, id="in Python")]


@pytest.fixture(params=WAYS)
def each(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Find them in both ways; in Python what is frozen cannot be asked for."""
    monkeypatch.setattr(caches, "_caches", request.param)
    gc.unfreeze()


class Shop:
    """Has methods of all kinds, each with a cache."""

    @functools.lru_cache(maxsize=5)  # noqa: B019
    def method(self, number: int) -> int:
        """Return *number*."""
        return number

    @staticmethod
    @functools.cache
    def static(number: int) -> int:
        """Return *number*."""
        return number

    @classmethod
    @functools.cache
    def of_class(cls, number: int) -> int:
        """Return *number*."""
        return number


@functools.lru_cache(maxsize=0)
def never(number: int) -> int:
    """Return *number*."""
    return number


def rows() -> dict[str, tuple[Any, ...]]:
    """Return the rows of what this file defines, by name."""
    found = caches.find_caches()
    return {row[1]: row for row in found if row[2] in {__file__, None}}


@pytest.mark.usefixtures("each")
def test_figures_and_names() -> None:
    shop = Shop()
    for number in range(20):
        shop.method(number % 7)
        Shop.static(number % 2)
        Shop.of_class(0)
        never(number)
    found = rows()
    wrappers: dict[str, Any] = {
        "Shop.method": Shop.method,
        "Shop.static": Shop.static,
        "Shop.of_class": Shop.of_class,
        "never": never,
    }
    for name, wrapper in wrappers.items():
        module, _, _, line, pins, *figures = found[name]
        told = wrapper.cache_info()
        assert figures == [told.maxsize, told.currsize, told.hits, told.misses]
        code = wrapper.__wrapped__.__code__
        assert (module, line, pins) == (__name__, code.co_firstlineno, name == "Shop.method")


@pytest.mark.usefixtures("each")
def test_a_function_within_a_function_is_no_method() -> None:
    def make() -> Callable[..., Any]:
        @functools.cache
        def inner(self: int) -> int:
            return self

        return inner

    kept = [make()]
    (row,) = [row for name, row in rows().items() if name.endswith("inner")]
    assert row[4] is False
    kept.clear()


@pytest.mark.usefixtures("each")
def test_what_is_not_written_in_python() -> None:
    kept = functools.lru_cache(3)(len), functools.lru_cache(functools.partial(int, base=7))
    kept[0]("abc")
    found = rows()
    assert found["len"] == ("builtins", "len", None, 0, False, 3, 1, 0, 1)
    assert found["partial"][:6] == (None, "partial", None, 0, False, 128)


@built
def test_no_code_runs_for_it() -> None:
    """A trace function would see the code of the named tuple that cache_info() makes."""
    never(1)
    seen: list[str] = []
    before = sys.getprofile()
    sys.setprofile(lambda frame, event, _: seen.append(frame.f_code.co_filename + event))
    try:
        caches.find_caches()
    finally:
        sys.setprofile(before)
    own = os.path.dirname(caches.__file__)
    calls = [one for one in seen if one.endswith("call") and "c_call" not in one]
    assert {one for one in calls if not one.startswith((own, __file__))} == set()


@pytest.mark.usefixtures("each")
def test_all_are_sorted_by_size_and_none_is_kept() -> None:
    gc.collect()
    found = caches.find_caches()
    assert [row[6] for row in found] == sorted((row[6] for row in found), reverse=True)
    before = [sys.getrefcount(never), sys.getrefcount(Shop.method)]
    caches.find_caches()
    assert [sys.getrefcount(never), sys.getrefcount(Shop.method)] == before


@built
def test_another_class_is_not_read() -> None:
    assert native(int) is None
    assert native("") is None


def test_without_the_extension_none_is_asked_while_somebody_watches() -> None:
    wrapper = type(never)
    assert survey.caches(wrapper) is not None
    sys.setprofile(lambda *_: None)
    try:
        assert survey.caches(wrapper) is None
    finally:
        sys.setprofile(None)


@pytest.mark.usefixtures("each")
def test_without_functools_there_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "_functools")
    assert caches.find_caches() == []


@built
def test_what_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    class Word(str):
        """Answers for itself."""

        __slots__ = ()

        def __hash__(self) -> int:
            raise AssertionError

    given = [
        ("app", Word("Shop.price"), "app.py", 7, True, None, 5, 1, 4),
        (None, "len", None, 0, False, 3, 1, 0, 1),
    ]
    monkeypatch.setattr(caches, "_caches", lambda _: given)
    recorder, names = recorded()
    caches.take(names, recorder.send)
    (strings,) = recorder.of("strings")
    assert strings["texts"] == ["app", "Shop.price", "app.py", "", "len"]
    (found,) = recorder.of("caches")
    assert found["rows"] == [[0, 1, 2, 7, 1, None, 5, 1, 4], [3, 4, 3, 0, 0, 3, 1, 0, 1]]


def test_nothing_is_sent_where_nothing_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caches, "_caches", lambda _: None)
    recorder, names = recorded()
    caches.take(names, recorder.send)
    assert recorder.records == []
