"""Allocation sites in the document: null is what the engine does not know."""

from support.facts import SECOND_NS, facts, frame, generation, history

from memprof.analysis.allocations import analyse
from memprof.analysis.cycles import analyse as analyse_cycles
from memprof.model.generations import Generations
from memprof.report.sites import collected_site, moments, place, seconds, site


def test_what_the_engine_keeps() -> None:
    look = history(
        peak={0: (900, 9)}, traffic={0: (2_000, 20)}, collected={0: (70, 7)}, births={0: (0, 3)}
    )
    freed = Generations(((generation(0, [5], collected=7),), ()), (), ())
    given = facts([[0, 300]], history=(None, look), generations=freed)
    table = analyse(given)
    made = site(table.rows[0], deep=True)
    assert (made["file"], made["line"], made["function"]) == ("/srv/app.py", 1, "handle")
    assert (made["live_bytes"], made["peak_bytes"], made["peak_blocks"]) == (300, 900, 9)
    assert (made["allocated_bytes"], made["allocated_blocks"]) == (2_000, 20)
    assert (made["freed_bytes"], made["freed_blocks"]) == (1_700, 17)
    assert made["births"] == [{"since_s": 1.0, "live_blocks": 3}]
    assert made["stack"] == [place(frame(1))]
    (collected,) = analyse_cycles(given).sites or ()
    row = {**place(frame(1)), "bytes": 70, "blocks": 7}
    assert collected_site(collected, deep=False) == row


def test_what_it_does_not_know() -> None:
    table = analyse(facts([[0, 300]]))
    made = site(table.rows[0], deep=False)
    assert [made[name] for name in ("allocated_bytes", "freed_blocks", "births")] == [None] * 3
    assert "stack" not in made


def test_which_moments_the_figures_are_of() -> None:
    known, unknown = history(peak={0: (900, 9)}), history(traffic={0: (900, 9)})
    exact = moments(analyse(facts([[0, 300]], history=(None, known))))
    assert (exact["peak_bytes"], exact["peak_s"], exact["history_s"]) == (300, None, 1.0)
    other = moments(analyse(facts([[0, 300]], history=(None, unknown))))
    assert (other["peak_bytes"], other["peak_s"], other["history_s"]) == (None, 1.0, 1.0)
    assert seconds(SECOND_NS // 2) == 0.5
    assert place(None) == {"file": None, "line": None, "function": None}
