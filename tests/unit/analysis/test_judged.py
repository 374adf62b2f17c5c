"""Which snapshots are judged: after warm-up, before the end, evenly chosen."""

from collections.abc import Sequence
from dataclasses import replace

from support.facts import SECOND_NS, facts

from memprof.analysis.judged import MAX_SNAPSHOTS, Judged, judged, warm_up
from memprof.model.allocations import Frame
from memprof.model.facts import Facts
from memprof.model.objects import Type


def _judged(given: Facts, indices: Sequence[int]) -> Judged:
    """Return what is judged of *indices*."""
    return judged(given, indices, warm_up(given))


def _warm_s(given: Facts) -> float:
    """Return when the warm-up ends, in seconds."""
    return warm_up(given).ends_ns / SECOND_NS


def test_start_warm_up_and_exit_are_left_out() -> None:
    seen = _judged(facts(number=21), range(21))
    assert seen.indices == tuple(range(4, 20))
    assert seen.times_ns[0] == 4 * SECOND_NS
    assert (seen.available, seen.last, seen.enough) == (16, 20, True)


def test_exit_counts_where_it_is_needed() -> None:
    seen = _judged(facts(number=7), range(7))
    assert seen.indices == (2, 3, 4, 5, 6)
    assert not seen.enough
    assert _judged(facts(number=8), range(8)).indices == (2, 3, 4, 5, 6, 7)


def test_many_are_thinned_evenly() -> None:
    seen = _judged(facts(number=1001), range(1001))
    assert len(seen.indices) == MAX_SNAPSHOTS
    assert (seen.indices[0], seen.indices[-1]) == (200, 980)
    steps = {later - one for one, later in zip(seen.indices, seen.indices[1:], strict=False)}
    assert steps <= {13, 14}


def test_the_last_moments_say_nothing_of_the_run_but_those_the_program_marked() -> None:
    given = facts(number=101)
    assert _judged(given, range(101)).indices[-1] == 98
    marked = replace(given.snapshots[99], name="done")
    snapshots = (*given.snapshots[:99], marked, given.snapshots[100])
    assert _judged(replace(given, snapshots=snapshots), range(101)).indices[-1] == 99


def test_none_at_all() -> None:
    seen = _judged(facts(), ())
    assert (seen.indices, seen.last, seen.enough) == ((), None, False)


def test_checkpoints_are_judged_along_their_order() -> None:
    given = facts(number=40)
    named = tuple(
        replace(one, name="visit", at_ns=one.at_ns + 9 * SECOND_NS * (number > 30))
        if number % 3
        else one
        for number, one in enumerate(given.snapshots)
    )
    seen = _judged(replace(given, snapshots=named), range(40))
    assert all(number % 3 for number in seen.indices)
    assert seen.steps == tuple(range(len(seen.indices)))


def test_a_few_checkpoints_are_snapshots_like_others() -> None:
    given = facts(number=40)
    named = tuple(
        replace(one, name="visit") if number % 3 == 0 else one
        for number, one in enumerate(given.snapshots)
    )
    seen = _judged(replace(given, snapshots=named), range(40))
    assert seen.steps == seen.times_ns
    assert len(seen.indices) == 31


def _importing(modules: list[int]) -> Facts:
    """Return facts in which there are so many modules at each snapshot."""
    given = facts(counts=[modules])
    return replace(given, objects=replace(given.objects, types=(Type("builtins", "module"),)))


def test_the_warm_up_lasts_until_no_more_modules_come() -> None:
    given = _importing([*range(13), *[13] * 28])
    assert _warm_s(given) == 13
    seen = _judged(given, range(41))
    assert seen.indices[0] == 13
    assert seen.imported == 0


def test_modules_that_go_on_coming_are_warm_up_for_three_fifths() -> None:
    given = _importing([*range(41)])
    assert _warm_s(given) == 24
    assert _judged(given, range(41)).imported > 0
    # So it is where they settle late.
    late = _importing([*range(36), *[36] * 5])
    assert _warm_s(late) == 24


def test_a_capture_with_two_types_of_modules_counts_both() -> None:
    given = facts(counts=[[90] * 4 + [95] * 37, [1] * 10 + [9] * 31])
    module = Type("builtins", "module")
    assert _warm_s(replace(given, objects=replace(given.objects, types=(module, module)))) == 10


