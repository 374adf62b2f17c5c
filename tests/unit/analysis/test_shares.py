"""Shares: sites summed over processes, what a fork inherited counted once."""

from dataclasses import replace

import pytest
from support.facts import KIB, facts, history

from memprof.analysis.shares import Share, Sums
from memprof.model.facts import Facts

ROOT, FIRST, SECOND = (41, 0), (50, 2), (51, 3)


def table(*sizes: list[int]) -> Facts:
    """Return a process with sites that hold *sizes* bytes each."""
    return facts(sizes)


def test_what_one_holds_is_all_there_is() -> None:
    sums = Sums()
    sums.add(ROOT, table([KIB, 3 * KIB]), inherits=False)
    found = sums.table()
    assert (found.processes, found.unlisted, found.live_bytes) == (1, 0, 3 * KIB)
    (row,) = found.rows
    assert row.shares == (Share(ROOT, 3 * KIB, 3 * KIB // 100),)
    assert (row.share, row.growth_bytes) == (1.0, 2 * KIB)


def test_what_a_fork_inherited_counts_in_its_parent_alone() -> None:
    """The root holds 10 KiB; each of two forks begins with it and adds 2 and 3 KiB."""
    sums = Sums()
    sums.add(ROOT, table([10 * KIB, 10 * KIB]), inherits=False)
    sums.add(FIRST, table([10 * KIB, 12 * KIB]), inherits=True)
    sums.add(SECOND, table([10 * KIB, 13 * KIB]), inherits=True)
    (row,) = sums.table().rows
    assert row.live_bytes == 15 * KIB
    assert row.growth_bytes == 5 * KIB
    held = {share.key: share.live_bytes for share in row.shares}
    assert held == {ROOT: 10 * KIB, FIRST: 2 * KIB, SECOND: 3 * KIB}
    assert [share.key for share in row.shares] == [ROOT, SECOND, FIRST]


def test_a_process_of_its_own_counts_with_all_it_holds() -> None:
    sums = Sums()
    sums.add(ROOT, table([KIB, KIB]), inherits=False)
    sums.add(FIRST, table([5 * KIB, 6 * KIB]), inherits=False)
    (row,) = sums.table().rows
    assert (row.live_bytes, row.growth_bytes) == (7 * KIB, KIB)


@pytest.mark.parametrize("sizes", [[10 * KIB, 4 * KIB], [10 * KIB]])
def test_a_fork_never_holds_less_than_nothing(sizes: list[int]) -> None:
    """One that freed what it inherited, and one that was seen once, have no share."""
    sums = Sums()
    sums.add(ROOT, table([10 * KIB, 10 * KIB]), inherits=False)
    sums.add(FIRST, table(sizes), inherits=True)
    (row,) = sums.table().rows
    assert row.live_bytes == 10 * KIB
    assert [share.key for share in row.shares] == [ROOT]


def test_a_line_of_which_nobody_holds_anything_more_is_no_row() -> None:
    sums = Sums()
    sums.add(FIRST, table([10 * KIB, 0]), inherits=True)
    assert sums.table().rows == ()
    sums.add(ROOT, table([10 * KIB, 0]), inherits=False)
    (row,) = sums.table().rows
    assert (row.live_bytes, row.growth_bytes, row.shares) == (0, -10 * KIB, ())


def test_lines_are_told_apart_and_sorted() -> None:
    sums = Sums()
    sums.add(ROOT, table([KIB] * 2, [2 * KIB] * 2), inherits=False)
    sums.add(FIRST, table([9 * KIB] * 2, [KIB] * 2), inherits=False)
    found = sums.table()
    assert [(row.stack[0].line, row.live_bytes) for row in found.rows] == [
        (1, 10 * KIB),
        (2, 3 * KIB),
    ]
    assert sum(row.share or 0 for row in found.rows) == 1.0


def test_who_has_no_lines_is_counted() -> None:
    sums = Sums()
    sums.add(ROOT, None, inherits=False)
    shots = tuple(replace(one, live_bytes=None) for one in facts([[1]]).snapshots)
    sums.add(FIRST, facts([[1]], snapshots=shots), inherits=True)
    found = sums.table()
    assert (found.rows, found.processes, found.unlisted) == ((), 0, 2)


def test_lines_whose_names_were_lost_are_one() -> None:
    given = facts([[KIB] * 2, [2 * KIB] * 2])
    stack = given.allocations.sites[0]
    lost = replace(given, allocations=replace(given.allocations, sites=(stack, stack)))
    sums = Sums()
    sums.add(ROOT, lost, inherits=False)
    (row,) = sums.table().rows
    assert row.shares == (Share(ROOT, 3 * KIB, 30),)


def test_errors_of_what_was_sampled_add_up_as_such() -> None:
    """Independent errors: the root of the sum of their squares."""

    def sampled(error: int) -> Facts:
        given = facts([[KIB] * 2])
        looked = replace(history(), error=history(peak={0: (error, 1)}).peak)
        made = replace(given.run.settings, sample_bytes=64)
        return replace(given, history=(None, looked), run=replace(given.run, settings=made))

    sums = Sums()
    sums.add(ROOT, sampled(30), inherits=False)
    sums.add(FIRST, sampled(40), inherits=False)
    (row,) = sums.table().rows
    assert row.error_bytes == 50
    assert sums.table().live_bytes == 2 * KIB
