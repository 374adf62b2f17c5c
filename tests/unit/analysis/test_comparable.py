"""Comparable: what two captures differ in that figures depend on."""

from dataclasses import replace
from typing import Any

import pytest
from support.compared import side
from support.facts import RUN, SECOND_NS, facts

from memprof.analysis.comparable import remarks
from memprof.model.facts import Facts
from memprof.model.run import Event


def with_run(**given: Any) -> Facts:  # noqa: ANN401
    """Return facts whose run has what is *given*."""
    made = facts([[1, 2]])
    return replace(made, run=replace(made.run, **given))


@pytest.mark.parametrize(
    ("given", "what", "spoils"),
    [
        ({"target": "other.py"}, "program", False),
        ({"interpreter": replace(RUN.interpreter, version="3.13.0")}, "python", True),
        ({"interpreter": replace(RUN.interpreter, free_threaded=True)}, "python", True),
        ({"interpreter": replace(RUN.interpreter, platform="darwin")}, "platform", True),
        ({"settings": replace(RUN.settings, engine="native")}, "engine", True),
        ({"settings": replace(RUN.settings, sample_bytes=512)}, "sample", True),
        ({"settings": replace(RUN.settings, depth=5)}, "depth", False),
        ({"complete": False}, "incomplete", False),
        ({"damaged_records": 2}, "damaged", False),
        ({"events": (Event(SECOND_NS, "tracing-stopped", ""),)}, "tracing lost", False),
    ],
)
def test_each_difference_is_told(given: dict[str, Any], what: str, *, spoils: bool) -> None:
    plain, other = side(with_run()), side(with_run(**given))
    assert [one.what for one in remarks(plain, plain)] == []
    for old, new in ((plain, other), (other, plain)):
        (one,) = remarks(old, new)
        assert (one.what, one.spoils) == (what, spoils)


def test_a_patch_release_is_no_difference() -> None:
    other = with_run(interpreter=replace(RUN.interpreter, version="3.12.9"))
    assert remarks(side(with_run()), side(other)) == ()


def test_what_concerns_one_capture_is_told_once() -> None:
    torn = with_run(complete=False)
    (one,) = remarks(side(torn), side(torn))
    assert (one.old, one.new, one.same) == (SECOND_NS, None, True)
    named = replace(torn, snapshots=(replace(torn.snapshots[0], name="warm"), torn.snapshots[1]))
    (one,) = remarks(side(named, "warm"), side(named))
    assert (one.old, one.new) == (SECOND_NS, None)
    assert remarks(side(named, "warm"), side(named, "warm")) == ()


def test_checkpoints_of_one_name_are_told() -> None:
    made = facts([[1, 2]])
    named = tuple(replace(one, name="warm") for one in made.snapshots)
    made = replace(made, snapshots=named)
    (one,) = remarks(side(made, "warm"), side(made))
    assert (one.what, one.old, one.new) == ("alike", 2, None)


def test_samples_against_every_block_is_one_difference() -> None:
    other = with_run(settings=replace(RUN.settings, engine="sample", sample_bytes=512))
    assert [one.what for one in remarks(side(with_run()), side(other))] == ["sample"]
