"""Allocation sites: frames, their functions, stacks, live counters."""

import pytest
from support.captures import record

from memprof.capture.allocations import LOST_FRAME, AllocationsReader, Frames, Sites
from memprof.capture.fields import DamagedRecord
from memprof.capture.names import LOST, Strings
from memprof.model.allocations import Frame


@pytest.fixture
def tables() -> tuple[Frames, Sites]:
    """Return tables with two strings and two frames."""
    strings = Strings(1_000)
    strings.take(record("strings", first=0, texts=["app.py", "main"]))
    frames = Frames(strings, 1_000)
    frames.take(record("frames", first=0, rows=[0, 7, 0, -1]))
    return frames, Sites(frames, 1_000)


def test_frames_have_names(tables: tuple[Frames, Sites]) -> None:
    """A frame is a file and a line; its function may be named later, or never."""
    frames, _ = tables
    frames.take_functions(record("functions", rows=[0, 1, 99, 1]))
    assert frames.facts() == [Frame("app.py", 7, "main"), Frame("app.py", 0, None)]


def test_lost_names_are_shown_as_lost(tables: tuple[Frames, Sites]) -> None:
    """Strings, frames and sites whose records were damaged are named `<lost>`."""
    frames, sites = tables
    frames.take(record("frames", first=3, rows=[55, 1]))
    frames.take_functions(record("functions", rows=[3, 56]))
    sites.take(record("sites", first=1, stacks=[[2, 3], [77], []]))
    lost = Frame(LOST, 1, LOST)
    assert sites.facts() == (
        (LOST_FRAME,),
        (LOST_FRAME, lost),
        (LOST_FRAME,),
        (LOST_FRAME,),
    )


def test_a_site_that_is_spoken_of_is_there(tables: tuple[Frames, Sites]) -> None:
    """Live counters of a site that was lost have a site all the same."""
    _, sites = tables
    reader = AllocationsReader(sites)
    reader.take(record("live", runs=[0, 2], bytes=[1, 2], blocks=[1, 1]))
    reader.close()
    facts = reader.facts()
    assert facts.sites == ((LOST_FRAME,), (LOST_FRAME,))
    assert [one.runs for one in facts.changes[0]] == [(0, 2)]


@pytest.mark.parametrize("rows", [[0], [-1, 5], ["a", 1], [True, 1], None])
def test_frames_of_wrong_fields_are_damaged(tables: tuple[Frames, Sites], rows: object) -> None:
    """A record of frames is dropped whole."""
    frames, _ = tables
    with pytest.raises(DamagedRecord):
        frames.take(record("frames", first=2, rows=rows))
    assert len(frames.facts()) == 2


@pytest.mark.parametrize("stack", [None, 1, [-1], [1 << 40], [True], [[0]]])
def test_stacks_of_wrong_fields_are_damaged(tables: tuple[Frames, Sites], stack: object) -> None:
    """A record of sites is dropped whole."""
    _, sites = tables
    with pytest.raises(DamagedRecord):
        sites.take(record("sites", first=0, stacks=[[0], stack]))
    assert sites.facts() == ()
