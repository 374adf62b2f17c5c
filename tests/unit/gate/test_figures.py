"""What each limit is held against, and why there may be none."""

from dataclasses import replace
from typing import Any

import pytest
from support.facts import MIB, SECOND_NS, facts, generation
from support.verdicts import honest, leaky, limits

from memprof.analysis import findings
from memprof.analysis.findings import Findings
from memprof.gate.figures import Figure, Gap, figure, hole
from memprof.model.generations import Generations, GenerationStats
from memprof.model.run import Event

EVENT = Event(3 * SECOND_NS, "tracing-stopped", "app.py:3")


def of(found: Findings, **word: str) -> Figure:
    """Return the figure of *found* for the one limit that *word* sets."""
    (only,) = limits(**word)
    return figure(found, only, len(found.suspects.rows))


def off(found: Findings) -> Findings:
    """Return *found* as of a run with the engine off."""
    settings = replace(found.run.settings, engine="off")
    return replace(found, run=replace(found.run, settings=settings))


def collected(stats: tuple[int, ...] = (), pauses: tuple[int, ...] = (2_000_000,)) -> Findings:
    """Return the findings of a run in which the collector paused so, and counted *stats*."""
    made = facts([[5_000_000] * 16])
    row = generation(0, pauses, uncollectable=2)
    told = tuple(GenerationStats(one, 0, one) for one in stats)
    generations = Generations(((row,), *(((),) * 15)), told, ())
    return findings.analyse(replace(made, generations=generations))


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"complete": False}, "torn"),
        ({"damaged_records": 1}, "damaged"),
        ({"lost_records": 1}, "damaged"),
        ({"agent_errors": ("pools: no",)}, "probe-failed"),
    ],
)
def test_what_was_not_seen_whole_can_break_a_limit_and_keep_none(
    changes: dict[str, Any], kind: str
) -> None:
    found = leaky(**changes)
    gap = hole(found.run)
    assert gap is not None
    assert gap.kind == kind
    for word in ("max_rss", "max_peak", "max_growth", "max_suspects"):
        one = of(found, **{word: "0"})
        assert one.gap == gap, word
        assert one.value is not None
    assert of(found, max_live="0") == Figure(None, gap)


def test_a_whole_run_has_figures() -> None:
    found = honest()
    assert hole(found.run) is None
    assert of(found, max_rss="0") == Figure(31 * MIB)
    assert of(found, max_live="0") == Figure(5_001_000)
    assert of(found, max_peak="0") == Figure(5_001_000)
    assert of(found, max_suspects="0") == Figure(0)


def test_without_an_engine_there_are_no_live_bytes() -> None:
    found = off(honest())
    for word in ("max_live", "max_peak"):
        assert of(found, **{word: "0"}).gap == Gap("engine-off")
    assert of(found, max_rss="0").gap is None


def test_after_tracing_stopped_figures_are_no_more_than_a_least() -> None:
    found = leaky(events=(EVENT,))
    for word in ("max_live", "max_peak", "max_suspects"):
        gap = of(found, **{word: "0"}).gap
        assert gap == Gap("tracing-lost", counts=(3 * SECOND_NS,)), word


def test_growth_is_at_least_the_lower_bound() -> None:
    found = of(leaky(grown=100_000), max_growth="0")
    assert found.value == pytest.approx(6_000_000)
    assert found.sure == pytest.approx(6_000_000)
    assert found.of == "live bytes"


def test_growth_that_is_not_worth_a_look_accuses_nobody() -> None:
    found = of(leaky(grown=10), max_growth="0")
    assert found.value == pytest.approx(600)
    assert found.sure == 0


def test_memory_that_falls_is_at_least_what_it_is() -> None:
    found = of(leaky(grown=-100_000), max_growth="0")
    assert found.value == found.sure == pytest.approx(-6_000_000)


def test_too_few_snapshots_are_no_figure() -> None:
    found = honest(5)
    for word in ("max_growth", "max_suspects"):
        gap = of(found, **{word: "0"}).gap
        assert gap is not None
        assert gap.kind == "few-snapshots", word


def test_moments_between_looks_are_not_enough_for_all_suspects() -> None:
    """Of moments only blocks are known: the run's own verdict is INCONCLUSIVE, and so is this."""
    made = facts([[5_000_000] * 16])
    shots = [
        one if number % 4 == 0 else replace(one, allocated_blocks=None)
        for number, one in enumerate(made.snapshots)
    ]
    found = findings.analyse(replace(made, snapshots=tuple(shots)))
    assert found.suspects.sites.enough
    assert found.suspects.verdict == "INCONCLUSIVE"
    assert of(found, max_suspects="0") == Figure(0, Gap("few-snapshots", counts=(3, 6)))


def test_the_collector() -> None:
    found = collected()
    assert of(found, max_gc_pause="0ms") == Figure(2_000_000)
    assert of(found, max_gc_share="0%").value == pytest.approx(2_000_000 / (15 * SECOND_NS))
    assert of(found, no_uncollectable="true") == Figure(2)


def test_a_collector_that_never_came_paused_nobody() -> None:
    assert of(collected(pauses=()), max_gc_pause="0ms") == Figure(0)


def test_a_collector_that_nobody_watched_has_no_figure() -> None:
    for word, text in (("max_gc_pause", "1s"), ("max_gc_share", "5%"), ("no_uncollectable", "1")):
        assert of(honest(), **{word: text}) == Figure(None, Gap("not-measured"))


def test_collections_that_went_by_unseen_are_said() -> None:
    found = of(collected(stats=(7, 0, 0)), no_uncollectable="true")
    assert found == Figure(7, Gap("collections-missed", counts=(6,)))


def test_snapshots_of_a_part_of_the_run_are_no_figure() -> None:
    made = facts([[5_000_000] * 16])
    run = replace(made.run, duration_ns=30 * SECOND_NS)
    shots = [replace(one, reason="interval") for one in made.snapshots]
    found = findings.analyse(replace(made, run=run, snapshots=tuple(shots)))
    assert found.suspects.looks.partial
    expected = Gap("part-seen", counts=(9 * SECOND_NS,))
    assert of(found, max_suspects="0").gap == of(found, max_growth="0").gap == expected
