"""The native engine is optional to build; in CI it is not."""

import os
from importlib.util import find_spec

import pytest


@pytest.fixture(autouse=True, scope="session")
def _built() -> None:
    """Skip where the extension is not built; its sources alone are a folder, and no module."""
    spec = find_spec("memprof.agent._heap")
    if spec is None or spec.origin is None:
        assert "CI" not in os.environ, "memprof.agent._heap is not built"
        pytest.skip("memprof.agent._heap is not built")
