"""Rulings in words: both numbers always, and the way out where there is none."""

from dataclasses import replace

import pytest
from support.verdicts import ROOT, honest, leaky, measure, told

from memprof.gate import baseline, budget
from memprof.gate.figures import Figure, Gap
from memprof.gate.limit import Limit
from memprof.gate.outcome import BROKEN, HOLDS, NO_FIGURE
from memprof.gate.verdict import Ruling
from memprof.report import ruling

MIB = 1 << 20


def rss(value: float | None, most: float, outcome: str = BROKEN, gap: Gap | None = None) -> Ruling:
    """Return a ruling on resident memory."""
    limit = Limit(budget.MAX_RSS, budget.UNITS[budget.MAX_RSS], most, "300MiB", "test")
    return Ruling(limit, Figure(value, gap), outcome)


def test_both_numbers_are_said() -> None:
    assert ruling.sentence(rss(312 * MIB, 300 * MIB)) == "rss peak 312 MiB, limit 300 MiB"


def test_numbers_near_each_other_are_told_apart() -> None:
    text = ruling.sentence(rss(300 * MIB + 1, 300 * MIB))
    assert text == "rss peak 314,572,801 B, limit 314,572,800 B"
    same = ruling.sentence(rss(300 * MIB, 300 * MIB, HOLDS))
    assert same == "rss peak 300 MiB, limit 300 MiB"


def test_a_least_is_called_so() -> None:
    found = rss(312 * MIB, 300 * MIB, BROKEN, gap=Gap("torn", counts=(1,)))
    assert ruling.sentence(found) == "rss peak at least 312 MiB, limit 300 MiB"


def test_what_is_unknown_is_called_so() -> None:
    found = rss(None, 300 * MIB, NO_FIGURE, gap=Gap("not-measured"))
    assert ruling.sentence(found) == "rss peak unknown, limit 300 MiB"


@pytest.mark.parametrize("name", budget.UNITS)
def test_every_limit_has_words(name: str) -> None:
    texts = {"max-growth": "1MiB/min", "max-gc-share": "5%", "no-uncollectable": "true"}
    words = {name.replace("-", "_"): texts.get(name, "0")}
    (found,) = told(leaky(), by=measure(**words)).judgements[0].rulings
    assert ", limit " in ruling.sentence(found)


def test_what_came_of_a_baseline() -> None:
    known = baseline.build([leaky(grown=50_000)], ROOT)
    found = told(leaky(), by=measure(known)).judgements[0].compared
    assert found is not None
    assert ruling.compared(found) == "suspects 0 new, 1 grown, 0 as in the baseline"
    (change,) = found.changes
    assert ruling.change(change).startswith("grew: ")
    assert "in the baseline" in ruling.change(change)
    assert ruling.change(replace(change, known=None)) == "new: not in the baseline"


def test_an_honest_run_against_a_baseline() -> None:
    found = told(honest(), by=measure(baseline.build([honest()], ROOT))).judgements[0].compared
    assert found is not None
    assert ruling.compared(found) == "suspects 0 new, 0 grown, 0 as in the baseline"
