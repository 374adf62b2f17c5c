"""Which engine traces: the one asked for, or the best there is."""

from memprof.agent import __builtins__

NOT_BUILT = "the native engine is not built here"


def choose(asked):
    """
    Return (engine, why not the one *asked* for), both str.

    The engine is `native`, `sample`, `tracemalloc` or `off`; why is empty
    where it is as asked.
    """
    if asked in {"tracemalloc", "off"}:
        return asked, ""
    try:
        from memprof.agent import _heap

        why = _heap.check()
    except (ImportError, AttributeError):
        # In a checkout its sources alone are a folder, and no module.
        return "tracemalloc", NOT_BUILT
    if why is not None:
        return "tracemalloc", f"no native engine: {why}"
    return ("sample" if asked == "sample" else "native"), ""


def make(engine, names, settings, warn, base_ns):
    """
    Return the *engine*, which works as *settings* say and *warn*s(what, detail) of gaps.

    Its times count from *base_ns*.
    """
    if engine in {"native", "sample"}:
        from memprof.agent.native import NativeAllocations

        return NativeAllocations(names, settings, warn, base_ns)
    if engine == "tracemalloc":
        from memprof.agent.allocations import Allocations

        return Allocations(names, settings.depth, warn)
    from memprof.agent.untraced import Untraced

    return Untraced()
