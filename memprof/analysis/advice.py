"""
Advice: what to try about a suspect, each only where the evidence speaks for it.

A rule is a function of a Case; one that has nothing to say returns None.
"""

from collections.abc import Callable

from memprof.analysis import verdicts
from memprof.analysis.caches import UNBOUNDED
from memprof.analysis.case import Advice, Case, Saving, beyond
from memprof.analysis.library import is_of_library
from memprof.analysis.origins import is_library
from memprof.analysis.paths import KEY, cached, is_from_c, last_name, local
from memprof.model.objects import Type

TRACEBACK = ".__traceback__"
THREADS = "threading._active"
_TASKS = frozenset({"Task", "Future", "coroutine"})
_SUSPENDED = frozenset({"generator", "async_generator"})
_CLOSED = frozenset({"mmap", "select", "socket", "sqlite3", "ssl"})
_REGISTRIES = frozenset(
    {
        "_exithandlers",
        "callbacks",
        "finalizers",
        "handlers",
        "hooks",
        "listeners",
        "observers",
        "receivers",
        "signals",
        "subscribers",
        "subscriptions",
        "watchers",
    }
)
_UNCHANGING = frozenset(Type("builtins", name) for name in ("bytes", "int", "str", "tuple"))
_BACKWARDS = ("parent", "owner", "root", "back", "prev", "outer", "manager", "model", "self")
_NO_ONES = ("cell.", "frame.", "function.", "method.", "traceback.", "generator.")
_MANY = 1000
_SOME = 0.1
"""A holder of so many of the objects is worth a look."""

_ALIKE = 0.05


def advise(case: Case) -> tuple[Advice, ...]:
    """Return what to try about *case*, the surest first, nothing where nothing is sure."""
    found = [one for rule in RULES if (one := rule(case)) is not None]
    return tuple(found) or tuple(one for rule in LAST if (one := rule(case)) is not None)


def bound_cache(case: Case) -> Advice | None:
    """A functools.lru_cache without a limit: give it one."""
    found = case.row.cache
    if found is None or found.state != UNBOUNDED:
        return None
    cache = found.cache
    if is_of_library(cache.module):
        return None
    counts = (cache.size, cache.hits, cache.misses)
    return Advice("bound-cache", (cache.name,), counts, case.whole())


def cache_of_method(case: Case) -> Advice | None:
    """A cache on a method, which keeps every instance: key it by something else."""
    found = case.row.cache
    if found is None or not found.cache.pins:
        return None
    return Advice("cache-of-method", (found.cache.name,), (found.cache.size,))


def close_files(case: Case) -> Advice | None:
    """Open descriptors: close them where they are done with."""
    if case.row.verdict == verdicts.DESCRIPTORS:
        return Advice("close", ("descriptors",), (case.row.growth_objects or 0,), case.own())
    for kind in case.kinds:
        if kind.module == "_io" and kind.qualname not in {"BytesIO", "StringIO"}:
            return Advice("close", ("file",), (), case.whole())
        if kind.module in _CLOSED:
            return Advice("close", (kind.qualname,), (), case.whole())
    return None


def end_threads(case: Case) -> Advice | None:
    """Threads that do not end: join them, or use a pool."""
    if case.row.verdict == verdicts.THREADS:
        return Advice("end-threads", (), (case.row.growth_objects or 0,), case.own())
    threads = [one for one in case.others if one.verdict == verdicts.THREADS]
    if threads and case.path.startswith(THREADS):
        return Advice("end-threads", (), (threads[0].growth_objects or 0,), case.whole())
    return None


def break_cycle(case: Case) -> Advice | None:
    """A cycle through a named attribute: hold that one weakly."""
    if case.row.cycle is None or TRACEBACK in case.row.cycle:
        return None
    named = [one for one in case.row.cycle.split(" -> ") if "." in one and "[" not in one]
    named = [one for one in named if not one.startswith(_NO_ONES)]
    back = [one for one in named if one.rpartition(".")[2].strip("_") in _BACKWARDS]
    chosen = (back or named[-1:])[:1]
    return Advice("break-cycle", tuple(chosen), (), case.own()) if chosen else None


def collect(case: Case) -> Advice | None:
    """Garbage that the collector is kept from: let it come."""
    if case.row.verdict != verdicts.CYCLIC_DEBT:
        return None
    debts = [one for one in case.others if one.verdict == verdicts.CYCLIC_DEBT]
    sized = [one.growth_bytes for one in debts if one.growth_bytes is not None]
    speeds = [one.bytes_per_s for one in debts if one.bytes_per_s is not None]
    saving = Saving(
        size_bytes=sum(sized) if sized else None,
        bytes_per_s=sum(speeds) if speeds else None,
        objects=None if sized else case.row.growth_objects,
        with_ranks=tuple(one.rank for one in debts if one is not case.row),
    )
    collector = case.collector
    if not collector.enabled:
        return Advice("collect-disabled", saving=saving)
    if not collector.automatic:
        return Advice("collect-never", saving=saving)
    return Advice("collect-frozen" if collector.frozen else "collect-rare", saving=saving)


def drop_traceback(case: Case) -> Advice | None:
    """Exceptions that are kept, and with them the frames they went through."""
    named = [path for path in case.paths if TRACEBACK in path]
    if named:
        return Advice("drop-traceback", (named[0].partition(TRACEBACK)[0],), (), case.whole())
    found = [one for one in (case.row.cycle or "").split(" -> ") if one.endswith(TRACEBACK)]
    if not found:
        return None
    return Advice("drop-traceback", (found[0].removesuffix(TRACEBACK),), (), case.own())


