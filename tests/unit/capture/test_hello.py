"""Whether an agent reported in a capture."""

from pathlib import Path

from support.captures import build_capture

from memprof.capture.hello import has_hello
from memprof.capture.outside import Outside, create
from memprof.model.process import Resident

LOOK = Resident(0, 100, 90, None, 5, 1)


def test_whether_an_agent_reported(tmp_path: Path) -> None:
    """A capture has a hello once an agent wrote one; looks from outside are none."""
    path = tmp_path / "a.memprof"
    assert not has_hello(path)
    create(path, overwrite=False)
    assert not has_hello(path)
    outside = Outside(path)
    outside.resident(1, LOOK)
    outside.close()
    assert not has_hello(path)
    build_capture(path)
    assert has_hello(path)
