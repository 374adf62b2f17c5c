"""Which modules paths begin at, and in which order; that both walks have one answer."""

import gc
import sys
from time import perf_counter_ns
from types import ModuleType

import pytest

from memprof.agent import graph, owners, survey, walking


class Held:
    """What is wanted."""


def test_modules_are_ours_the_user_s_or_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, file in (("first", "/home/first.py"), ("lib", "/env/site-packages/lib.py")):
        module = ModuleType(name)
        module.__file__ = file
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setitem(sys.modules, "later", ModuleType("later"))
    ours, users, libraries = owners._modules()  # noqa: SLF001
    assert vars(owners) in ours
    names = users[::2]
    assert names.index("later") < names.index("first") < names.index("__main__")
    assert {"lib", "sys", "pytest"} <= set(libraries[::2])


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
    graph.adopt(lambda cls: numbers.get(cls, 8), set(map(id, gc.get_objects())))
    complete, rows, _ = owners.find_owners(
        {7: None}, lambda cls: numbers.get(cls, 8), perf_counter_ns() + 60 * 10**9
    )
    assert complete
    assert rows == {7: (5, 0, 0, [("held_here.rows[*]", 5)])}
