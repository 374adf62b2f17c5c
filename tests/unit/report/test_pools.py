"""Pools: totals that count every size class, shown or not."""

from support.facts import facts, pools

from memprof.analysis.pools import analyse
from memprof.report.pools import lines


def test_rows_and_totals() -> None:
    text = "\n".join(lines(analyse(facts(number=1, pools=(pools(),))), 1))
    assert "arenas now 5, highest 6; they hold 5.0 MiB: blocks in use 4.0 MiB, idle 1.0 MiB" in text
    assert "       all     14        2,100          524    43.2 KiB" in text
    assert "… and 1 more size class" in text


def test_no_pymalloc() -> None:
    assert lines(analyse(facts(number=1)), 10)[-1].startswith("n/a: ")
