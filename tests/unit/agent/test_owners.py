"""Which modules paths begin at, and in which order; that both walks have one answer."""

import sys
from time import perf_counter_ns
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from unit.agent.recorder import recorded

from memprof.agent import graph, owners, survey, walking


class Held:
    """What is wanted."""


def test_modules_are_ours_the_user_s_or_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, file in (("first", "/home/first.py"), ("lib", "/env/site-packages/lib.py")):
        module = ModuleType(name)
        module.__file__ = file
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setitem(sys.modules, "later", ModuleType("later"))
    # Under `python -m pytest` it is a library's.
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))
    ours, users, libraries = owners._modules()  # noqa: SLF001
    assert vars(owners) in ours
    names = users[::2]
    assert names.index("later") < names.index("first") < names.index("__main__")
    assert {"lib", "sys", "pytest"} <= set(libraries[::2])


def test_modules_that_the_door_took_away_are_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    session, other = ModuleType("memprof.agent.session"), ModuleType("memprof.agent.other")
    monkeypatch.setitem(sys.modules, "memprof.agent.session", session)
    assert vars(other) not in owners._modules()[0]  # noqa: SLF001
    vars(session)["modules"] = {"memprof.agent.other": other}
    ours, users, libraries = owners._modules()  # noqa: SLF001
    assert any(one is vars(other) for one in ours)
    assert vars(other) not in users + libraries


def _grown(types: list[int], sites: list[int], origins: object) -> tuple[Any, Any]:
    """Return probes of objects and of blocks that say what grew."""
    objects = SimpleNamespace(grown=lambda *_: types)
    return objects, SimpleNamespace(grown_sites=lambda *_: sites, origins=origins, follows=False)


def test_types_and_sites_are_told_by_number(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def find(*words: Any) -> Any:  # noqa: ANN401
        asked.extend(words)
        owned = (9, 1, 2, [("app.POOL[*]", 6)], 8)
        return False, {4: owned}, {7: (*owned, [(4, 9)])}

    monkeypatch.setattr(owners, "find_owners", find)
    recorder, names = recorded()
    origins = object()
    began_ns = perf_counter_ns()
    counted = _grown([4], [7], origins)
    assert owners.take(names, recorder.send, counted, 900 * 10**9)
    assert (asked[0], asked[3:]) == ({4: None}, [[7], origins])
    # A hundredth of the run.
    assert 9 * 10**9 <= asked[2] - began_ns < 10 * 10**9
    (told,) = recorder.of("owners")
    path = names.string("app.POOL[*]")
    row = [9, 1, 2, [(path, 6)], 8]
    said = {"complete": False, "types": [[4, *row]], "sites": [[7, *row, [(4, 9)]]]}
    assert told == {**said, "midway": False}
    # Midway it has as long as it is given.
    began_ns = perf_counter_ns()
    asked.clear()
    assert owners.take(names, recorder.send, counted, 900 * 10**9, 10**8)
    assert 10**7 <= asked[2] - began_ns < 10**9
    assert recorder.of("owners")[1] == {**said, "midway": True}


def test_where_nothing_grew_nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(owners, "find_owners")
    recorder, names = recorded()
    assert not owners.take(names, recorder.send, _grown([], [], None), 0)
    assert recorder.records == []


def test_a_short_run_pays_for_two_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    deadlines = []

    def find(*words: Any) -> Any:  # noqa: ANN401
        deadlines.append(words[2])
        return True, {}, {}

    monkeypatch.setattr(owners, "find_owners", find)
    recorder, names = recorded()
    began_ns = perf_counter_ns()
    owners.take(names, recorder.send, _grown([1], [], None), 1)
    assert 2 * 10**9 <= deadlines[0] - began_ns < 3 * 10**9


@pytest.mark.parametrize("in_c", [True, False], ids=["in C", "in Python"])
def test_an_owner_is_found(in_c: bool, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: FBT001
    if not in_c:
        monkeypatch.setattr(owners, "_in_c", None)
        monkeypatch.setattr(owners, "Walk", walking.Walk, raising=False)
        monkeypatch.setattr(owners, "own_ids", survey.own_ids, raising=False)
    module = ModuleType("held_here")
    module.rows = [Held() for _ in range(5)]  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "held_here", module)
    numbers = {Held: 7}
    graph.adopt(graph.tracked())
    complete, rows, _ = owners.find_owners(
        {7: None}, lambda cls: numbers.get(cls, 8), perf_counter_ns() + 60 * 10**9
    )
    assert complete
    assert rows == {7: (5, 0, 0, [("held_here.rows[*]", 5)], 5 if in_c else 0)}
