"""What holds for every comparison: nothing changes from itself, and there is a way back."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from support.compared import side
from support.facts import SECOND_NS, changes, facts, generation, pools

from memprof.analysis.alignment import align
from memprof.analysis.compared import Compared, Figure
from memprof.analysis.diff import Diff, analyse, missing, rows
from memprof.analysis.differences import GONE, GROWN, NEW, SHRUNK, UNKNOWN, Difference
from memprof.analysis.holdings import KINDS, OF_BLOCKS, OWNER
from memprof.analysis.moments import names
from memprof.gate.diff import UNITS, judge, read
from memprof.gate.outcome import worst
from memprof.model.allocations import Allocations, Frame
from memprof.model.facts import Facts
from memprof.model.objects import Objects, Type
from memprof.model.owners import Owned, OwnedSite, Owners
from memprof.report.compared import build
from memprof.report.diff import render

OPPOSITE = {NEW: GONE, GONE: NEW, GROWN: SHRUNK, SHRUNK: GROWN, UNKNOWN: UNKNOWN}

FILES = ["app/main.py", "app/pkg/store.py", "app/__init__.py"]
OTHERS = [
    "<string>",
    "<frozen abc>",
    "/usr/lib/python3.11/json/decoder.py",
    "/v/site-packages/x.py",
]
FUNCTIONS = ["<module>", "load", "Store.put", "load.<locals>.<listcomp>", None]
ROOTS = ["/srv/", "/home/ci/1/"]

LIMITS = [read(f"{figure}:+1") for figure in UNITS]

lines = st.integers(0, 40)
counts = st.integers(0, 3)


@st.composite
def frames(draw: st.DrawFn, root: str, shift: int) -> Frame:
    """Draw a line of a program that is kept in *root*, its own code moved by *shift*."""
    function = draw(st.sampled_from(FUNCTIONS))
    if draw(st.integers(0, 3)):
        return Frame(root + draw(st.sampled_from(FILES)), draw(lines) + shift, function)
    return Frame(draw(st.sampled_from(OTHERS)), draw(lines), function)


@st.composite
def captures(draw: st.DrawFn) -> Facts:
    """Draw the facts of a run of a few snapshots, one of them a checkpoint."""
    number, root, shift = draw(st.integers(1, 3)), draw(st.sampled_from(ROOTS)), draw(lines)
    stack = st.lists(frames(root, shift), min_size=1, max_size=2).map(tuple)
    sites = draw(st.lists(stack, max_size=6))
    types = [Type("app", "Item"), Type("builtins", "list"), Type("builtins", "str")]

    def series(size: int) -> list[list[int]]:
        values = st.lists(counts, min_size=number, max_size=number)
        return draw(st.lists(values, min_size=size, max_size=size))

    blocks = series(len(sites))
    sizes = [[100 * count for count in one] for one in blocks]
    made = facts(sizes, blocks, number=number)
    untracked = tuple(draw(st.none() | st.just({2: draw(counts)})) for _ in range(number))
    objects = Objects(tuple(types), changes(series(3)), untracked, {})
    owned = st.builds(
        Owned,
        st.integers(0, 9),
        counts,
        counts,
        st.lists(st.tuples(st.sampled_from(["a.b['x']", "a.b['y']", "c"]), counts), max_size=2).map(
            tuple
        ),
    )
    owners = Owners(
        complete=True,
        types=draw(st.dictionaries(st.integers(0, 2), owned, max_size=2)),
        sites={
            number: OwnedSite(draw(owned), ())
            for number in range(len(sites))
            if draw(st.booleans())
        },
    )
    snapshots = [replace(one, rss_bytes=draw(st.integers(0, 9))) for one in made.snapshots]
    snapshots[0] = replace(snapshots[0], name="warm")
    return replace(
        made,
        run=replace(
            made.run,
            target="main.py",
            complete=draw(st.booleans()),
            settings=replace(made.run.settings, depth=draw(st.integers(1, 2))),
        ),
        snapshots=tuple(snapshots),
        allocations=Allocations(tuple(sites), changes(sizes, blocks) if sites else ((),) * number),
        objects=objects,
        generations=replace(
            made.generations,
            intervals=tuple((generation(0, [SECOND_NS] * draw(counts)),) for _ in range(number)),
        ),
        pools=tuple(draw(st.none() | st.just(pools(used=draw(counts)))) for _ in range(number)),
        owners=owners,
    )


def back(row: Difference) -> Difference:
    """Return *row* as it is the other way round."""
    return Difference(
        OPPOSITE[row.change],
        row.new,
        row.old,
        row.after_bytes,
        row.before_bytes,
        row.after_count,
        row.before_count,
        row.error_bytes,
    )


def turned(figures: Sequence[Figure]) -> list[Figure]:
    """Return *figures* the other way round."""
    return [Figure(one.name, one.unit, one.after, one.before) for one in figures]


def turned_rows(found: Iterable[Compared]) -> Counter[Compared]:
    """Return generations or size classes the other way round."""
    return Counter(Compared(row.name, tuple(turned(row.figures))) for row in found)


def check_sums(found: Diff) -> None:
    """Assert that the rows add up to the totals, and the totals to themselves."""
    totals, by = found.found.totals, found.found.by
    assert sum(part.growth_count for part in totals.parts) == totals.growth_count
    assert sum(part.rows for part in totals.parts) + totals.unknown == len(found.found.rows)
    if by in OF_BLOCKS:
        assert sum(part.growth_bytes or 0 for part in totals.parts) == totals.growth_bytes
        assert sum(row.growth_bytes or 0 for row in found.found.rows) == totals.growth_bytes


@given(captures(), st.sampled_from(KINDS))
@settings(max_examples=150, deadline=None)
def test_nothing_changes_from_itself(one: Facts, by: str) -> None:
    again = replace(one, run=replace(one.run, path="/elsewhere"))
    for old, new in ((one, one), (one, again)):
        found = analyse(side(old), side(new), by)
        assert found.found.rows == ()
        assert not any(figure.changed for figure in (*found.process, *found.pools))
        assert not any(row.changed for row in (*found.generations, *found.size_classes))
        assert found.comparable


@given(captures(), captures(), st.sampled_from(KINDS))
@settings(max_examples=400, deadline=None)
def test_the_way_back_is_the_opposite(one: Facts, other: Facts, by: str) -> None:
    there, here = analyse(side(one), side(other), by), analyse(side(other), side(one), by)
    assert Counter(map(back, there.found.rows)) == Counter(here.found.rows)
    assert turned(there.process) == list(here.process)
    assert turned(there.pools) == list(here.pools)
    assert turned_rows(there.generations) == Counter(here.generations)
    assert turned_rows(there.size_classes) == Counter(here.size_classes)
    assert len(there.remarks) == len(here.remarks)
    for found in (there, here):
        check_sums(found)
        verdict = judge(found, LIMITS)
        assert verdict.outcome == worst(one.outcome for one in verdict.rulings)
        assert len(verdict.rulings) == len(LIMITS)
        assert max(map(len, render(found, None).splitlines())) <= 100
        assert build(found)["format"] == "memprof-diff/1"


@given(captures(), st.sampled_from(KINDS))
@settings(max_examples=100, deadline=None)
def test_two_moments_of_a_run(one: Facts, by: str) -> None:
    """From a checkpoint to the end and back, where there is such a thing to compare."""
    assert names(one) == ("warm",)
    early, late = side(one, "warm"), side(one)
    if missing(early, by) is not None:
        assert by == OWNER
        return
    there, here = rows(early, late, by), rows(late, early, by)
    assert Counter(map(back, there.rows)) == Counter(here.rows)
    assert not any(row.moved for row in there.rows)


places = st.tuples(st.integers(0, 60), st.sampled_from(["f", "g", "h"]))
code = st.lists(places, max_size=15, unique=True).map(sorted)


@given(code, code)
@settings(max_examples=500, deadline=None)
def test_lines_are_aligned_in_order_within_their_functions(
    old: list[tuple[int, str]], new: list[tuple[int, str]]
) -> None:
    pairs = align(old, new)
    assert align(new, old) == sorted((there, here) for here, there in pairs)
    assert len({here for here, _ in pairs}) == len({there for _, there in pairs}) == len(pairs)
    for here, there in pairs:
        assert old[here][1] == new[there][1]
    for function in "fgh":
        inside = [pair for pair in pairs if old[pair[0]][1] == function]
        assert [there for _, there in inside] == sorted(there for _, there in inside)


@given(code, st.integers(0, 100))
@settings(max_examples=200, deadline=None)
def test_an_edit_above_changes_nothing(old: list[tuple[int, str]], shift: int) -> None:
    new = [(line + shift, function) for line, function in old]
    assert align(old, new) == [(place, place) for place in range(len(old))]


@given(code, st.integers(0, 60), st.integers(0, 100))
@settings(max_examples=300, deadline=None)
def test_an_edit_in_the_middle_loses_a_line_or_two(
    old: list[tuple[int, str]], at: int, shift: int
) -> None:
    """Lines above stand, lines below move; one alone may not pay for the change."""
    new = [(line + shift * (line >= at), function) for line, function in old]
    assert len(align(old, new)) >= len(old) - 2