def batch(case: Case) -> Advice | None:
    """A local of a running function that is what only grows: work in batches."""
    found, where = local(case.path), case.container
    # What a local only leads to is not the call's, and outlives it.
    if found is None or where != f"{found[0]}() local {found[1]}":
        return None
    if case.row.trend.drawdown or not case.is_kept_in(where):
        return None
    return Advice("batch", found, (), case.whole())


def finish(case: Case) -> Advice | None:
    """Generators, coroutines or tasks that were begun and are kept: bring them to their end."""
    names = [one.qualname for one in case.kinds]
    found = next((one for one in names if one in _TASKS), None)
    if found is not None:
        return Advice("finish-tasks", (found,), (), case.whole())
    found = next((one for one in names if one in _SUSPENDED), None)
    return None if found is None else Advice("finish-generators", (found,), (), case.whole())


def slots(case: Case) -> Advice | None:
    """Very many instances, and a dictionary for each of them: `__slots__`."""
    kind, count = case.row.type, case.row.growth_objects or 0
    if kind is None or count < _MANY or is_of_library(kind.module):
        return None
    by_type = {one.type: one for one in case.types if one.tracked}
    dicts, instances = by_type.get(Type("builtins", "dict")), by_type.get(kind)
    if dicts is None or instances is None or not dicts.shallow_bytes or not instances.growth:
        return None
    if abs((dicts.growth or 0) - instances.growth) > _ALIKE * instances.growth:
        return None
    size_bytes = dicts.shallow_bytes * count // max(dicts.count_last, 1)
    saving = Saving(size_bytes, None, None, estimated=True)
    return Advice("slots", (kind.qualname,), (count,), saving)


def copy_slice(case: Case) -> Advice | None:
    """A memoryview that is kept, and with it the whole buffer: copy the part."""
    views = any(one.qualname == "memoryview" for one in case.kinds) or "<memoryview" in case.path
    return Advice("copy-slice", (), (), case.whole()) if views else None


def remove_handler(case: Case) -> Advice | None:
    """Handlers or loggers of `logging` that are added and not removed."""
    where = case.container
    if where is None:
        return None
    if where.endswith(".loggerDict"):
        return Advice("same-logger", (), (), case.whole())
    ours = where.startswith("logging.") or any(k.module.startswith("logging") for k in case.kinds)
    if not ours or last_name(where) not in {"handlers", "_handlerList"}:
        return None
    return Advice("remove-handler", (where,), (), case.whole())


def unregister(case: Case) -> Advice | None:
    """A registry of callbacks from which nothing is taken off."""
    where = case.taker
    if (
        where is None
        or not case.is_kept_in(where)
        or not _REGISTRIES & {last_name(where), last_name(where).lstrip("_")}
        or remove_handler(case) is not None
    ):
        return None
    bound = any(".__self__" in path for path in case.paths)
    return Advice("unregister-method" if bound else "unregister", (where,), (), case.whole())


def call_less(case: Case) -> Advice | None:
    """Native memory that grows while one line of the program runs."""
    if case.row.verdict != verdicts.NATIVE_GROWTH or not case.row.stack:
        return None
    return Advice("native-line", (), (), case.own())


def let_go(case: Case) -> Advice | None:
    """Something named that only takes in: take out, or set a limit."""
    where = case.taker
    if where is None or case.row.verdict != verdicts.LEAK:
        return None
    under, total = case.under(where), case.row.held.total
    if not case.is_kept_in(where):
        some = under >= _SOME * total
        return Advice("let-go-some", (where,), (under, total)) if some else None
    mapped = any(beyond(path, where).startswith(KEY) for path in case.paths)
    if case.row.growth_objects == 1:
        # One that cannot change is not emptied: a larger one is in its place.
        if case.row.type in _UNCHANGING:
            return None
        return Advice("let-go-one", (where,), (), case.whole())
    return Advice("let-go-keys" if mapped else "let-go", (where,), (), case.whole())


def give_back(case: Case) -> Advice | None:
    """References that an extension lost: nobody else can give them back."""
    lost = case.row.lost
    if lost is None:
        return None
    return Advice("give-back", (lost.name or "one object",), (), case.own())


def from_c(case: Case) -> Advice | None:
    """Objects that only C code holds: whom they were handed to."""
    held = case.row.held
    by_path = sum(count for path, count in held.owners if is_from_c(path))
    if not is_from_c(case.path) or 2 * max(held.from_c, by_path) < held.total:
        return None
    root, _, beyond = case.path.partition(" held from C>")
    return Advice("from-c-in" if beyond else "from-c", (root.strip("<"),), (), case.own())


def deeper(case: Case) -> Advice | None:
    """A line of a library, and not known who called it: look deeper."""
    stack = case.row.stack
    one_frame = len(stack) == 1 and is_library(stack[0]) and cached(case.path) is None
    return Advice("deeper") if one_frame else None


Rule = Callable[[Case], Advice | None]

RULES: tuple[Rule, ...] = (
    bound_cache,
    cache_of_method,
    collect,
    break_cycle,
    close_files,
    end_threads,
    drop_traceback,
    finish,
    remove_handler,
    unregister,
    copy_slice,
    batch,
    slots,
    call_less,
    give_back,
)
"""What knows a particular shape of leak."""

LAST: tuple[Rule, ...] = (let_go, from_c, deeper)
"""What is said where none of them does."""
