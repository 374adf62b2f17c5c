"""How many descriptors are open, by either way."""

import os
from types import SimpleNamespace

import psutil
import pytest

from memprof.agent import descriptors


def no_folder(path: str) -> None:
    """Take the place of a function that reads *path*, where there is no /proc."""
    raise FileNotFoundError(path)


def test_it_is_what_psutil_says() -> None:
    with open(os.devnull, encoding="ascii"):
        assert descriptors.count_anyhow() == psutil.Process().num_fds() - 1  # its own list is one
    assert descriptors.count() in {None, psutil.Process().num_fds() - 1}


def test_older_systems_tell_by_a_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(descriptors, "_stat", lambda _: SimpleNamespace(st_size=0))
    assert descriptors.count() is None
    assert descriptors.count_anyhow() == psutil.Process().num_fds() - 1  # its own list is one


def test_where_nobody_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(descriptors, "_stat", no_folder)
    monkeypatch.setattr(descriptors, "_list", no_folder)
    assert descriptors.count() is None
    assert descriptors.count_anyhow() == 0
