"""Identity: lines of two captures that are the same."""

from dataclasses import replace

from support.facts import changes, facts

from memprof.analysis.identity import function, identify
from memprof.model.allocations import Allocations, Frame
from memprof.model.facts import Facts


def capture(*frames: Frame) -> Facts:
    """Return facts with a site at each of *frames*."""
    stacks = tuple((frame,) for frame in frames)
    return replace(facts([[1]] * len(frames)), allocations=Allocations(stacks, ((),)))


def test_a_comprehension_is_its_function() -> None:
    """Up to Python 3.11 it is one of its own."""
    names = {
        "f.<locals>.<listcomp>": "f",
        "C.m.<locals>.<dictcomp>.<locals>.<setcomp>": "C.m",
        "<listcomp>": "<module>",
        "C.<listcomp>": "C",
        "f.<locals>.<genexpr>": "f.<locals>.<genexpr>",
        "<lambda>": "<lambda>",
    }
    for name, known in names.items():
        assert function(Frame("a.py", 1, name)) == known
    assert function(Frame("a.py", 1, None)) == ""


def test_lines_keep_their_number_through_an_edit() -> None:
    old = [Frame("/a.py", line, "f") for line in (3, 5)] + [Frame("/a.py", 9, "g")]
    new = [Frame("/a.py", line + 4, "f") for line in (3, 5)] + [Frame("/a.py", 30, "h")]
    found = identify(capture(*old), capture(*new), same_code=False)
    assert [found.old_lines[one] for one in old[:2]] == [found.new_lines[one] for one in new[:2]]
    assert len({found.old_lines[old[2]], *found.new_lines.values()}) == 4


def test_in_one_run_a_line_is_its_number() -> None:
    old, new = Frame("/a.py", 3, "f"), Frame("/a.py", 7, "f")
    found = identify(capture(old), capture(new), same_code=True)
    assert found.old_lines[old] != found.new_lines[new]
    found = identify(capture(old, new), capture(new), same_code=True)
    assert found.old_lines[new] == found.new_lines[new]


def test_what_lines_allocate_speaks_for_them() -> None:
    """Of two lines, the one above is new: the other allocates blocks as large as before."""
    old, new = Frame("/a.py", 10, "f"), [Frame("/a.py", 11, "f"), Frame("/a.py", 13, "f")]
    before = replace(capture(old), allocations=Allocations(((old,),), changes([[640]], [[1]])))
    after = replace(
        capture(*new),
        allocations=Allocations(tuple((one,) for one in new), changes([[32], [640]], [[1], [1]])),
    )
    found = identify(before, after, same_code=False)
    assert found.old_lines[old] == found.new_lines[new[1]]
