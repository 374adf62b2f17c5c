"""Figures of several processes: the largest of any, and what keeps it from being true."""

from dataclasses import replace
from typing import Any

import pytest
from support.captures import CLOCK_NS
from support.facts import MIB, SECOND_NS, facts
from support.trees import leaky, resident, steady
from support.verdicts import limits, measure

from memprof.analysis.findings import Findings
from memprof.analysis.tree import analyse
from memprof.gate.figures import Figure
from memprof.gate.outcome import BROKEN, HOLDS, NO_FIGURE
from memprof.gate.processes import figure, speed, unseen_children
from memprof.gate.verdict import judge
from memprof.model.facts import Facts
from memprof.model.run import Event
from memprof.model.tree import ROOT, Process


def tree(root: Facts, *children: Facts, **fields: Any) -> Findings:  # noqa: ANN401
    """Return the findings of a root, 1, and its *children*, 10 and on, with *fields* of theirs."""
    found = [Process(1, CLOCK_NS, 0, ROOT, "app.py", "3.12.1", root)]
    for pid, given in enumerate(children, start=10):
        child = Process(pid, CLOCK_NS + pid, 1, "fork", "app.py", "3.12.1", given)
        found.append(replace(child, **fields))
    return analyse(found)


def of(findings: Findings, **word: str) -> Figure:
    """Return the figure of the limit that *word* sets."""
    (limit,) = limits(**word)
    return figure(findings, limit, len(findings.suspects.rows))


def run(given: Facts, **changes: Any) -> Facts:  # noqa: ANN401
    """Return *given* with *changes* of its run."""
    return replace(given, run=replace(given.run, **changes))


def heavy(rss: int) -> Facts:
    """Return a quiet run that had so many MiB resident."""
    return replace(steady(), resident=resident((5.0, rss, None, None)))


def test_one_process_is_as_it_was() -> None:
    found = tree(heavy(70))
    assert of(found, max_rss="1MiB") == Figure(70 * MIB)
    assert speed(found, of(found, max_growth="1MiB/min")) == found.speed
    assert unseen_children(found) is None


def test_the_largest_of_any_process_counts_and_is_named() -> None:
    found = of(tree(heavy(50), heavy(60), heavy(90), heavy(70)), max_rss="1MiB")
    assert (found.value, found.process, found.gap) == (90 * MIB, 11, None)
    found = of(tree(heavy(99), heavy(60)), max_rss="1MiB")
    assert (found.value, found.process) == (99 * MIB, 1)


def test_one_that_was_brief_counts_with_what_it_weighed() -> None:
    found = of(tree(heavy(50), heavy(80), brief=True), max_rss="1MiB")
    assert (found.value, found.process) == (80 * MIB, 10)
    assert of(tree(heavy(50), steady(), brief=True), max_live="1GiB").process == 1


def test_the_fastest_growth_is_that_of_its_process() -> None:
    found = tree(steady(), leaky(), leaky(grown=300_000))
    growth = of(found, max_growth="1MiB/min")
    assert growth.process == 11
    assert speed(found, growth).per_min == growth.value
    assert found.speed.per_min == 0


@pytest.mark.parametrize(
    "child",
    [run(heavy(40), complete=False), facts([[1_000]] * 2), run(facts([[1]]), complete=False)],
)
def test_a_child_that_was_killed_or_short_is_no_gap(child: Facts) -> None:
    found = tree(heavy(50), child)
    for word in ("max_rss", "max_live", "max_peak"):
        assert of(found, **{word: "1GiB"}).gap is None
    assert of(found, max_growth="1GiB/min").gap is None
    assert of(found, max_suspects="0").gap is None
    assert judge("a", found, measure(max_suspects="0", max_rss="1GiB")).outcome == HOLDS


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"damaged_records": 3}, "damaged"),
        ({"agent_errors": ("pools: no",)}, "probe-failed"),
        ({"events": (Event(9, "tracing-stopped", "app.py:3"),)}, "tracing-lost"),
    ],
)
def test_what_was_lost_of_a_child_is_a_gap(changes: dict[str, Any], kind: str) -> None:
    found = tree(heavy(50), run(steady(), **changes))
    gap = of(found, max_suspects="0").gap
    assert gap is not None
    assert gap.kind == kind
    assert judge("a", found, measure(max_suspects="0")).outcome == NO_FIGURE


@pytest.mark.parametrize("complete", [True, False])
def test_a_child_that_was_seen_in_part_is_a_gap_as_its_verdict_is_the_runs(
    complete: bool,  # noqa: FBT001
) -> None:
    made = steady(20)
    moments = [*range(12), *range(300, 308)]
    shots = [
        replace(one, at_ns=at_s * SECOND_NS)
        for one, at_s in zip(made.snapshots, moments, strict=True)
    ]
    made = replace(made, snapshots=tuple(shots))
    given = run(made, complete=complete, duration_ns=1_000 * SECOND_NS)
    found = tree(heavy(50), given)
    assert found.suspects.verdict == "INCONCLUSIVE"
    gap = of(found, max_suspects="0").gap
    assert gap is not None
    assert gap.kind == "part-seen"


def test_a_gap_of_the_root_stays() -> None:
    found = of(tree(run(heavy(50), complete=False), heavy(90)), max_rss="100MiB")
    assert found.gap is not None
    assert (found.value, found.gap.kind) == (90 * MIB, "torn")


def test_a_leak_in_a_child_breaks_the_build_and_has_advice() -> None:
    found = tree(steady(), leaky(), leaky())
    judged = judge("a", found, measure())
    assert judged.outcome == BROKEN
    (accused,) = judged.accused
    assert [one.key[0] for one in accused.suspect.found_in] == [10, 11]
