"""Types: growth first, untracked ones marked."""

from dataclasses import replace

from support.facts import facts

from memprof.analysis.objects import analyse
from memprof.report.objects import lines


def test_rows_marks_and_cut() -> None:
    given = facts(counts=[[1, 1_001], [5, 6], [2, 2]])
    given = replace(given, objects=replace(given.objects, untracked=(None, {2: 9})))
    text = "\n".join(lines(analyse(given), 4))
    assert "app.Type0    +1,000" in text
    assert "app.Type2 *" in text
    assert "more types" not in text
    assert "… and 3 more type" in "\n".join(lines(analyse(given), 1))


def test_nothing_counted_is_not_nothing_alive() -> None:
    assert lines(analyse(facts()), 10)[-1] == "n/a: objects were not counted."
