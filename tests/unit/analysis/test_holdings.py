"""Holdings: what is held at a moment."""

from dataclasses import replace
from typing import Any

from support.compared import side
from support.facts import facts, history

from memprof.analysis.holdings import FILE, SITE, TRACEBACK, Holding, blocks, objects
from memprof.model.allocations import Allocations, Change, Frame
from memprof.model.facts import Facts
from memprof.model.history import History

A, B, C = Frame("/a.py", 1, "f"), Frame("/a.py", 2, "g"), Frame("/b.py", 3, "h")


def deep(**given: Any) -> Facts:  # noqa: ANN401
    """Return three stacks, two of which allocate at one line."""
    made = facts([[100, 300, 200], [50, 50, 50], [0, 900, 0]])
    stacks = ((A, C), (A, B), (C,))
    return replace(made, allocations=Allocations(stacks, made.allocations.changes), **given)


def figures(found: dict[object, Holding]) -> dict[object, tuple[int | None, int | None]]:
    """Return bytes and count by key."""
    return {key: (one.size_bytes, one.count) for key, one in found.items()}


def test_stacks_that_are_one_row_are_summed() -> None:
    at_end = side(deep())
    assert figures(dict(blocks(at_end, SITE, lambda stack: stack[0]))) == {A: (250, 2)}
    assert figures(dict(blocks(at_end, TRACEBACK, lambda stack: stack))) == {
        (A, C): (200, 2),
        (A, B): (50, 0),
    }
    peak = dict(blocks(side(deep(), "peak"), FILE, lambda stack: stack[0].file))
    assert figures(peak) == {"/a.py": (350, 3), "/b.py": (900, 9)}
    assert peak["/b.py"].subject.file == "/b.py"


def test_the_true_peak_is_taken_where_it_is_known() -> None:
    made = deep()
    looked = replace(made, history=(None, None, history(peak={2: (4000, 40)})))
    looked = replace(
        looked, snapshots=tuple(replace(one, peak_bytes=4000) for one in looked.snapshots)
    )
    assert figures(dict(blocks(side(looked, "peak"), SITE, lambda stack: stack[0]))) == {
        C: (4000, 40)
    }


def test_estimates_have_an_error_where_it_was_written() -> None:
    made = deep()
    sampled = replace(
        made, run=replace(made.run, settings=replace(made.run.settings, sample_bytes=9))
    )
    assert side(sampled).sampled
    assert not side(made).sampled
    found = blocks(side(sampled), SITE, lambda stack: stack[0])
    assert found[A].error_bytes is None
    errors: tuple[Change, ...] = facts([[30], [40], [0]]).allocations.changes[0]
    looked = replace(sampled, history=(None, None, History(None, None, None, None, errors)))
    assert blocks(side(looked), SITE, lambda stack: stack[0])[A].error_bytes == 50
    assert blocks(side(made), SITE, lambda stack: stack[0])[A].error_bytes == 0


def test_objects_by_type() -> None:
    made = facts(counts=[[1, 4], [2, 0]])
    made = replace(made, objects=replace(made.objects, untracked=(None, {1: 7})))
    found = objects(side(made), untracked=True)
    assert {(key[0].qualname, key[1]): one.count for key, one in found.items()} == {
        ("Type0", True): 4,
        ("Type1", False): 7,
    }
    assert len(objects(side(made), untracked=False)) == 1


def test_what_is_traced_at_a_moment() -> None:
    made = deep()
    assert side(made).traced
    blind = replace(made, snapshots=tuple(replace(one, live_bytes=None) for one in made.snapshots))
    assert not side(blind).traced
