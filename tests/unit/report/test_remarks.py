"""Remarks: a sentence for each thing to know."""

from dataclasses import replace
from typing import Any

import pytest
from support.compared import side
from support.facts import RUN, SECOND_NS, facts

from memprof.analysis.diff import NO_OWNERS, NOT_AT_END, UNTRACED, analyse
from memprof.model.facts import Facts
from memprof.model.run import Event
from memprof.report.remarks import document, reason, sentences, why


def with_run(**given: Any) -> Facts:  # noqa: ANN401
    """Return facts whose run has what is *given*."""
    made = facts([[1, 2]], counts=[[1, 1]])
    return replace(made, run=replace(made.run, **given))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"target": "b.py"}, "These are different programs: app.py and b.py."),
        (
            {"interpreter": replace(RUN.interpreter, version="3.13.0")},
            "Recorded by cpython 3.12 and by cpython 3.13: ",
        ),
        (
            {"interpreter": replace(RUN.interpreter, platform="darwin")},
            "Recorded on linux and on darwin: ",
        ),
        (
            {"settings": replace(RUN.settings, engine="native")},
            "Recorded by different engines, tracemalloc and native: ",
        ),
        (
            {"settings": replace(RUN.settings, sample_bytes=524_288)},
            "Old has every block and new has estimates from a block each 512 KiB: ",
        ),
        (
            {"complete": False},
            "New is incomplete, its end was not recorded: the last snapshot, at 1.0 s, counts.",
        ),
        ({"damaged_records": 1}, "New lacks 1 record, damaged or not written: "),
        (
            {"events": (Event(SECOND_NS, "tracing-stopped", ""),)},
            "New was not traced to its end: allocation figures are those of 1.0 s.",
        ),
    ],
)
def test_one_line_for_what_differs(given: dict[str, Any], said: str) -> None:
    found = analyse(side(with_run()), side(with_run(**given)), "site")
    (line,) = sentences(found)
    assert line.startswith(said)
    (row,) = document(found)
    assert row["text"] == line == reason(found.remarks[0])


def test_depth_matters_to_tracebacks_alone() -> None:
    old, new = with_run(), with_run(settings=replace(RUN.settings, depth=5))
    assert sentences(analyse(side(old), side(new), "site")) == []
    line, shallow = sentences(analyse(side(old), side(new), "traceback"))
    assert line.startswith("Recorded with depths 1 and 5: ")
    assert shallow.startswith("One line of each traceback")
    assert sentences(analyse(side(new), side(new), "traceback")) == []


def test_what_is_to_know_of_rows() -> None:
    sampled = with_run(settings=replace(RUN.settings, sample_bytes=512))
    assert "± is one standard error" in sentences(analyse(side(sampled), side(sampled), "site"))[0]
    plain = with_run()
    assert "are left out" in sentences(analyse(side(plain), side(plain), "type"))[0]
    looked = replace(plain, objects=replace(plain.objects, untracked=({}, {0: 3})))
    more = replace(plain, objects=replace(plain.objects, untracked=({}, {0: 4})))
    assert sentences(analyse(side(looked), side(more), "type"))[0].startswith("* marks")
    assert "At the peak" in sentences(analyse(side(plain, "peak"), side(plain), "site"))[0]


def test_checkpoints_of_one_name() -> None:
    made = with_run()
    made = replace(made, snapshots=tuple(replace(one, name="warm") for one in made.snapshots))
    (line,) = sentences(analyse(side(made, "warm"), side(made), "site"))
    assert line == "The capture: of 2 checkpoints of that name the last counts."


def test_why_there_are_no_rows() -> None:
    made = with_run(path="a.memprof")
    assert why(side(made), NO_OWNERS)[0] == "a.memprof has no owners"
    assert "asked for at peak" in why(side(made, "peak"), NOT_AT_END)[0]
    assert "not followed any more at 1.0 s" in why(side(made), UNTRACED)[0]
    off = with_run(settings=replace(RUN.settings, engine="off"))
    message, hint = why(side(off), UNTRACED)
    assert message.endswith("has no allocation sites: it was recorded with engine off")
    assert "--by type" in hint
