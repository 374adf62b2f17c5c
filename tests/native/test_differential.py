"""Block by block the engine says what tracemalloc says, in the same process."""

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from native.inside import said

EXACT = [
    "mixed",
    "parsed",
    "matched",
    "in_threads",
    "recursive",
    "dying_code",
    "generated",
    "failing",
    "closures",
    "grown",
]

EMPTY_ONES = ["copied", "classes", "churned"]
"""
Programs with lists and dictionaries that begin empty.

Up to 3.12 the header of one from a free list counts where the next block is
allocated, which may be another line; in all it counts once.
"""


def beside(work: str, cwd: Path, depth: int) -> dict[str, Any]:
    """Run *work*, an expression, under both; return what they say."""
    program = f"""
    from native import programs
    from native.ledger import beside_tracemalloc
    beside_tracemalloc(lambda: {work}, {depth})
    """
    found: dict[str, Any] = said(program, cwd)
    return found


@pytest.mark.parametrize("depth", [1, 10])
@pytest.mark.parametrize("name", EXACT + EMPTY_ONES)
def test_live_blocks_are_those_of_tracemalloc(name: str, depth: int, tmp_path: Path) -> None:
    found = beside(f"programs.{name}()", tmp_path, depth)
    theirs, ours = found["sums"]
    assert theirs == ours
    if name in EXACT or sys.version_info >= (3, 13):
        assert found["wrong"] == []


@pytest.mark.parametrize("depth", [1, 10])
def test_what_a_full_cache_makes_stays_with_its_line(depth: int, tmp_path: Path) -> None:
    found = beside("programs.evicted()", tmp_path, depth)
    theirs, ours = found["sums"]
    assert theirs == ours
    # The first header that comes from what was let go has nothing to tell it by.
    moved = [abs(one[1] - other[1]) for _, one, other in found["wrong"]]
    assert max(moved, default=0) <= 1


MOVES = st.lists(
    st.tuples(
        st.sampled_from(["make", "make", "grow", "shrink", "free"]),
        st.integers(0, 15),
        st.one_of(st.integers(0, 40), st.integers(400, 1_200)),
    ),
    min_size=20,
    max_size=200,
)


PLAY = "programs.played(programs.json.load(open('moves.json')))"


@settings(max_examples=15, deadline=None)
@given(moves=MOVES, depth=st.sampled_from([1, 3]))
def test_any_program_has_the_live_blocks_of_tracemalloc(
    moves: list[tuple[str, int, int]], depth: int
) -> None:
    with TemporaryDirectory() as folder:
        Path(folder, "moves.json").write_text(json.dumps(moves), "utf-8")
        found = beside(PLAY, Path(folder), depth)
    assert found["wrong"] == []
