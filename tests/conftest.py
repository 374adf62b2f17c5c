"""What holds for every test: no setting of the developer's reaches it."""

import os

import pytest


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the MEMPROF_* variables out of the environment."""
    for name in [name for name in os.environ if name.startswith("MEMPROF_")]:
        monkeypatch.delenv(name)
