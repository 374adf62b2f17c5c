"""Which modules are the interpreter's own."""

import sys

import pytest

from memprof.analysis.library import is_of_library


def test_whose_module_it_is() -> None:
    assert is_of_library("threading._active[*]")
    assert is_of_library("builtins")
    assert not is_of_library("__main__.ROWS[*]")
    assert not is_of_library("app.ROWS[*]")
    assert not is_of_library("main() local rows[*]")


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="its names were not read")
def test_none_of_this_interpreters_is_missing() -> None:
    assert [name for name in sys.stdlib_module_names if not is_of_library(name)] == []
