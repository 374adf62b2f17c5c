"""The interpreter's caches are emptied, and nothing else is."""

import linecache
import re
import sys
import urllib.parse
from typing import Any

import pytest

from memprof.agent import clearing


def test_caches_of_the_library_are_emptied() -> None:
    split: Any = urllib.parse.urlsplit
    split("http://example.org/a")
    clearing.clear_caches()
    assert split.cache_info().currsize == 0


def test_patterns_that_are_held_stay() -> None:
    pattern = re.compile("a+")
    clearing.clear_caches()
    assert pattern.match("aa")


def test_lines_that_no_file_has_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    cell = (5, None, ["x = 1"], "<cell>")
    file = (5, 1.0, ["x = 1"], __file__)
    monkeypatch.setattr(linecache, "cache", {"<cell>": cell, __file__: file})
    clearing.clear_caches()
    assert linecache.cache == {"<cell>": cell}


def test_a_module_that_is_not_what_it_was_does_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fnmatch", type(sys)("fnmatch"))
    monkeypatch.setitem(sys.modules, "linecache", None)
    clearing.clear_caches()
