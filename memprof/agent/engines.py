"""Which engine traces: the one asked for, or the best there is."""

from memprof.agent import __builtins__
from memprof.agent.allocations import Allocations, NoAllocations

NOT_BUILT = "the native engine is not built here"


def choose(asked):
    """
    Return (engine, why not the one *asked* for), both str.

    The engine is `native`, `tracemalloc` or `off`; why is empty where the
    choice was free.
    """
    if asked not in {"auto", "native"}:
        return asked, ""
    try:
        from memprof.agent import _heap
    except ImportError:
        return "tracemalloc", NOT_BUILT
    why = _heap.check()
    return ("native", "") if why is None else ("tracemalloc", f"no native engine: {why}")


def make(engine, names, depth, warn):
    """Return the *engine*, which keeps *depth* frames and *warn*s(what, detail) of gaps."""
    if engine == "native":
        from memprof.agent.native import NativeAllocations

        return NativeAllocations(names, depth, warn)
    return Allocations(names, depth, warn) if engine == "tracemalloc" else NoAllocations()
