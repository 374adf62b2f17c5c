"""The tree: what all processes of a run mean, with truths that are known."""

import gc
import weakref
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from support.captures import CLOCK_NS
from support.facts import KIB, SECOND_NS, facts
from support.trees import leaky, steady

from memprof.analysis import findings
from memprof.analysis.findings import Findings
from memprof.analysis.suppression import Rules, Suppression
from memprof.analysis.tree import analyse, explained
from memprof.model.facts import Facts
from memprof.model.tree import ROOT, Counted, Process


def process(pid: int, given: Facts | None, role: str = "fork", **fields: Any) -> Process:  # noqa: ANN401
    """Return the process that *given* are the facts of; its pid is when it began, in seconds."""
    run = None if given is None else replace(given.run, pid=pid)
    made = given if given is None or run is None else replace(given, run=run)
    clock_ns = CLOCK_NS + pid * SECOND_NS
    return replace(
        Process(pid, clock_ns, 0 if role == ROOT else 1, role, "app.py", "3.12.1", made), **fields
    )


def root(given: Facts) -> Process:
    """Return the process that was started."""
    return process(1, given, ROOT)


def told(*found: Process | Counted, rules: Rules | None = None) -> Findings:
    """Return what those *found* mean."""
    return analyse(found, rules or Rules())


def test_one_process_means_what_it_did() -> None:
    given = leaky()
    found = told(root(given))
    assert found == findings.analyse(replace(given, run=replace(given.run, pid=1)))
    assert found.processes is None
    rules = Rules((Suppression(found.suspects.rows[0].fingerprint, "known"),))
    alone = findings.analyse(replace(given, run=replace(given.run, pid=1)), rules)
    assert told(root(given), rules=rules) == alone


@pytest.mark.parametrize("workers", [1, 3, 40])
def test_objects_of_parent_and_children_are_counted_once(workers: int) -> None:
    """The parent holds 1,000 objects of 512 bytes; each fork inherits them and makes 70 more."""
    size, theirs, mine = 512, 1_000, 70
    inherited = [theirs * size] * 16
    kids = [
        process(10 + n, facts([[theirs * size, *[(theirs + mine) * size] * 15]], [[0] * 16]))
        for n in range(workers)
    ]
    found = told(root(facts([inherited], [[theirs] * 16])), *kids).processes
    assert found is not None
    (row,) = found.sites.rows
    assert row.live_bytes == (theirs + mine * workers) * size
    held = {share.key[0]: share.live_bytes for share in row.shares}
    assert held == {1: theirs * size, **{10 + n: mine * size for n in range(workers)}}


def test_children_of_the_fork_server_are_forks_of_it() -> None:
    """Multiprocessing calls them spawned; one that was is an interpreter of its own."""
    given = facts([[10_000, 12_000]])
    forked = replace(given.snapshots[0], reason="fork")
    server = replace(given, snapshots=(forked, *given.snapshots[1:]))
    for child, share in ((server, 2_000), (given, 12_000)):
        found = told(root(facts([[10_000] * 2])), process(10, child, "spawn")).processes
        assert found is not None
        (row,) = found.sites.rows
        assert row.live_bytes == 10_000 + share


def test_a_leak_in_every_worker_is_one_suspect_and_the_root_is_cleared() -> None:
    found = told(root(steady()), *(process(10 + n, leaky()) for n in range(4)))
    (row,) = found.suspects.rows
    assert sorted(one.key[0] for one in row.found_in) == [10, 11, 12, 13]
    assert row.growth_bytes == 4 * (findings.analyse(leaky()).suspects.rows[0].growth_bytes or 0)
    assert found.processes is not None
    assert [one.suspects for one in found.processes.rows] == [0, 1, 1, 1, 1]


def test_a_leak_in_the_root_alone_is_the_roots() -> None:
    found = told(root(leaky()), *(process(10 + n, steady()) for n in range(4)))
    (row,) = found.suspects.rows
    assert [one.key[0] for one in row.found_in] == [1]
    assert (found.suspects.verdict, found.suspects.process) == ("LEAK", 1)


def test_children_too_short_to_judge_leave_an_honest_run_clean() -> None:
    short = [process(10 + n, facts([[KIB]]), brief=True) for n in range(300)]
    found = told(root(steady()), *short)
    assert found.suspects.verdict == "CLEAN"
    assert found.processes is not None
    assert {one.suspects for one in found.processes.rows[1:]} == {None}
    assert found.processes.sites.unlisted == 300


def test_those_that_were_not_followed_or_only_counted_are_told_of() -> None:
    found = told(root(steady()), process(9, None, why="old"), Counted(700, 700, 0, None, None))
    assert found.processes is not None
    assert found.processes.number == 702
    assert len(found.processes.rows) == 2


def test_only_a_count_makes_a_tree() -> None:
    assert told(root(steady()), Counted(1, 1, 0, None, None)).processes is not None


def test_what_is_known_is_left_out_everywhere() -> None:
    kids = [process(10, leaky()), process(11, leaky())]
    before = told(root(steady()), *kids)
    rules = Rules((Suppression(before.suspects.rows[0].fingerprint, "known"),))
    found = told(root(steady()), *kids, rules=rules)
    assert (found.suspects.rows, found.suspects.verdict) == ((), "CLEAN")
    assert len(found.suspects.applied.used) == 1
    assert found.processes is not None
    assert [one.suspects for one in found.processes.rows] == [0, 0, 0]
    assert found.processes.advice == {}


def test_facts_are_let_go_one_after_the_other() -> None:
    """Hundreds of children must not lie in memory at once."""
    alive: list[weakref.ref[object]] = []
    most = 0

    class Watched(dict[int, int]):
        """A fact that tells when it goes."""

    def each() -> Iterator[Process]:
        nonlocal most
        yield root(steady())
        for pid in range(10, 20):
            given, sizes = steady(4), Watched()
            alive.append(weakref.ref(sizes))
            given = replace(given, objects=replace(given.objects, shallow_bytes=sizes))
            del sizes
            yield process(pid, given)
            del given
            gc.collect()
            most = max(most, sum(ref() is not None for ref in alive))

    analyse(each())
    assert most == 0


def test_a_suspect_of_a_tree_is_explained_by_the_first_it_was_found_in() -> None:
    given = leaky()
    other = facts([[5_000_000] * 16, [1_000 + 50_000 * n for n in range(16)]])
    found = told(root(given), process(10, other))
    assert [row.rank for row in found.suspects.rows] == [1, 2]
    for row, its in zip(found.suspects.rows, (given, other), strict=True):
        whole = explained(its, found.suspects, row)
        assert (whole.suspect.rank, whole.of) == (row.rank, 2)
        assert whole.suspect.found_in == row.found_in
        assert len(whole.times_ns) == len(whole.suspect.series) > 0


def test_two_processes_of_one_key_are_one() -> None:
    """Only a forger writes such a capture."""
    found = told(process(1, leaky()), root(steady()), process(9, leaky()), process(9, steady()))
    assert found.processes is not None
    assert [row.member.who.pid for row in found.processes.rows] == [1, 9]
