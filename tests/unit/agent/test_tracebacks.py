"""Where an object was allocated, on every version."""

from pathlib import Path

from unit.agent.isolated import isolated

from memprof.agent.tracebacks import tracebacks_of


def test_instances_have_their_line(tmp_path: Path) -> None:
    """3.11's own answer knows nothing of instances."""
    code = """
import tracemalloc
from memprof.agent.tracebacks import tracebacks_of
class Plain: pass
class Slotted: __slots__ = ("one",)
class List(list): pass
tracemalloc.start()
made = [Plain(), Slotted(), List(), bytes(100), bytearray(100)]
for one, found in zip(made, tracebacks_of(made)):
    assert found == (("<string>", 8),), (one, found)
"""
    isolated(code, tmp_path)


def test_untraced_there_is_none() -> None:
    assert list(tracebacks_of([object(), []])) == [None, None]
