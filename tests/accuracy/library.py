"""
`repeat` on functions of the standard library: none of them is to be accused.

Which functions is not chosen by hand.  Of MODULES in their order, every public
callable in the order of the alphabet is called with each of ARGUMENTS until one
is accepted; those that accept none are left out, and so are those that yield,
classes of exceptions and names of SIDE_EFFECTS.  The first COUNT are judged, in
RUNS processes of their own; arguments are made anew for each call.

    python tests/accuracy/library.py [COUNT [RUNS]]
"""

import contextlib
import inspect
import io
import subprocess
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from importlib import import_module

from memprof.analysis import verdicts
from memprof.exact.growth import measure
from memprof.report import repeat

MODULES = """
json re math statistics textwrap difflib bisect heapq operator itertools functools collections
copy pprint reprlib fractions decimal random datetime calendar hashlib hmac zlib gzip bz2 lzma
binascii base64 struct pickle html urllib.parse ipaddress uuid colorsys csv configparser ast
keyword types fnmatch posixpath shlex unicodedata quopri secrets email.utils mimetypes string
io weakref contextlib enum dataclasses typing inspect linecache traceback tempfile queue
"""

_Function = Callable[..., object]
_Arguments = tuple[object, ...]

ARGUMENTS: tuple[_Arguments, ...] = (
    (),
    ("2024-05-06",),
    ([3, 1, 2],),
    (2,),
    (2, 3),
    ("a+", "caat"),
    ("a-b", "-", "+"),
    (b"abc",),
    ([1, 2, 3], 2),
    (abs, [1, -2, 3]),
    ({"a": 1}, "a"),
    (len,),
)

SIDE_EFFECTS = frozenset({"breakpoint", "mkdtemp", "mkstemp", "mktemp", "NamedTemporaryFile"})
"""What these leave behind is meant to be there."""

COUNT, RUNS = 200, 5
HONEST = frozenset({verdicts.CLEAN, verdicts.SATURATING, verdicts.CACHE})


def chosen(count: int = COUNT) -> list[tuple[str, _Function, _Arguments]]:
    """Return the first *count* (name, function, arguments) that the rule gives."""
    found = []
    for name, function in _callables():
        args = _accepted(function)
        if args is not None:
            found.append((name, function, args))
        if len(found) == count:
            break
    return found


def _callables() -> Iterator[tuple[str, _Function]]:
    """Yield (name, callable) of all modules."""
    for module_name in MODULES.split():
        module = import_module(module_name)
        names = getattr(module, "__all__", [name for name in dir(module) if name[0] != "_"])
        for name in sorted(set(names) - SIDE_EFFECTS):
            function = getattr(module, name)
            plain = not isinstance(function, type) or not issubclass(function, BaseException)
            if callable(function) and plain and not inspect.isgeneratorfunction(function):
                yield f"{module_name}:{name}", function


def _accepted(function: _Function) -> _Arguments | None:
    """Return the first arguments that *function* accepts, None if it accepts none."""
    for args in ARGUMENTS:
        with contextlib.suppress(Exception), _silence():
            function(*deepcopy(args))
            return args
    return None


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """Let nothing be printed, and nothing be warned of."""
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def judged(count: int) -> list[tuple[str, str, str]]:
    """Return (name, verdict, all that is said) of each function, in this process."""
    found = []
    for name, function, args in chosen(count):

        def call(function: _Function = function, args: _Arguments = args) -> None:
            with contextlib.suppress(Exception):
                # `bisect.insort` on one and the same list would be a leak.
                function(*deepcopy(args))

        with _silence():
            growth = measure(call, name=name)
        found.append((name, growth.verdict, repeat.text(growth)))
    return found


def main(count: int = COUNT, runs: int = RUNS) -> int:
    """Judge in processes of their own; print the figures and return how many were wrong."""
    counted: Counter[str] = Counter()
    wrong = 0
    for run in range(runs):
        command = [sys.executable, __file__, "--once", str(count)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        for line in done.stdout.splitlines():
            if line.startswith("= "):
                _, word, name = line.split("\t")
                counted[word] += 1
                if word not in HONEST:
                    wrong += 1
                    print(f"run {run + 1}: {name} is called {word}")
            else:
                print(f"    {line}")
    total = counted.total()
    words = ", ".join(f"{number} {word}" for word, number in sorted(counted.items()))
    print(f"{total} verdicts on {total // runs} functions in {runs} runs: {words}; {wrong} wrong")
    return wrong


def _once(count: int) -> None:
    """Print the verdicts of this process."""
    for name, word, text in judged(count):
        print(f"= \t{word}\t{name}")
        if word not in HONEST:
            print(text)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--once"]:
        _once(int(sys.argv[2]))
    else:
        sys.exit(1 if main(*map(int, sys.argv[1:3])) else 0)
