"""What the tests of launching share."""

from typing import NoReturn

import pytest


@pytest.fixture(autouse=True)
def _no_witness(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have no witness forked: pytest's workers have threads."""

    def fail() -> NoReturn:
        raise BlockingIOError

    monkeypatch.setattr("memprof.launch.signals.Witness", fail)
