"""
The process of `memprof repeat`: call one function in rounds, and write what was found.

Started as `python -m memprof.cli.child`, so that the program's own modules are
all there is: not those of the command line.
"""

import atexit
import json
import os
import signal
import sys
from collections.abc import Mapping
from traceback import print_exception
from typing import Any, NoReturn

from memprof.analysis import verdicts
from memprof.errors import FunctionNotFound
from memprof.exact.growth import measure
from memprof.exact.target import resolve
from memprof.report import repeat

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
_IMPORTING = ("<frozen importlib", os.path.join("importlib", "__init__.py"))
_CALLING = tuple(
    os.path.join(_PACKAGE, *place)
    for place in (("agent", "rounds.py"), ("exact", "calls.py"), ("exact", "target.py"))
)
"""Where the user's code is called: what is raised there was not called as it should be."""

_STATUS = {verdicts.INCONCLUSIVE: 3}


def main(words: list[str]) -> NoReturn:
    """Do what the JSON object in *words* asks for and write to the descriptor it names."""
    asked = json.loads(words[0])
    descriptor: int = asked["descriptor"]
    os.set_inheritable(descriptor, False)  # noqa: FBT003  (it takes no keyword)
    here = os.getcwd()
    if not {"", here} & set(sys.path[:1]):
        sys.path.insert(0, here)
    sys.argv[:] = [asked["function"]]
    try:
        answer = _answer(asked)
    except KeyboardInterrupt:
        # As Python itself ends: by the signal, so that a shell sees it.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGINT)
    except BaseException as error:  # noqa: BLE001  (whatever the user's code raises)
        told = f"{type(error).__name__}: {error}".rstrip(": ")
        if _is_ours(error):
            answer = {"bug": told}
        else:
            _show(error)
            answer = {"failed": told}
    with open(descriptor, "w", encoding="ascii") as file:
        json.dump(answer, file)
    _leave()


def _answer(asked: Mapping[str, Any]) -> Mapping[str, object]:
    """Return what is said of the function that was *asked* for."""
    try:
        target = resolve(asked["function"], asked["setup"])
    except FunctionNotFound as error:
        return {"missing": str(error), "hint": error.hint}
    found = measure(
        target.function,
        *target.args,
        calls=asked["calls"],
        clear_caches=asked["clear_caches"],
        name=asked["function"],
    )
    return {
        "status": 1 if found.accuses else _STATUS.get(found.verdict, 0),
        "text": repeat.text(found),
        "document": repeat.document(found),
    }


def _is_ours(error: BaseException) -> bool:
    """Say whether *error* was raised by memprof itself, not by what it calls or imports."""
    file = ""
    traceback = error.__traceback__
    while traceback is not None:
        file = traceback.tb_frame.f_code.co_filename
        traceback = traceback.tb_next
    return file.startswith(_PACKAGE) and file not in _CALLING


def _show(error: BaseException) -> None:
    """Print *error* as Python would have, had the user's code been called by it."""
    own = traceback = error.__traceback__
    while own is not None:
        file = own.tb_frame.f_code.co_filename
        own = own.tb_next
        if file.startswith((_PACKAGE, _IMPORTING[0])) or file.endswith(_IMPORTING[1]):
            traceback = own
    print_exception(type(error), error, traceback)


def _leave() -> NoReturn:
    """End the process, with what was registered for it; threads that wait are not waited for."""
    atexit._run_exitfuncs()  # noqa: SLF001  (there is no public way that does not wait)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (AttributeError, OSError, ValueError):
            continue
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
