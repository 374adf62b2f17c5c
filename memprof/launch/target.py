"""What the user typed, as the command line Python itself will run."""

import os
import sys

from memprof.errors import InterpreterClosed, TargetNotFound, TargetNotRunnable
from memprof.named import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Literal

    Kind = Literal["script", "module", "code"]

# Interpreter options that take a value, as one word or two.
_WITH_VALUE = ("W", "X")
_ENDS_OPTIONS = ("c", "m")
_CLOSING = ("-I", "-E", "-S")
_BEGINNING_BYTES = 1024
_PYTHON_ENDINGS = (".py", ".pyw", ".pyc", ".pyz", ".zip", ".whl", ".egg")
_BINARIES = (b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe")
"""How executables of Linux and macOS begin."""


class Target(NamedTuple):
    """
    A program to start: its *name* for labels, its whole *argv*.

    *executable* is the file to start where `argv[0]` is only its name.
    """

    name: str
    argv: tuple[str, ...]
    executable: str | None = None


def resolve(words: "Sequence[str]", kind: "Kind") -> Target:
    """
    Return the target that *words* name, with the arguments that follow.

    A script runs under this interpreter with the options it was itself
    given; a command found on PATH, or an executable given by its path, runs
    as the shell would run it.  Raises TargetNotFound, TargetNotRunnable or
    InterpreterClosed.
    """
    if not words:
        message = "no target given"
        raise TargetNotFound(message)
    if kind != "script":
        flag = "-m" if kind == "module" else "-c"
        name = words[0] if kind == "module" else "code"
        return Target(name, (*_interpreter(), flag, *words))
    if words[0] == "-":
        return Target("stdin", (*_interpreter(), *words))
    if os.path.exists(words[0]):
        if _is_program(words[0]):
            # Named without a folder, it is still this file and none on PATH.
            path = words[0] if os.sep in words[0] else os.path.join(os.curdir, words[0])
            return _of_command(path, words)
        return _of_path(words[0], words[1:])
    found = None if os.sep in words[0] else _on_path(words[0])
    if found is None:
        message = f"{words[0]!r} is neither a file nor a command on PATH"
        raise TargetNotFound(message)
    return _of_command(found, words)


def _is_program(path: str) -> bool:
    """Tell whether *path* starts by itself, rather than being read by Python."""
    if path.endswith(_PYTHON_ENDINGS) or os.path.isdir(path) or not os.access(path, os.X_OK):
        return False
    return _beginning(path).startswith((b"#!", *_BINARIES))


def _on_path(name: str) -> str | None:
    """Return the executable called *name* that the shell would find on PATH."""
    for folder in os.get_exec_path():
        path = os.path.join(folder or os.curdir, name)
        if os.access(path, os.X_OK) and os.path.isfile(path):
            return path
    return None


def _of_path(path: str, arguments: "Sequence[str]") -> Target:
    """Return the target for a file or directory given by *path*."""
    if os.path.isdir(path) and not os.path.exists(os.path.join(path, "__main__.py")):
        message = f"directory {path!r} has no __main__.py"
        raise TargetNotRunnable(message)
    if not os.access(path, os.R_OK):
        message = f"{path!r} cannot be read"
        raise TargetNotRunnable(message)
    return Target(_label(path), (*_interpreter(), path, *arguments))


def _of_command(path: str, words: "Sequence[str]") -> Target:
    """Return the target for the executable at *path*, called by *words* as the shell calls it."""
    argv, label = tuple(words), _label(path)
    if label.startswith(("python", "pypy")):
        options, rest = split_options(words[1:])
        _refuse_closed(options, f"{label} {' '.join(options)}")
        return Target(_interpreter_label(label, rest), argv, path)
    shebang = _shebang(path)
    _refuse_closed(_shebang_options(shebang), f"{path} (#!{shebang})")
    return Target(label, argv, path)


def split_options(arguments: "Sequence[str]") -> tuple[list[str], list[str]]:
    """
    Split an interpreter's *arguments* into its own options and the rest.

    Options written together (-Im) come apart, a value joins its option
    (-Werror).  The rest begins with the script, or with `-m` or `-c`.
    """
    options: list[str] = []
    remaining = list(arguments)
    while remaining and remaining[0].startswith("-") and remaining[0] not in {"-", "--"}:
        word = remaining.pop(0)
        if word.startswith("--"):
            options.append(word)
            if word == "--check-hash-based-pycs":
                options += remaining[:1]
                del remaining[:1]
            continue
        letters = _letters(word)
        if letters[-1][1] in _ENDS_OPTIONS:
            return options + letters[:-1], [letters[-1], *remaining]
        if letters[-1][1:] in _WITH_VALUE and remaining:
            letters[-1] += remaining.pop(0)
        options += letters
    return options, remaining


def _letters(word: str) -> list[str]:
    """Return the options in *word*, one by one; the last may have a value."""
    found: list[str] = []
    for position in range(1, len(word)):
        if word[position] in (*_WITH_VALUE, *_ENDS_OPTIONS):
            return [*found, f"-{word[position:]}"]
        found.append(f"-{word[position]}")
    return found


def _refuse_closed(options: "Sequence[str]", shown: str) -> None:
    """Raise InterpreterClosed where *options*, split, keep the agent out."""
    for word in options:
        if word in _CLOSING:
            message = f"the target's interpreter runs with {word}: {shown}"
            raise InterpreterClosed(message)


def _interpreter() -> tuple[str, ...]:
    """Return this interpreter with the options it was itself started with."""
    options, _ = split_options(sys.orig_argv[1:])
    _refuse_closed(options, " ".join(("python", *options)))
    return (sys.executable, *options)


def _interpreter_label(label: str, rest: "Sequence[str]") -> str:
    """Return a label for `python script.py` and its like: what it runs."""
    if not rest or rest[0] == "-":
        return label
    if rest[0].startswith("-m"):
        return rest[0][2:] or (rest[1] if len(rest) > 1 else label)
    return "code" if rest[0].startswith("-c") else _label(rest[0])


def _label(path: str) -> str:
    """Return the last part of *path*."""
    return os.path.basename(os.path.normpath(path)) or "python"


def _shebang(path: str) -> str:
    """Return the interpreter line of the script at *path*, or nothing."""
    first = _beginning(path).split(b"\n", 1)[0]
    if not first.startswith(b"#!"):
        return ""
    return first[2:].decode("utf-8", "surrogateescape").strip()


def _shebang_options(shebang: str) -> list[str]:
    """Return the options of the Python that *shebang* starts, by itself or through env."""
    words = shebang.split()
    if words and _label(words[0]) == "env":
        # Its own -S, and variables to set, come before the program.
        words = words[1:]
        while words and (words[0].startswith("-") or "=" in words[0]):
            del words[0]
    if not words or not _label(words[0]).startswith(("python", "pypy")):
        return []
    return split_options(words[1:])[0]


def _beginning(path: str) -> bytes:
    """Return the first bytes of the file at *path*, none if it cannot be read."""
    try:
        with open(path, "rb") as file:
            return file.read(_BEGINNING_BYTES)
    except OSError:
        return b""
