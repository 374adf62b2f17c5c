"""Processes: their order, and what they weighed together."""

from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from support.facts import MIB, SECOND_NS, facts

from memprof.analysis.member import Member, Weight, of_child
from memprof.analysis.processes import Together, counted, ordered, together
from memprof.model.tree import ROOT, Counted, Process

LASTS_S = 10


def member(  # noqa: PLR0913  (what a process is)
    pid: int,
    ppid: int | None = 1,
    began_s: int = 0,
    role: str = "fork",
    looks: tuple[tuple[int, int], ...] = (),
    *,
    exact: bool = True,
) -> Member:
    """Return a process that lasted ten seconds, with *looks* at so many seconds of its life."""
    clock_ns = began_s * SECOND_NS
    who = Process(pid, clock_ns, ppid, role, "app.py", "3.12.1", None)
    found = of_child(replace(who, facts=facts(number=LASTS_S + 1)))
    told = tuple((clock_ns + at_s * SECOND_NS, size * MIB) for at_s, size in looks)
    return replace(found, weight=Weight(told, exact=exact))


def root(looks: tuple[tuple[int, int], ...] = ()) -> Member:
    """Return the process that was started."""
    return member(1, 0, 0, ROOT, looks)


def order(*members: Member) -> list[tuple[int, int]]:
    """Return the pids in the order of the tree, with their depths."""
    return [(one.who.pid, depth) for one, depth in ordered(members)]


def test_children_follow_their_parents_as_they_began() -> None:
    found = order(member(3, 1, 5), member(4, 2, 4), root(), member(2, 1, 2))
    assert found == [(1, 0), (2, 1), (4, 2), (3, 1)]


def test_after_an_exec_the_process_is_its_own_parent() -> None:
    assert order(root(), member(2, 1, 2), member(2, 1, 5, "exec")) == [(1, 0), (2, 1), (2, 2)]


def test_who_has_no_parent_that_we_know_is_the_roots() -> None:
    assert order(root(), member(2, 99, 2), member(3, None, 3)) == [(1, 0), (2, 1), (3, 1)]


def test_a_pid_that_comes_again_is_the_parent_of_what_came_later() -> None:
    members = [root(), member(2, 1, 2), member(5, 2, 3), member(2, 1, 6), member(6, 2, 7)]
    assert order(*members) == [(1, 0), (2, 1), (5, 2), (2, 1), (6, 2)]


@given(st.lists(st.tuples(st.integers(1, 6), st.integers(0, 7), st.integers(0, 3)), max_size=12))
def test_whatever_pids_say_each_process_stands_once(rows: list[tuple[int, int, int]]) -> None:
    """Cycles of parents, processes that are their own parents, pids that come twice."""
    members = {(pid, began): member(pid, ppid, began) for pid, ppid, began in rows}
    found = ordered([replace(root(), who=replace(root().who, clock_ns=1)), *members.values()])
    assert sorted(one.key for one, _ in found[1:]) == sorted(one.key for one in members.values())
    assert found[0][0].is_root
    depths = [depth for _, depth in found]
    assert all(later <= sooner + 1 for sooner, later in pairwise(depths))


def test_they_weigh_most_where_most_are_alive() -> None:
    """Each counts from its beginning to its end with the latest look at it."""
    members = [
        root(((0, 10), (9, 12))),
        member(2, 1, 2, looks=((0, 20), (5, 30))),
        member(3, 1, 8, looks=((1, 5),)),
        member(4, 1, 30, looks=((0, 40),)),
    ]
    assert together(members) == Together(9 * SECOND_NS, 47 * MIB, 3, exact=True)


def test_it_is_at_least_that_where_something_is_not_known() -> None:
    known = [root(((0, 10),)), member(2, 1, 2, looks=((0, 20),))]
    assert together(known) == Together(2 * SECOND_NS, 30 * MIB, 2, exact=True)
    found = together([*known, member(3, 1, 1, looks=((0, 1),), exact=False)])
    assert found == Together(2 * SECOND_NS, 31 * MIB, 3, exact=False)
    assert together(known, whole=False) == Together(2 * SECOND_NS, 30 * MIB, 2, exact=False)


def test_nothing_is_said_while_somebody_lived_whom_nobody_weighed() -> None:
    assert together([root()]) is None
    later = member(2, 1, 5)
    assert together([root(((0, 10), (6, 90))), later]) == Together(0, 10 * MIB, 1, exact=True)
    brief = replace(later, who=replace(later.who, brief=True))
    found = together([root(((0, 10), (6, 90))), brief])
    assert found == Together(6 * SECOND_NS, 90 * MIB, 2, exact=False)


def test_counts_add_up() -> None:
    assert counted([]) is None
    one = Counted(5, 4, 1, 100, 7)
    assert counted([one]) == one
    assert counted([one, Counted(2, 0, 0, None, None)]) == Counted(7, 4, 1, 100, 7)
    assert counted([one, one]) == Counted(10, 8, 2, 200, 7)
