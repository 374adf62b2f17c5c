"""
The truths of the targets, and how a report is held against them.

The truth of each target is in its docstring; see `truths.py`.  `nox -s accuracy`
runs them all and prints how many are right: most are judged by the clock, which
a machine that is busy with other tests does not keep.
"""

from accuracy import truths
from accuracy.twins import TARGETS

LEAKS = truths.all_in(TARGETS / "leaks")
HONEST = truths.all_in(TARGETS / "honest")


def test_there_are_many_truths_and_each_can_be_judged() -> None:
    assert len(LEAKS) >= 40
    assert len(HONEST) >= 25
    assert all(truth.leaks for truth in LEAKS)
    assert not any(truth.leaks or truth.causes for truth in HONEST)
    outside = {"NATIVE GROWTH", "THREADS", "DESCRIPTORS"}
    # Python's memory has a line or a type; what lies outside of it may have none.
    assert all(truth.causes or outside.intersection(truth.verdicts) for truth in LEAKS)
    assert len({truth.sentence for truth in [*LEAKS, *HONEST]}) == len(LEAKS) + len(HONEST)


def test_a_row_names_a_cause_by_line_by_path_or_by_type() -> None:
    cause = truths.Cause("/t/x.py", lines=(7,), sites=("re/_parser.py",), types=("Session", "list"))
    assert cause.is_named_by({"file": "/t/x.py", "line": 7})
    assert cause.is_named_by({"file": "x.py", "line": 7})
    assert cause.is_named_by({"file": "/usr/lib/re/_parser.py", "line": 1})
    assert cause.is_named_by({"file": None, "type": "__main__.Session"})
    assert cause.is_named_by({"type": "builtins.list"})
    assert not cause.is_named_by({"file": "/t/x.py", "line": 8, "type": "__main__.OldSession"})
    assert not cause.is_named_by({"file": "/t/other/x.py", "line": 7})
    assert not cause.is_named_by({"file": "/usr/lib/core/_parser.py", "line": 1, "type": None})


def test_of_two_causes_both_must_be_named() -> None:
    one, two = (truths.Cause("/t/x.py", lines=(line,)) for line in (3, 5))
    rows = [{"file": "/t/x.py", "line": line, "verdict": "LEAK"} for line in (1, 3, 5)]
    rows[1]["held_by"] = "__main__.TRAIL[*]"
    document = {"verdict": "LEAK", "suspects": rows}
    said = truths.said(document, (one, two), "TRAIL")
    assert (said.rank, said.owner, said.accused) == (3, True, True)
    assert truths.said({**document, "suspects": rows[:2]}, (one, two), None).rank is None


def test_the_words_of_a_report_are_the_runs_and_its_rows() -> None:
    document = {
        "verdict": "CLEAN",
        "suspects": [{"verdict": "SATURATING"}],
        "cyclic_debt": [{"verdict": "CYCLIC DEBT", "type": "__main__.Node"}],
    }
    said = truths.said(document, (truths.Cause("/t/x.py", types=("Node",)),), None)
    assert said.words == ("CLEAN", "SATURATING", "CYCLIC DEBT")
    assert (said.accused, said.rank, said.owner) == (True, 2, None)
