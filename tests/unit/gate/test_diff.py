"""Limits on a comparison: what holds, what is broken, and what nobody can say."""

from dataclasses import replace
from typing import Any

import pytest
from support.compared import side
from support.facts import RUN, facts

from memprof.analysis.diff import Diff, analyse
from memprof.errors import UsageError
from memprof.gate.diff import judge, read
from memprof.model.facts import Facts
from memprof.model.history import History


def compared(old: Facts, new: Facts) -> Diff:
    """Return what *old* and *new* differ in by site."""
    return analyse(side(old), side(new), "site")


def judged(found: Diff, *limits: str) -> tuple[str, int, list[str]]:
    """Return the word, the status and the outcome of each limit."""
    verdict = judge(found, [read(limit) for limit in limits])
    return verdict.word, verdict.exit_code, [one.outcome for one in verdict.rulings]


def grown() -> Diff:
    """Return 1,000 bytes that became 1,500, in two sites; RSS is as it was."""
    return compared(facts([[600], [400]], counts=[[5]]), facts([[1000], [500]], counts=[[8]]))


@pytest.mark.parametrize(
    ("limit", "status"),
    [
        ("live:+500", 0),
        ("live:+499", 1),
        ("live:500", 0),
        ("live:+50%", 0),
        ("live:+49%", 1),
        ("peak:+1KiB", 0),
        ("rss:+0", 0),
        ("rss:+0%", 0),
        ("site:+400", 0),
        ("site:+399", 1),
        ("file:+499", 1),
        ("file:+500", 0),
        ("type:+3", 0),
        ("type:+2", 1),
        ("blocks:+0", 0),
    ],
)
def test_limits_hold_up_to_what_they_allow(limit: str, status: int) -> None:
    assert judged(grown(), limit)[1] == status


def test_what_is_broken_goes_before_what_holds() -> None:
    word, status, outcomes = judged(grown(), "rss:+1%", "live:+1", "site:+1")
    assert (word, status, outcomes) == ("FAILED", 1, ["broken", "broken", "holds"])


def test_of_rows_the_worst_is_named_and_the_others_counted() -> None:
    (one,) = judge(grown(), [read("site:+10")]).rulings
    assert (one.before, one.after, one.most, one.others) == (600, 1000, 610, 1)
    assert one.row is not None
    assert one.row.subject.stack[0].line == 1


def test_nothing_changed_is_a_pass() -> None:
    same = facts([[600]])
    word, _, _ = judged(compared(same, same), "site:+0")
    assert word == "PASSED"


@pytest.mark.parametrize(
    "limit", ["live", "live:", "liv:+1KiB", "live:-1KiB", "live:+x", "owner:+1", "type:+1KiB", ""]
)
def test_a_limit_that_makes_no_sense_is_an_error_with_a_hint(limit: str) -> None:
    with pytest.raises(UsageError) as caught:
        read(limit)
    assert caught.value.hint
    assert caught.value.exit_code == 2


def test_the_limit_is_kept_as_it_was_written() -> None:
    assert read("live: +1 MiB").text == "live: +1 MiB"


@pytest.mark.parametrize(
    ("given", "limits"),
    [
        ({"complete": False}, ["live:+1TiB", "rss:+1TiB", "type:+999"]),
        ({"damaged_records": 1}, ["live:+1TiB"]),
        ({"settings": replace(RUN.settings, engine="native")}, ["live:+1TiB", "site:+1TiB"]),
        ({"interpreter": replace(RUN.interpreter, version="3.11.1")}, ["rss:+1TiB", "type:+999"]),
    ],
)
def test_figures_without_meaning_give_no_verdict(given: dict[str, Any], limits: list[str]) -> None:
    old = facts([[600]])
    found = compared(old, replace(old, run=replace(old.run, **given)))
    for limit in limits:
        assert judged(found, limit) == ("NO VERDICT", 3, ["no figure"])


def test_types_are_counted_alike_by_every_engine() -> None:
    old = facts([[600]], counts=[[1]])
    found = compared(
        old, replace(old, run=replace(old.run, settings=replace(RUN.settings, engine="x")))
    )
    assert judged(found, "type:+0")[0] == "PASSED"


def test_what_is_not_there_gives_no_verdict() -> None:
    one = facts([[600]])
    blind = replace(
        one,
        snapshots=tuple(replace(s, live_bytes=None, rss_bytes=None) for s in one.snapshots),
    )
    found = analyse(side(blind), side(blind), "type")
    for limit in ("live:+1TiB", "rss:+50%", "site:+1TiB", "blocks:+1"):
        assert judged(found, limit) == ("NO VERDICT", 3, ["no figure"])
    assert judged(found, "type:+1", "rss:+1")[0] == "NO VERDICT"


def sampled(size: int, error: int | None) -> Facts:
    """Return a run that estimates *size* bytes, with its standard *error* if there is one."""
    one = facts([[size]])
    run = replace(one.run, settings=replace(one.run.settings, engine="sample", sample_bytes=512))
    errors = facts([[error or 0]]).allocations.changes[0]
    look = History(None, None, None, None, errors) if error is not None else None
    return replace(one, run=run, history=(look,))


def test_an_estimate_must_pass_a_limit_clearly() -> None:
    found = compared(sampled(1_000, 30), sampled(1_500, 40))
    for limit, word in {
        "site:+300": "FAILED",
        "site:+450": "NO VERDICT",
        "site:+550": "NO VERDICT",
        "site:+700": "PASSED",
        "live:+300": "FAILED",
        "live:+450": "NO VERDICT",
    }.items():
        assert judged(found, limit)[0] == word, limit
    assert judged(compared(sampled(1_000, None), sampled(9_500, 40)), "live:+1")[0] == "NO VERDICT"
