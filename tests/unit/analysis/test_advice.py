"""Each advice where the evidence speaks for it, and nowhere else."""

from dataclasses import replace

import pytest
from support.suspected import COLLECTOR, KIB, case, suspect

from memprof.analysis.advice import LAST, RULES, advise
from memprof.analysis.caches import FULL, UNBOUNDED, CacheRow
from memprof.analysis.case import Case
from memprof.analysis.objects import TypeRow
from memprof.analysis.suspect import Suspect
from memprof.model.allocations import Frame
from memprof.model.caches import Cache
from memprof.model.objects import Type
from memprof.model.refcounts import LostReferences

CACHE = Cache("app", "load", "/srv/app.py", 3, False, None, 500, 10, 500)  # noqa: FBT003
LIBRARYS = replace(CACHE, module="json.decoder")
LRU = "app.load.<lru_cache>[*]"
DEBT = {"verdict": "CYCLIC DEBT", "cycle": "Node.children -> list[...] -> Node.parent -> Node"}
GARBAGE = suspect("unreachable garbage", "app.Node", **DEBT)
THREADS = suspect(stack=(), verdict="THREADS", judged_on="threads", growth_bytes=None)
FALLING = replace(suspect().trend, drawdown=5)
LOST = LostReferences(0, "app.take", 50_000, 20, ())
LIBRARY = Frame("/usr/lib/python3.12/json/decoder.py", 353, "decode")


def _dicts(growth: int, shallow_bytes: int | None = 2000 * 100) -> tuple[TypeRow, ...]:
    dicts = TypeRow(Type("builtins", "dict"), True, 0, 2000, growth, shallow_bytes)  # noqa: FBT003
    nodes = TypeRow(Type("app", "Node"), True, 0, 2000, 2000, None)  # noqa: FBT003
    return dicts, nodes


def _cached(**changes: object) -> Case:
    row = CacheRow(replace(CACHE, **changes), UNBOUNDED, 0.1)  # type: ignore[arg-type]
    return case(suspect(LRU, verdict="UNBOUNDED CACHE", cache=row))


def _few(path: str, kind: str = "") -> Suspect:
    row = suspect(path, kind)
    return replace(row, held=replace(row.held, owners=((path, 200),), from_c=200))


NODES = suspect("app.ALL[*]", "app.Node", growth_objects=2000)
SPOKEN_FOR = {
    "bound-cache": _cached(),
    "cache-of-method": _cached(pins=True),
    "collect-disabled": case(GARBAGE, collector=replace(COLLECTOR, enabled=False)),
    "collect-never": case(GARBAGE, collector=replace(COLLECTOR, automatic=False)),
    "collect-frozen": case(GARBAGE, collector=replace(COLLECTOR, frozen=True)),
    "collect-rare": case(GARBAGE),
    "break-cycle": case(GARBAGE),
    "close": case(suspect("app.OPENED[*]", "_io.TextIOWrapper")),
    "end-threads": case(suspect("threading._active[*]", "threading.Thread"), THREADS),
    "drop-traceback": case(suspect("app.ERRORS[*].__traceback__: f() local text")),
    "batch": case(suspect("main() local rows[*]")),
    "finish-generators": case(suspect("app.READERS[*]", "builtins.generator")),
    "finish-tasks": case(suspect("app.WAITING[*]", "_asyncio.Task")),
    "slots": case(NODES, types=_dicts(2000)),
    "copy-slice": case(suspect("app.PARTS[*]", "builtins.memoryview")),
    "remove-handler": case(suspect("app.log.handlers[*]", "logging.StreamHandler")),
    "same-logger": case(suspect("logging.Logger.manager.loggerDict[*]", "logging.Logger")),
    "unregister": case(suspect("app.MODEL.observers[*]")),
    "unregister-method": case(suspect("app.MODEL._observers[*].__self__")),
    "native-line": case(suspect(verdict="NATIVE GROWTH", judged_on="native bytes")),
    "let-go": case(suspect("app.ROWS[*]")),
    "let-go-keys": case(suspect("app.ROWS[*]"), suspect("app.ROWS key")),
    "let-go-one": case(suspect("app.ROWS", "builtins.list", growth_objects=1)),
    "let-go-some": case(suspect("app.ROWS[*]", growth_objects=5000)),
    "from-c": case(suspect("<list held from C>")),
    "from-c-in": case(suspect("<list held from C>[*]")),
    "deeper": case(suspect(stack=(LIBRARY,))),
    "give-back": case(suspect(stack=(), judged_on="references", lost=LOST)),
}
SILENT = {
    "bound-cache": case(suspect(LRU, cache=CacheRow(replace(CACHE, maxsize=9), FULL, 0.1))),
    "cache-of-method": _cached(),
    "collect-disabled": case(suspect(), collector=replace(COLLECTOR, enabled=False)),
    "collect-never": case(GARBAGE, collector=replace(COLLECTOR, enabled=False)),
    "collect-frozen": case(GARBAGE),
    "collect-rare": case(suspect()),
    "break-cycle": case(suspect(cycle="frame.f_back -> cell.cell_contents -> list[...] -> frame")),
    "close": case(suspect("app.TEXTS[*]", "_io.StringIO")),
    "end-threads": case(suspect("threading._active[*]", "threading.Thread")),
    "drop-traceback": case(suspect("app.ERRORS[*]", "builtins.ValueError")),
    "batch": case(suspect("Client.call() local self.policy.history[*]")),
    "finish-generators": case(suspect("app.READERS[*]", "app.Reader")),
    "finish-tasks": case(suspect("app.READERS[*]", "builtins.generator")),
    "slots": case(NODES, types=_dicts(900)),
    "copy-slice": case(suspect("app.PARTS[*]", "builtins.bytes")),
    "remove-handler": case(suspect("app.bus.handlers[*]", "app.Handler")),
    "same-logger": case(suspect("logging._handlerList[*]", "weakref.ReferenceType")),
    "unregister": case(suspect("app.log.handlers[*]", "logging.StreamHandler")),
    "unregister-method": case(suspect("app.MODEL.rows[*].__self__")),
    "native-line": case(suspect(verdict="NATIVE GROWTH", stack=())),
    "let-go": case(suspect("app.MODEL.observers[*]")),
    "let-go-keys": case(suspect("app.ROWS[*]")),
    "let-go-one": case(suspect("app.TEXT", "builtins.str", growth_objects=1)),
    "let-go-some": case(suspect("app.ROWS[*]")),
    "from-c": case(_few("<tuple held from C>", "builtins.code")),
    "from-c-in": case(_few("<dict held from C>[*]")),
    "deeper": case(suspect(stack=(LIBRARY, Frame("/srv/app.py", 3, "main")))),
    "give-back": case(suspect("<list held from C>[*]")),
}


