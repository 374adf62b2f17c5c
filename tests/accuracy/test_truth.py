"""The tables of allocation sites, pools and the process show what is true by construction."""

import sys
from collections import Counter
from pathlib import Path

import pytest
from accuracy.twins import TARGETS, Held, Profiled, Stack, bare, lines, profile

from memprof.agent.pools import read

TRUTH = TARGETS / "truth"
MANY = 100
"""From so many blocks on a line is no chance: its figures are exact."""

FEW = 3
"""
Blocks by which a line of few may differ.

What a line makes once can come from a free list of the interpreter, filled
before tracing began, or fill a cache of it: what lies there when the target
starts depends on what was imported before, and memprof does import.
"""


WAITING = 1 if sys.version_info >= (3, 13) else 20
"""
Blocks of many that the native engine may count a line too late, or not.

Before 3.13 the interpreter does not tell of an object made of memory that
waited in a free list: an empty list or dictionary is seen at the next
allocation.  From 3.13 on one may come of memory from before the start.
"""

AT_THE_END = ("--interval", "1h")
"""The first snapshot, the last, and those the target marks: none while it allocates."""

KEY_TABLES = 80
"""
Tables of dictionaries' keys that CPython keeps for the next dictionary.

A table keeps the line that first asked for it, bare as under memprof, so the
line that uses it again has fewer blocks, and how many depends on what was
imported before.
"""


def of_file(held: dict[Stack, Held], *files: str) -> dict[Stack, Held]:
    """Return the stacks of *held* that begin in one of *files*."""
    return {stack: figures for stack, figures in held.items() if stack[0][0] in files}


def different(
    ours: dict[Stack, Held], theirs: dict[Stack, Held], lines: dict[str, int], waiting: int
) -> dict[Stack, tuple[Held, Held]]:
    """Return what differs line by line: at all where there are many blocks, much where few."""
    warming = {lines[mark] for mark in ("first", "first_compilation") if mark in lines}
    wrong = {}
    for stack in ours.keys() | theirs.keys():
        mine, bare_ones = ours.get(stack, (0, 0)), theirs.get(stack, (0, 0))
        if stack[0][1] in warming:
            continue
        most = FEW
        if stack[0][1] == lines.get("dict"):
            most = KEY_TABLES
        elif max(mine[1], bare_ones[1]) >= MANY:
            most = waiting
        if mine != bare_ones and (not most or abs(mine[1] - bare_ones[1]) > most):
            wrong[stack] = (mine, bare_ones)
    return wrong


def blocks_of(found: Profiled) -> int:
    """Return the live blocks of the target's own file."""
    return sum(row["live_blocks"] for row in found.sites())


@pytest.mark.parametrize("engine", ["native", "tracemalloc"])
@pytest.mark.parametrize("depth", [1, 5])
@pytest.mark.parametrize("name", ["sites", "slow", "mixed", "ways"])
def test_live_blocks_are_those_of_tracemalloc(
    name: str, depth: int, engine: str, tmp_path: Path
) -> None:
    """Exact, where our thread does not look while the target allocates."""
    target = TRUTH / f"{name}.py"
    files = (str(target), "<made up>")
    _, traced = bare(target, tmp_path, "-X", f"tracemalloc={depth}")
    theirs = of_file(traced, *files)
    assert sum(blocks for _, blocks in theirs.values()) >= 2_000
    ours = profile(target, tmp_path, "--depth", str(depth), "--engine", engine, *AT_THE_END)
    waiting = WAITING if engine == "native" else 0
    assert different(of_file(ours.held(), *files), theirs, lines(target), waiting) == {}


@pytest.mark.parametrize("engine", ["native", "tracemalloc"])
def test_our_looks_change_next_to_nothing(engine: str, tmp_path: Path) -> None:
    """What our thread lets go of waits in the free lists, and the target may take it."""
    target = TRUTH / "sites.py"
    quiet = profile(target, tmp_path, "--engine", engine, *AT_THE_END)
    looked = profile(target, tmp_path, "--engine", engine, "--interval", "10ms")
    # By the line no more can be said of 3.11 and 3.12: a list made of waiting
    # memory counts for the line that allocates next, and each look leaves eighty.
    looks = looked.document["capture"]["snapshots"] - quiet.document["capture"]["snapshots"]
    assert abs(blocks_of(looked) - blocks_of(quiet)) <= looks * KEY_TABLES + FEW


def test_a_line_holds_what_it_says(tmp_path: Path) -> None:
    """Known without tracemalloc: 700 objects of the size the target prints."""
    found = profile(TRUTH / "sites.py", tmp_path)
    for line in found.result.stdout.splitlines():
        mark, blocks, size = line.split()
        row = found.site(mark)
        assert abs(row["live_blocks"] - int(blocks)) <= WAITING, mark
        assert row["live_bytes"] == int(size) or row["live_blocks"] != int(blocks), mark
        assert row["function"] == "<module>"


def test_tuples_leaked_between_snapshots_all_count(tmp_path: Path) -> None:
    found = profile(TRUTH / "slow.py", tmp_path)
    assert found.document["capture"]["checkpoints"]
    counted = {mark: found.site(mark)["live_blocks"] for mark in ("pair", "triple", "four")}
    assert counted == {"pair": 6 * 1_500, "triple": 6 * 150, "four": 6 * 150}


