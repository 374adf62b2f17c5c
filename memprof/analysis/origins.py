"""
Origins: whose code a line is, and which lines are nobody's leak.

Decided from the file name alone, as the interpreter wrote it in the code
object: nothing is opened.
"""

import re

from memprof.model.allocations import Frame
from memprof.model.objects import Type

_LIBRARY = re.compile(
    r"<frozen [^>]*>"
    r"|.*[/\\](?:site|dist)-packages[/\\].*"
    r"|.*[/\\]lib(?:64)?[/\\]python3\.\d+t?[/\\].*"
    r"|[A-Za-z]:\\.*\\Lib\\.*",
    re.DOTALL,
)

# Caches of the interpreter and its library that fill as a program meets new
# modules, patterns and source lines.
_SUPPRESSED = re.compile(
    r"<frozen (?:importlib[^>]*|zipimport|abc|_weakrefset|codecs|runpy)>"
    r"|.*[/\\](?:lib(?:64)?[/\\]python3\.\d+t?|Lib)[/\\]"
    r"(?:importlib[/\\].*|re[/\\].*|(?:sre_compile|sre_parse|sre_constants|re|linecache"
    r"|tokenize|abc|_py_abc|_weakrefset|zipimport)\.py)",
    re.DOTALL,
)

_SUPPRESSED_MODULES = frozenset(
    {"_abc", "_frozen_importlib", "_frozen_importlib_external", "importlib.machinery", "zipimport"}
)
_SUPPRESSED_BUILTINS = frozenset({"module", "code"})
_IMPORTED = frozenset(
    {
        "ABCMeta",
        "EnumType",
        "ReferenceType",
        "_tuplegetter",
        "builtin_function_or_method",
        "cell",
        "classmethod",
        "function",
        "getset_descriptor",
        "member_descriptor",
        "method_descriptor",
        "property",
        "staticmethod",
        "type",
        "wrapper_descriptor",
    }
)
"""What the body of a module makes, more than anything else; a class is a weak reference too."""

_TABLES = frozenset({"dict", "frozenset", "list", "set", "tuple"})
"""What modules and classes have for tables: from a program's own line it has a site."""

TABLES_A_MODULE = 64
"""Where no engine knows lines, so many new tables of a type go with each module that came."""


def is_library(frame: Frame) -> bool:
    """Say whether *frame* is an installed package's, or the interpreter's own."""
    return _LIBRARY.fullmatch(frame.file) is not None


def caller(stack: tuple[Frame, ...]) -> Frame | None:
    """Return the nearest line of *stack* above a library's, None where there is none."""
    if not stack or not is_library(stack[0]):
        return None
    return next((frame for frame in stack[1:] if not is_library(frame)), None)


def is_importing(stack: tuple[Frame, ...]) -> bool:
    """Say whether a *stack* allocates for the import system."""
    return bool(stack) and stack[0].file.startswith("<frozen importlib")


def is_suppressed(stack: tuple[Frame, ...]) -> bool:
    """Say whether a *stack* allocates for the import system or a built-in cache."""
    return bool(stack) and _SUPPRESSED.fullmatch(stack[0].file) is not None


def is_suppressed_type(kind: Type, *, importing: bool = False, tables: bool = False) -> bool:
    """
    Say whether objects of *kind* are what importing a module leaves.

    *importing* says that modules came as it ran, *tables* that these may be theirs.
    """
    if importing and kind.qualname in _IMPORTED:
        return True
    if kind.module == "builtins":
        left = _TABLES if importing and tables else frozenset()
        return kind.qualname in _SUPPRESSED_BUILTINS | left
    return kind.module in _SUPPRESSED_MODULES


def says_little(kind: Type) -> bool:
    """Say whether *kind* is builtin or written in C: of such other objects are made."""
    return kind.module.startswith(("builtins", "_")) and kind.module != "__main__"


def frame_key(frame: Frame) -> tuple[str, int, str]:
    """Return what *frame* sorts by: file, line, function."""
    return frame.file, frame.line, frame.function or ""


def stack_key(stack: tuple[Frame, ...]) -> tuple[tuple[str, int, str], ...]:
    """Return what *stack* sorts by, allocating frame first."""
    return tuple(frame_key(frame) for frame in stack)