def _kinds(given: Case) -> list[str]:
    return [one.kind for one in advise(given)]


@pytest.mark.parametrize("kind", SPOKEN_FOR)
def test_it_is_given_where_the_evidence_is(kind: str) -> None:
    assert kind in _kinds(SPOKEN_FOR[kind])


@pytest.mark.parametrize("kind", SILENT)
def test_it_is_not_where_it_is_not(kind: str) -> None:
    assert kind not in _kinds(SILENT[kind])


@pytest.mark.parametrize(
    ("given", "kinds"),
    [
        (suspect("Client.call() local self.policy.history[*]"), ["let-go"]),
        (suspect("main() local rows[*]", trend=FALLING), ["let-go"]),
        (suspect("threading._active[*]._args[*][*]['rows'][*]"), []),
        (suspect("asyncio.tasks._current_tasks[*].<Task>"), []),
        (suspect("gc.callbacks[*]"), []),
        (suspect("app.OTHER", growth_objects=2), []),
        (suspect("app.PLAYERS[*].form"), ["let-go-some"]),
        (_few("app.ROWS[*]"), ["let-go-some"]),
        (replace(_few("app.ROWS[*]"), growth_objects=9), ["let-go-some"]),
        (suspect("json.loads.<lru_cache>[*]", cache=CacheRow(LIBRARYS, UNBOUNDED, 0.1)), []),
        (suspect("app.KEEP[*]", "ctypes.Kept", growth_objects=2000), ["let-go-some"]),
    ],
)
def test_who_is_told_to_let_go(given: Suspect, kinds: list[str]) -> None:
    """The program's own container, where it is what grows; never a library's."""
    assert _kinds(case(given, types=_dicts(2000))) == kinds


def test_every_advice_has_both() -> None:
    assert SPOKEN_FOR.keys() == SILENT.keys()


def test_nothing_is_said_of_what_is_not_known() -> None:
    assert advise(case(suspect())) == ()
    for rule in (*RULES, *LAST):
        assert rule(case(suspect())) is None


def test_the_attribute_that_looks_back_is_the_one_to_weaken() -> None:
    (_, found) = advise(case(GARBAGE))
    assert found.names == ("Node.parent",)
    other = suspect("unreachable garbage", **{**DEBT, "cycle": "A.left -> B.right -> A"})
    assert advise(case(other))[1].names == ("B.right",)


def test_savings_count_what_shares_the_container() -> None:
    (found,) = advise(case(suspect("app.ROWS[*].name"), suspect("app.ROWS[*]")))
    assert found.saving is not None
    assert (found.saving.size_bytes, found.saving.with_ranks) == (128 * KIB, (2,))


def test_slots_save_what_the_dictionaries_take() -> None:
    found = next(one for one in advise(SPOKEN_FOR["slots"]) if one.kind == "slots")
    assert found.saving is not None
    assert (found.saving.size_bytes, found.saving.estimated) == (200_000, True)
    assert "slots" not in _kinds(case(NODES, types=_dicts(2000, None)))


def test_an_error_in_a_cycle_is_told_as_one() -> None:
    cycle = "KeyError.__traceback__ -> traceback.tb_frame -> frame.error -> KeyError"
    found = advise(case(suspect("unreachable garbage", cycle=cycle)))
    assert [(one.kind, one.names) for one in found] == [("drop-traceback", ("KeyError",))]