def test_where_modules_settle_early_a_fifth_is_warm_up() -> None:
    assert _warm_s(_importing([9] * 41)) == 8
    assert _warm_s(facts(number=41)) == 8


def _bytes_imported(imported: list[int], gained: list[int]) -> Facts:
    """Return facts of a run that holds so many bytes of code, and so many others."""
    given = facts([imported, gained])
    code = (Frame("<frozen importlib._bootstrap_external>", 757, "_compile_bytecode"),)
    sites = (code, given.allocations.sites[1])
    shots = tuple(
        replace(one, live_bytes=imported[one.number] + gained[one.number])
        for one in given.snapshots
    )
    allocations = replace(given.allocations, sites=sites)
    return replace(given, allocations=allocations, snapshots=shots)


def test_the_warm_up_lasts_until_imports_bring_next_to_nothing() -> None:
    code = [100_000 * min(n, 30) for n in range(41)]
    flat = [5_000_000] * 41
    assert _warm_s(_bytes_imported(code, flat)) == 30
    # A little code that comes late is no warm-up.
    late = [3_000_000 + 10_000 * (n > 20) for n in range(41)]
    assert _warm_s(_bytes_imported(late, flat)) == 8
    # Nor is much of it, where much more is gained.
    gained = [2_000_000 * n for n in range(41)]
    trickle = [30_000 * n for n in range(41)]
    assert _warm_s(_bytes_imported(trickle, gained)) == 8


def _looked(number: int, every: int) -> Facts:
    """Return facts of *number* snapshots, of which one in *every* is a look, the rest moments."""
    given = facts(number=number)
    shots = tuple(
        one if one.number % every == 0 else replace(one, allocated_blocks=None)
        for one in given.snapshots
    )
    return replace(given, snapshots=shots)


def test_moments_are_judged_where_there_are_few_looks() -> None:
    assert set(_judged(_looked(100, 2), range(100)).indices) == set(range(20, 98, 2))
    assert _judged(_looked(100, 10), range(100)).available == 78


def test_a_trend_runs_along_processor_time() -> None:
    given = facts(number=20)
    shots = tuple(
        replace(one, cpu_ns=one.number * SECOND_NS // 2, at_ns=one.at_ns) for one in given.snapshots
    )
    seen = _judged(replace(given, snapshots=shots), range(20))
    assert seen.steps == tuple(time_ns // 2 for time_ns in seen.times_ns)
    # Not where the program mostly waits.
    idle = tuple(replace(one, cpu_ns=one.number * SECOND_NS // 5) for one in given.snapshots)
    seen = _judged(replace(given, snapshots=idle), range(20))
    assert seen.steps == seen.times_ns


def test_snapshots_of_a_part_of_the_run_are_not_enough() -> None:
    """Of 80 s after the warm-up they must cover 40; marked moments are the program's own clock."""
    given = facts(number=101)
    enough, few = [*range(21, 62), 100], [*range(21, 60), 100]
    assert _judged(given, enough).enough
    seen = _judged(given, few)
    assert (seen.available, seen.partial, seen.enough) == (39, True, False)
    named = [replace(one, name="visit") for one in given.snapshots]
    assert _judged(replace(given, snapshots=tuple(named)), few).enough


def test_moments_among_the_judged_make_them_dense() -> None:
    given = facts(number=41)
    assert not _judged(given, range(41)).dense
    shots = [
        one if number % 8 == 0 else replace(one, allocated_blocks=None)
        for number, one in enumerate(given.snapshots)
    ]
    assert _judged(replace(given, snapshots=tuple(shots)), range(41)).dense


def test_what_comes_at_the_very_end_to_show_an_exception_is_no_warm_up() -> None:
    flat = [1 << 20] * 41
    given = _bytes_imported([100_000] * 39 + [400_000] * 2, flat)
    assert _warm_s(given) == 8
    seen = _judged(given, range(41))
    assert (seen.indices[0], seen.indices[-1]) == (8, 38)
    modules = _importing([9] * 38 + [30] * 3)
    assert _warm_s(modules) == 8
    assert _judged(modules, range(41)).indices[-1] == 37
