"""Allocation sites: figures, places, and the own line behind a library's."""

from dataclasses import replace

from support.facts import facts, history, snapshots

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


def test_the_peak_and_what_passes() -> None:
    look = history(
        peak={0: (8_192, 80), 1: (2_048, 20)}, traffic={0: (40_960, 400), 1: (1_024, 10)}
    )
    made = snapshots(2, live=[0, 5_120], peak_bytes=10_240)
    given = facts([[0, 4096], [0, 1024]], snapshots=made, history=(None, look))
    text = "\n".join(lines(analyse(given), 10))
    assert "the peak was 10.0 KiB" in text
    assert "at peak  allocated at" in text
    assert "4.0 KiB      40  80.0 %  +4.0 KiB  8.0 KiB  /srv/app.py:1 handle" in text
    assert "41.0 KiB in 410 blocks; 87.8 % of the bytes are freed" in text
    assert " 40.0 KiB     400       90.0 %  /srv/app.py:1 handle" in text
    assert text.count("app.py:2") == 1


def test_a_peak_of_an_earlier_look() -> None:
    look = history(peak={0: (4_096, 40)})
    text = "\n".join(lines(analyse(facts([[0, 4096, 1024]], history=(None, look, None))), 10))
    assert "the peak up to 1.0 s was 4.0 KiB" in text
    assert "freed again" not in text
