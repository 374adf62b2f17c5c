"""
The door: start the agent, step aside.

Python imports this before the target's first line, because the launcher put
this folder first on PYTHONPATH.  Afterwards `sys.path`, `sys.modules` and the
user's own `sitecustomize` are as they would be without memprof.  Children may be
any Python, so all of them must be able to read this.
"""

# ruff: noqa: UP031  (Pythons without f-strings read this)

import os
import sys

_IS_CHILD = "MEMPROF_TARGET" in os.environ
"""Whether this process was started by one that the agent has entered."""


def _is_followed():
    """Tell whether this process is the launcher's own target, or a child to follow."""
    environ = os.environ
    if "MEMPROF_CAPTURE" not in environ:
        return False
    if not _IS_CHILD:
        return environ.get("MEMPROF_LAUNCHER") == str(os.getppid())
    # The tracker of multiprocessing's resources is Python's own, and outlives
    # the program that it serves.
    words = getattr(sys, "orig_argv", ())
    return "MEMPROF_CHILDREN" in environ and not any(
        word.startswith("from multiprocessing.resource_tracker ") for word in words
    )


def _is_main():
    """Tell whether this is the interpreter that the process began with."""
    try:
        import _thread

        return _thread._is_main_interpreter()
    except AttributeError:
        # 3.11 says it elsewhere.
        pass
    known = "_xxsubinterpreters" in sys.modules
    try:
        interpreters = __import__("_xxsubinterpreters")
    except ImportError:
        return True
    if not known:
        del sys.modules["_xxsubinterpreters"]
    return interpreters.get_current() == interpreters.get_main()


def _enter():
    """Start the agent if this process is one to follow."""
    import gc

    tracked_before = gc.get_objects()
    root = __file__
    for _ in ("sitecustomize.py", "boot", "agent", "memprof"):
        root = os.path.dirname(root)
    cached = set(sys.path_importer_cache)
    found = sys.modules.get("memprof")
    sys.path.insert(0, root)
    try:
        from memprof.agent import session

        session.prepare(os.environ)
    finally:
        sys.path.remove(root)
        for entry in set(sys.path_importer_cache) - cached:
            del sys.path_importer_cache[entry]
        # `import memprof` in the target must find what it would find bare.
        names = [name for name in sys.modules if name.partition(".")[0] == "memprof"]
        ours = {name: sys.modules.pop(name) for name in names}
        entered = ours.get("memprof.agent.session")
        if entered is not None:
            # Kept alive there: modules nobody holds are garbage of ours.
            entered.modules = ours
            sys.modules["memprof.agent.session"] = entered
        if found is not None:
            sys.modules["memprof"] = found
    # Not before: what goes with the imports is not to be taken for ours.
    del cached, names
    session.begin(tracked_before)


def _tell(why):
    """Leave word of a child that the agent cannot enter, and *why*."""
    writes = sys.dont_write_bytecode
    sys.dont_write_bytecode = True
    try:
        import unfollowed

        unfollowed.tell(os.environ, why)
    except Exception:
        pass
    finally:
        sys.dont_write_bytecode = writes
        sys.modules.pop("unfollowed", None)


def _step_aside():
    """Take this folder off the path, and this module out of the way."""
    here = os.path.dirname(__file__)
    sys.path[:] = [entry for entry in sys.path if entry != here]
    sys.path_importer_cache.pop(here, None)
    sys.modules.pop("sitecustomize", None)


try:
    if _is_followed():
        if sys.version_info < (3, 11) or sys.implementation.name != "cpython":
            _tell("memprof follows CPython 3.11 and later")
        # In another interpreter the agent is in the process already.
        elif not _IS_CHILD or _is_main():
            _enter()
except Exception as error:
    if _IS_CHILD:
        # Nobody asked it to say anything of ours.
        _tell("the agent did not start: %s: %s" % (type(error).__name__, error))
    else:
        words = type(error).__name__, error
        sys.stderr.write("memprof: the agent did not start: %s: %s\n" % words)
finally:
    _step_aside()
    # Functions and their globals are a cycle: garbage of ours, to be found in
    # the target's first collection.
    del _enter, _tell, _step_aside, _is_followed, _is_main

# The user's own, if there is one.  That there is none is an ImportError that
# names `sitecustomize`, which `site` expects and passes over.
import sitecustomize  # noqa: E402
