"""
Every leak has its word and its cause, and no honest program is accused.

The truth of each target is in its docstring; see `truths.py`.  All of them are
run by `nox -s accuracy`, which prints how many are right; here a third is, over
every kind, so that what breaks the judgement is seen at once.
"""

import importlib.util
from pathlib import Path

import pytest
from accuracy import truths
from accuracy.twins import TARGETS, profile

LEAKS = truths.all_in(TARGETS / "leaks")
HONEST = truths.all_in(TARGETS / "honest")
TOP = 3

_LEAKS = """
    attributes beside_cache buckets cached_method context_tokens cycles_gc_off dict_cache
    errors_kept few_large files_open frames_kept frozen_cycles generators_open growing_text
    in_thread log_handlers lost_bytes lru_unbounded native_malloc numbers observers orders
    sockets_open thread_locals two_leaks
"""
_HONEST = """
    children conn_pool cycles_collected early_peak load_then_serve lru_fills_early ordered_lru
    phases recursion ring session_turnover sockets_closed tasks_done ttl_cache weak_values
"""


def chosen(truths_of_kind: list[truths.Truth], names: str) -> list[truths.Truth]:
    """Return those with these *names*, all of which there are."""
    found = [truth for truth in truths_of_kind if truth.name in names.split()]
    assert len(found) == len(names.split())
    return found


def name_of(truth: truths.Truth) -> str:
    """Return the target's name."""
    return truth.name


def look(truth: truths.Truth, cwd: Path) -> truths.Said:
    """Run a target and return what the report says of its truth."""
    if truth.needs and importlib.util.find_spec(truth.needs) is None:
        pytest.skip(f"{truth.needs} is not installed")
    document = profile(truth.path, cwd).document
    return truths.said(document, truth.causes, truth.owner)


@pytest.mark.parametrize("truth", chosen(LEAKS, _LEAKS), ids=name_of)
def test_a_leak_has_its_word_and_its_cause(truth: truths.Truth, tmp_path: Path) -> None:
    said = look(truth, tmp_path)
    assert set(said.words) & set(truth.verdicts), said
    if truth.causes:
        assert said.rank is not None, said
        assert said.rank <= TOP, said


@pytest.mark.parametrize("truth", chosen(HONEST, _HONEST), ids=name_of)
def test_no_honest_program_is_accused(truth: truths.Truth, tmp_path: Path) -> None:
    said = look(truth, tmp_path)
    assert not said.accused, said


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
