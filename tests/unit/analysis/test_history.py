"""The last closer look, by site number."""

from array import array
from dataclasses import replace

from support.facts import SECOND_NS, facts, history

from memprof.analysis.history import latest
from memprof.model.run import Event


def test_the_last_look_and_every_site() -> None:
    looks = (None, history(peak={1: (50, 5)}), history(peak={1: (60, 6)}, births={0: (1, 2)}), None)
    found = latest(facts([[1, 1, 1, 1]] * 3, history=looks))
    assert found is not None
    assert (found.index, found.starts_ns) == (2, (0, SECOND_NS))
    assert found.peak == (array("q", [0, 60, 0]), array("q", [0, 6, 0]))
    assert found.births == (array("q", [1, 0, 0]), array("q", [2, 0, 0]))
    assert (found.traffic, found.collected) == (None, None)


def test_no_look_after_tracing_was_lost() -> None:
    looks = (None, history(peak={0: (50, 5)}), history(peak={0: (60, 6)}))
    given = facts([[1, 1, 1]], history=looks)
    lost = Event(SECOND_NS, "tracing-restarted", "/srv/app.py:9")
    found = latest(replace(given, run=replace(given.run, events=(lost,))))
    assert found is not None
    assert found.index == 1
    assert latest(facts([[1, 1, 1]])) is None
