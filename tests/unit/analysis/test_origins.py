"""Whose code a file name speaks of, and which lines are nobody's leak."""

import pytest

from memprof.analysis.origins import caller, is_library, is_suppressed, is_suppressed_type
from memprof.model.allocations import Frame
from memprof.model.objects import Type

LIB = "/opt/py/lib/python3.12"


@pytest.mark.parametrize(
    ("file", "library", "suppressed"),
    [
        ("/srv/app/views.py", False, False),
        ("/srv/re/cache.py", False, False),
        ("/srv/app/linecache.py", False, False),
        ("<string>", False, False),
        ("<unknown>", False, False),
        (f"{LIB}/json/decoder.py", True, False),
        (f"{LIB}/re/_compiler.py", True, True),
        (f"{LIB}/linecache.py", True, True),
        (f"{LIB}/importlib/__init__.py", True, True),
        (f"{LIB}/site-packages/django/urls.py", True, False),
        (f"{LIB}/site-packages/re/_compiler.py", True, False),
        ("/srv/.venv/lib/python3.13t/site-packages/a.py", True, False),
        ("<frozen importlib._bootstrap_external>", True, True),
        ("<frozen os>", True, False),
        ("<frozen abc>", True, True),
    ],
)
def test_origin(file: str, library: bool, suppressed: bool) -> None:  # noqa: FBT001
    one = Frame(file, 1, None)
    assert is_library(one) is library
    assert is_suppressed((one,)) is suppressed


def test_the_caller_is_the_nearest_own_line() -> None:
    library, own, main = Frame(f"{LIB}/a.py", 1, "a"), Frame("b.py", 2, "b"), Frame("c.py", 3, "c")
    assert caller((library, library, own, main)) == own
    assert caller((own, main)) is None
    assert caller((library,)) is None
    assert caller(()) is None


def test_types_that_importing_leaves() -> None:
    assert is_suppressed_type(Type("builtins", "module"))
    assert is_suppressed_type(Type("_frozen_importlib", "ModuleSpec"))
    assert not is_suppressed_type(Type("builtins", "dict"))
    assert not is_suppressed_type(Type("app", "module"))


def test_types_that_importing_leaves_while_it_goes_on() -> None:
    function, table = Type("builtins", "function"), Type("builtins", "dict")
    assert not is_suppressed_type(function)
    assert is_suppressed_type(function, importing=True)
    # Each class has a weak reference in its base.
    assert is_suppressed_type(Type("weakref", "ReferenceType"), importing=True)
    # Of a program's own table the site is judged, if sites are.
    assert is_suppressed_type(table, importing=True, tables=True)
    assert not is_suppressed_type(table, importing=True)
    assert not is_suppressed_type(table, tables=True)
    assert not is_suppressed_type(Type("app", "Session"), importing=True, tables=True)
