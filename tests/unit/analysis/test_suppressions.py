"""Suppressions: told, counted, and out of the verdict."""

from datetime import date

from support.suspected import suspect, table

from memprof.analysis.suppression import NONE, Rules, Suppression
from memprof.analysis.suppressions import apply

TODAY = date(2027, 1, 31)
POOL, CACHE = suspect("app.POOL[*]"), suspect("app.SEEN[*]", verdict="UNBOUNDED CACHE")


def _rules(*fingerprints: str, expires: date | None = None) -> Rules:
    return Rules(tuple(Suppression(one, "known", expires) for one in fingerprints), TODAY)


def test_nothing_is_suppressed_unless_asked() -> None:
    found = table(POOL, CACHE)
    assert apply(found, Rules()) == found
    assert found.applied == NONE


def test_a_suppressed_suspect_is_listed_apart_and_the_others_close_ranks() -> None:
    found = apply(table(POOL, CACHE), _rules(POOL.fingerprint))
    assert [(row.rank, row.held_by) for row in found.rows] == [(1, "app.SEEN[*]")]
    assert found.verdict == "UNBOUNDED CACHE"
    (used,) = found.applied.used
    assert [row.held_by for row in used.suspects] == ["app.POOL[*]"]
    assert found.applied.unused == found.applied.expired == ()


def test_without_suspects_the_verdict_is_of_what_is_left() -> None:
    rules = _rules(POOL.fingerprint)
    assert apply(table(POOL), rules).verdict == "CLEAN"
    assert apply(table(POOL, levelling=1), rules).verdict == "SATURATING"
    assert apply(table(POOL, fragmented_bytes=1), rules).verdict == "FRAGMENTATION"


def test_it_applies_on_its_last_day_and_not_after() -> None:
    last = apply(table(POOL), _rules(POOL.fingerprint, expires=TODAY))
    assert last.rows == ()
    late = apply(table(POOL), _rules(POOL.fingerprint, expires=date(2027, 1, 30)))
    assert late.verdict == "LEAK"
    assert [one.fingerprint for one in late.applied.expired] == [POOL.fingerprint]
    assert late.applied.unused == ()


def test_what_matches_nothing_is_told() -> None:
    found = apply(table(POOL), _rules("abcdef"))
    assert [one.fingerprint for one in found.applied.unused] == ["abcdef"]
    assert len(found.rows) == 1


def test_one_rule_takes_all_suspects_of_its_path() -> None:
    found = apply(table(POOL, CACHE, POOL), _rules(POOL.fingerprint))
    assert len(found.applied.used[0].suspects) == 2
