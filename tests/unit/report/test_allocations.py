"""Allocation sites: figures, places, and the own line behind a library's."""

from dataclasses import replace

from support.facts import facts, snapshots

from memprof.analysis.allocations import analyse
from memprof.model.allocations import Frame
from memprof.report.allocations import lines


def test_rows_and_cut() -> None:
    text = "\n".join(lines(analyse(facts([[0, 4096], [0, 1024]])), 1))
    assert "Live 5.0 KiB in 50 blocks at 1.0 s" in text
    assert "4.0 KiB      40  80.0 %  +4.0 KiB     4.0 KiB  /srv/app.py:1 handle" in text
    assert "… and 1 more site" in text


def test_a_library_site_names_the_line_that_led_there() -> None:
    library = Frame("/opt/lib/python3.12/json/decoder.py", 353, "JSONDecoder.raw_decode")
    given = facts([[0, 4096]])
    stack = (library, library, Frame("/srv/app.py", 9, "load"))
    given = replace(given, allocations=replace(given.allocations, sites=(stack,)))
    text = "\n".join(lines(analyse(given), 1))
    assert "decoder.py:353 JSONDecoder.raw_decode" in text
    assert "  for /srv/app.py:9 load" in text


def test_nothing_traced() -> None:
    found = analyse(facts(snapshots=snapshots(1, live_bytes=None)))
    assert lines(found, 10)[-1] == "n/a: nothing was traced."
