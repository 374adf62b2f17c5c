"""Moments: end, peak and checkpoints, and what is known until then."""

from dataclasses import replace

from support.captures import example_facts
from support.facts import facts

from memprof.analysis import findings
from memprof.analysis.moments import Moment, find, names, until
from memprof.model.facts import Facts


def run() -> Facts:
    """Return four snapshots: two checkpoints of one name, the highest in between."""
    made = facts([[100, 900, 400, 300]])
    named = [None, "warm", "warm", None]
    return replace(
        made,
        snapshots=tuple(
            replace(one, name=name) for one, name in zip(made.snapshots, named, strict=True)
        ),
    )


def test_moments_are_found_by_their_words() -> None:
    second = 1_000_000_000
    assert find(run(), "end") == Moment("end", 3, 3 * second)
    assert find(run(), "peak") == Moment("peak", 1, second)
    assert find(run(), "warm") == Moment("warm", 2, 2 * second, alike=2)
    assert find(run(), "cold") is None
    assert names(run()) == ("warm",)


def test_without_blocks_there_is_no_peak() -> None:
    one = facts(number=3)
    blind = tuple(replace(snapshot, live_bytes=None) for snapshot in one.snapshots)
    assert find(replace(one, snapshots=blind), "peak") is None


def test_until_is_a_shorter_capture() -> None:
    """All that counts by snapshot is as long, and every table can be made of it."""
    whole = example_facts()
    part = until(whole, 2)
    assert part.snapshots == whole.snapshots[:3]
    assert {
        len(part.snapshots),
        len(part.allocations.changes),
        len(part.history),
        len(part.objects.changes),
        len(part.objects.untracked),
        len(part.generations.intervals),
        len(part.pools),
        len(part.refcounts.classes),
        len(part.running),
    } == {3}
    last_ns = part.snapshots[-1].at_ns
    assert all(look.at_ns <= last_ns for look in part.resident)
    assert all(one.at_ns <= last_ns for one in part.generations.notable)
    assert (part.owners, part.debt, part.caches) == (None, None, None)
    assert findings.analyse(part).run.snapshots == 3
    assert until(whole, 4) is whole
