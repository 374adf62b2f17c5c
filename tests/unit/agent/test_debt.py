"""Cyclic debt by its two ways: in place, and by the ids of all references."""

import gc
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from native.graphs import KINDS, Graph, finalized, grow, saved
from unit.agent.recorder import recorded

from memprof.agent import debt, survey

MINUTE_NS = 60_000_000_000
# One where it is not built.
WAYS = list(dict.fromkeys((vars(debt)["_garbage"], None)))


class Knot:
    """Holds itself."""

    def __init__(self) -> None:
        """Tie it."""
        self.own: Any = self


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Let no other garbage be there; the tests' own heap stands aside."""
    gc.collect()
    gc.disable()
    gc.freeze()
    yield
    gc.unfreeze()
    gc.enable()
    gc.collect()


@pytest.fixture(params=WAYS, ids=bool)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:  # noqa: ANN401
    """Go one of the ways; return it."""
    monkeypatch.setattr(debt, "_garbage", request.param)
    monkeypatch.setattr(debt, "survey", survey, raising=False)
    return request.param


@pytest.mark.usefixtures("way")
def test_the_garbage_is_counted_by_type() -> None:
    # A class of its own: other tests' probes number those they meet.
    fresh = type("Knot", (Knot,), {})
    for _ in range(120):
        fresh()
    counts, islands, rows = debt.find_garbage({fresh: 3}.__getitem__, MINUTE_NS)
    assert counts == [0, 0, 0, 120]
    assert islands in {120, -1}
    ((number, objects, addresses, cycle),) = rows
    assert (number, objects, len(addresses)) == (3, 120, 50)
    assert set(addresses) <= {id(one) for one in gc.get_objects() if type(one) is fresh}
    assert cycle in {"Knot.own -> Knot", ""}


@pytest.mark.usefixtures("way")
def test_what_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(debt, "_allocated_blocks", lambda: 1_000)
    recorder, names = recorded()
    fresh = type("Sent", (Knot,), {})
    for _ in range(120):
        fresh()

    def tracebacks_of(objects: list[object]) -> Any:  # noqa: ANN401
        return ((("app.py", 7),) if id(one) % 32 else None for one in objects)

    debt.take(names, tracebacks_of, recorder.send, 100 * MINUTE_NS)
    (found,) = recorder.of("debt")
    assert found["islands"] in {120, -1}
    ((number, objects),) = found["types"]
    assert recorder.types()[number] == "Sent"
    ((row_number, row_objects, cycle, sites),) = found["rows"]
    assert (row_number, row_objects, objects) == (number, 120, 120)
    texts = [text for fields in recorder.of("strings") for text in fields["texts"]]
    assert texts[cycle] in {"Sent.own -> Sent", ""}
    assert sum(samples for _, samples in sites) == 50
    assert {site for site, _ in sites} <= {-1, 0}
    assert not gc.isenabled()


def test_nothing_is_sent_where_it_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    recorder, names = recorded()
    asked: list[int] = []
    monkeypatch.setattr(debt, "find_garbage", lambda _, allowed_ns: asked.append(allowed_ns))
    gc.enable()
    for ran_ns in (0, 10_000_000_000, 1 << 60):
        debt.take(names, iter, recorder.send, ran_ns)
    assert asked == [30_000_000, 100_000_000, 2_000_000_000]
    assert recorder.records == []
    assert gc.isenabled()


def test_without_the_extension_the_copy_must_be_worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(debt, "_garbage", None)
    monkeypatch.setattr(debt, "survey", survey, raising=False)
    monkeypatch.setattr(debt, "_allocated_blocks", lambda: 20_000)
    assert debt.find_garbage(lambda _: 0, 30_000_000) is None


@pytest.mark.usefixtures("way")
def test_no_garbage() -> None:
    assert debt.find_garbage(int, MINUTE_NS) in [([], 0, []), ([], -1, [])]


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("enabled", [True, False])
def test_the_collector_is_left_as_it_was(enabled: bool) -> None:  # noqa: FBT001
    if enabled:
        gc.enable()
    before = gc.get_stats()[2]
    debt.find_garbage(lambda _: 0, MINUTE_NS)
    assert gc.isenabled() is enabled
    assert gc.get_stats()[2] == before


@pytest.mark.usefixtures("way")
def test_nothing_is_known_when_the_time_is_over() -> None:
    kept = [[] for _ in range(5_000)]  # type: ignore[var-annotated]
    assert debt.find_garbage(lambda _: 0, -1) is None
    assert kept


def test_a_large_heap_is_not_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(debt, "_garbage", None)
    monkeypatch.setattr(debt, "survey", survey, raising=False)
    monkeypatch.setattr(debt, "_allocated_blocks", lambda: 1_000_001)
    assert debt.find_garbage(lambda _: 0, MINUTE_NS) is None


def test_what_is_our_own_is_alive_by_ids_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(debt, "_garbage", None)
    monkeypatch.setattr(debt, "survey", survey, raising=False)
    knot = Knot()
    own = {id(knot)}
    del knot
    monkeypatch.setattr(survey, "own_ids", own)
    assert debt.find_garbage(lambda _: 0, MINUTE_NS) == ([], -1, [])
    monkeypatch.setattr(survey, "own_ids", set())
    assert debt.find_garbage(lambda _: 0, MINUTE_NS)[0] == [1]


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Return a graph of any kinds of objects."""
    kinds = draw(st.lists(st.integers(0, KINDS - 1), min_size=1, max_size=20))
    one = st.integers(0, len(kinds) - 1)
    edges = draw(st.lists(st.tuples(one, one), max_size=40))
    return kinds, edges, draw(st.sets(one, max_size=3)), draw(st.sets(one, max_size=1))


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(graphs())
def test_by_ids_it_is_what_the_collector_finds(graph: Graph) -> None:
    gc.collect()
    holders = grow(graph)
    finalized.clear()
    # One number for all: the ids are those of one row.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(debt, "_garbage", None)
        patch.setattr(debt, "survey", survey, raising=False)
        patch.setattr(debt, "_SAMPLES", sys.maxsize)
        _, _, rows = debt.find_garbage(lambda _: 0, MINUTE_NS)
        found = {one for row in rows for one in row[2]}
    assert not finalized
    assert found == saved()
    holders.clear()
