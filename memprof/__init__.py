"""
memprof: a memory profiler for Python programs.

`checkpoint` costs a dictionary look-up when memprof is not running, so it may
stay in production code.  The other names are loaded when they are first used.

PYTEST_DONT_REWRITE: under `memprof run -m pytest` it is there before pytest is, which would warn.
"""

from sys import modules as _modules

TYPE_CHECKING = False  # as the type checker knows it; `typing` is not for every program to load
if TYPE_CHECKING:
    from memprof.errors import GrowthError
    from memprof.exact.growth import GrowthWarning, assert_no_growth, no_growth
    from memprof.exact.trace import trace

__version__ = "0.1.0"
__all__ = ["GrowthError", "GrowthWarning", "assert_no_growth", "checkpoint", "no_growth", "trace"]

_HOMES = {
    "GrowthError": "memprof.errors",
    "GrowthWarning": "memprof.exact.growth",
    "assert_no_growth": "memprof.exact.growth",
    "no_growth": "memprof.exact.growth",
    "trace": "memprof.exact.trace",
}


def checkpoint(name: str) -> None:
    """
    Mark this moment of the program: under memprof, take a snapshot.

    *name* shows in every report.  Without memprof this does nothing.
    """
    session = _modules.get("memprof.agent.session")
    if session is not None:
        session.checkpoint(name)


def __getattr__(name: str) -> object:
    """Load the exact judgement when it is asked for."""
    home = _HOMES.get(name)
    if home is None:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    from importlib import import_module

    return getattr(import_module(home), name)


def __dir__() -> list[str]:
    """Return the names there are, loaded or not."""
    return sorted({*globals(), *__all__})