@pytest.mark.parametrize("interval", ["20ms", "adaptive"])
def test_snapshots_of_the_thread_hide_nothing(interval: str, tmp_path: Path) -> None:
    found = profile(TRUTH / "slow.py", tmp_path, "--interval", interval)
    # The thread may be interrupted between two calls of ours; what the target
    # allocates in that moment can come from a free list that is not yet full.
    assert 0 <= 6 * 1_500 - found.site("pair")["live_blocks"] <= FEW


def test_the_peak_is_seen_where_no_snapshot_was(tmp_path: Path) -> None:
    found = profile(TRUTH / "peak.py", tmp_path)
    process = found.document["process"]
    assert process["python_peak_bytes"] == pytest.approx(31_000_000, rel=0.01)
    # One name more, and the interpreter's table of all names doubles: 100 KiB of nobody's.
    rows = found.document["allocations"]
    nobodys = sum(row["live_bytes"] for row in rows if row["file"] == "<unknown>")
    assert process["python_live_bytes"] - nobodys == pytest.approx(1_000_000, rel=0.1)
    assert found.site("kept")["live_bytes"] == pytest.approx(1_000_033, abs=500)
    passing = found.line("passing")
    assert [row["live_bytes"] for row in found.sites() if row["line"] == passing] in ([], [0])


@pytest.mark.parametrize("depth", [1, 5])
def test_ways_code_can_run(depth: int, tmp_path: Path) -> None:
    found = profile(TRUTH / "ways.py", tmp_path, "--depth", str(depth))
    blocks: Counter[int] = Counter()
    for row in found.sites():
        blocks[row["line"]] += row["live_blocks"]
    assert blocks[found.line("thread")] == 4 * 500
    # The object and its bytes, the list and its one item: two blocks each.
    assert blocks[found.line("generator")] == 2 * 500
    assert blocks[found.line("deep")] == 2 * 500
    made_up = [row for row in found.document["allocations"] if row["file"] == "<made up>"]
    # Of no byte there is one constant; all others are a block each.
    assert sum(row["live_blocks"] for row in made_up if row["line"] == 2) == 499


def test_a_deep_site_shows_its_callers(tmp_path: Path) -> None:
    found = profile(TRUTH / "ways.py", tmp_path, "--depth", "5")
    (row,) = [row for row in found.sites() if row["line"] == found.line("deep")]
    call = found.line("call")
    assert [frame["line"] for frame in row["stack"]] == [found.line("deep"), *[call] * 4]
    assert {frame["function"] for frame in row["stack"]} == {"deep"}


def test_a_target_that_traces_sees_what_it_sees_bare(tmp_path: Path) -> None:
    target = TRUTH / "traces.py"
    found = profile(target, tmp_path, "--engine", "tracemalloc")
    # Bare without tracing: a twin that dumps would be traced from the start.
    theirs, _ = bare(target, tmp_path)
    assert found.result.stdout == theirs.stdout
    assert found.events() == ["tracing-restarted", "tracing-restarted"]
    places = [event["detail"] for event in found.document["capture"]["events"]]
    assert places == [f"{target}:{found.line(mark)}" for mark in ("start", "stop")]
    assert found.document["capture"]["tracing_lost_s"] is not None
    # The last figures that are true are those just before its start().
    blocks = {row["line"]: row["live_blocks"] for row in found.sites()}
    assert blocks[found.line("before")] >= 1_000
    assert found.line("after") not in blocks


def test_a_target_that_traces_costs_the_native_engine_nothing(tmp_path: Path) -> None:
    target = TRUTH / "traces.py"
    found = profile(target, tmp_path, "--engine", "native")
    theirs, _ = bare(target, tmp_path)
    assert found.result.stdout == theirs.stdout
    assert found.events() == []
    assert found.document["capture"]["tracing_lost_s"] is None
    blocks = {row["line"]: row["live_blocks"] for row in found.sites()}
    assert blocks[found.line("before")] >= 1_000
    # Each bytearray is its object and its bytes.
    assert blocks[found.line("after")] == 2 * 300


def test_pools_add_up_and_agree_with_the_interpreter(tmp_path: Path) -> None:
    target = TRUTH / "sites.py"
    found = profile(target, tmp_path, "--engine", "off")
    pools = found.facts.pools[-1]
    assert pools is not None
    assert pools.used_bytes + pools.idle_bytes == pools.arenas * pools.arena_bytes
    assert pools.arenas_highest >= pools.arenas
    for row in found.document["pools"]:
        assert row["idle_bytes"] == row["size_bytes"] * row["blocks_free"]
    theirs, _ = bare(target, tmp_path)
    fields = read(theirs.stderr)
    assert fields is not None
    used = {size: blocks for size, _, blocks, _ in fields["size_classes"]}
    for row in found.document["pools"]:
        # The agent itself is there too: its code and tables, at most 1 MiB.
        more = row["blocks_used"] - used.get(row["size_bytes"], 0)
        assert -MANY <= more <= 3_000, row
