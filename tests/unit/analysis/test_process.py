"""Resident memory, and that its parts add up to the byte."""

from dataclasses import replace

from support.facts import MIB, SECOND_NS, facts, pools, snapshots

from memprof.analysis.process import ResidentParts, summarise
from memprof.model.process import Resident


def _sum(parts: ResidentParts | None) -> int:
    assert parts is not None
    return (
        parts.pymalloc_used_bytes
        + parts.pymalloc_idle_bytes
        + parts.native_used_bytes
        + parts.native_held_bytes
        + parts.tracing_bytes
        + (parts.file_bytes or 0)
        + parts.rest_bytes
    )


def test_looks_after_the_target_has_ended_are_at_memprof() -> None:
    """What the agent takes for its last look is no memory of the target."""
    looks = (
        Resident(SECOND_NS, 40 * MIB, None, None, None, None),
        Resident(9 * SECOND_NS, 90 * MIB, None, None, None, None),
    )
    assert summarise(facts(number=3, resident=looks)).rss_peak_bytes == 40 * MIB


def test_first_peak_and_last_come_from_all_who_looked() -> None:
    looks = (
        Resident(SECOND_NS // 2, 44 * MIB, None, None, 7, 3),
        Resident(2 * SECOND_NS + 1, 30 * MIB, 20 * MIB, None, 9, None),
    )
    found = summarise(facts(number=3, resident=looks))
    assert found.rss_first_bytes == 30 * MIB
    assert found.rss_peak_bytes == 44 * MIB
    assert found.rss_last_bytes == 30 * MIB
    assert found.rss_growth_bytes == 0
    assert (found.uss_bytes, found.uss_growth_bytes) == (20 * MIB, None)
    assert (found.pss_bytes, found.pss_growth_bytes) == (None, None)
    assert (found.descriptors, found.descriptors_growth) == (9, 2)
    assert (found.threads, found.threads_growth) == (3, None)


def test_the_highest_the_system_remembers_is_a_peak() -> None:
    assert summarise(facts(number=2)).rss_peak_bytes == 31 * MIB


def test_parts_add_up_exactly_and_so_does_their_growth() -> None:
    found = snapshots(3)
    last = replace(found[2], rss_bytes=41 * MIB + 17, native_used_bytes=7 * MIB + 3)
    seen = (pools(), None, pools(used=9 * MIB + 1, idle=3))
    summary = summarise(facts(number=3, snapshots=(*found[:2], last), pools=seen))
    parts, growth = summary.parts, summary.parts_growth
    assert parts is not None
    assert growth is not None
    assert _sum(parts) == parts.rss_bytes == 41 * MIB + 17
    assert _sum(growth) == growth.rss_bytes == 11 * MIB + 17
    assert parts.native_used_bytes == 6 * MIB + 3
    assert summary.native_used_bytes == 6 * MIB + 3
    assert summary.pymalloc_idle_growth_bytes == 3 - MIB


def test_more_reserved_than_touched_is_a_negative_rest() -> None:
    seen = (pools(used=90 * MIB),)
    parts = summarise(facts(number=1, pools=seen)).parts
    assert parts is not None
    assert parts.rest_bytes < 0
    assert _sum(parts) == parts.rss_bytes


def test_what_nobody_can_say_is_unknown_not_zero() -> None:
    given = snapshots(2, live_bytes=None, peak_bytes=None, native_used_bytes=None, file_bytes=None)
    found = summarise(facts(number=2, snapshots=given, pools=(pools(), pools())))
    assert found.parts is None
    assert found.python_live_bytes is None
    assert found.native_used_bytes is None
    assert found.uss_bytes is None


def test_file_pages_that_became_known_stay_in_the_rest_of_the_growth() -> None:
    found = snapshots(2)
    given = (replace(found[0], file_bytes=None), found[1])
    growth = summarise(facts(number=2, snapshots=given, pools=(pools(), pools()))).parts_growth
    assert growth is not None
    assert growth.file_bytes is None
    assert _sum(growth) == growth.rss_bytes == 0


def test_the_last_look_at_a_child_is_its_own() -> None:
    """No launcher looks at it while its agent looks closer."""
    looks = (Resident(2 * SECOND_NS + 5, 40 * MIB, 9 * MIB, 20 * MIB, None, None),)
    given = facts(number=3, resident=looks)
    assert summarise(given).pss_bytes is None
    child = replace(given, run=replace(given.run, role="fork"))
    assert (summarise(child).uss_bytes, summarise(child).pss_bytes) == (9 * MIB, 20 * MIB)


def test_the_look_that_the_last_snapshot_begins_with_is_the_targets() -> None:
    """It is of the moment after the snapshot's, and has its figure; USS and PSS are in no other."""
    first = Resident(0, 12 * MIB, 4 * MIB, 5 * MIB, 3, 1)
    middle = Resident(SECOND_NS, 200 * MIB, None, None, 638, 1)
    launchers = Resident(2 * SECOND_NS + 3, 29 * MIB, None, None, 4, None)
    own = Resident(2 * SECOND_NS + 5, 30 * MIB, 21 * MIB, 22 * MIB, 3, 1)
    later = Resident(2 * SECOND_NS + 9, 90 * MIB, 80 * MIB, 81 * MIB, 9, 2)
    found = summarise(facts(number=3, resident=(first, middle, launchers, own, later)))
    assert found.rss_last_bytes == 30 * MIB
    assert (found.uss_bytes, found.uss_growth_bytes) == (21 * MIB, 17 * MIB)
    assert (found.pss_bytes, found.pss_growth_bytes) == (22 * MIB, 17 * MIB)
    assert (found.descriptors, found.threads) == (3, 1)
    assert found.closer is None


def test_uss_of_another_moment_than_the_last_rss_is_kept_apart() -> None:
    """The program was killed: nobody looked closer at its end."""
    told = Resident(SECOND_NS, 40 * MIB, 9 * MIB, 20 * MIB, 7, 1)
    last = Resident(9 * SECOND_NS, 90 * MIB, None, None, 8, None)
    given = snapshots(3)
    killed = (*given[:2], replace(given[2], reason="interval"))
    found = summarise(facts(snapshots=killed, pools=(None,) * 3, resident=(told, last)))
    assert found.rss_last_bytes == 90 * MIB
    assert (found.uss_bytes, found.uss_growth_bytes, found.pss_bytes) == (None, None, None)
    assert found.closer == told
