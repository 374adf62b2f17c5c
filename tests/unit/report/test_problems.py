"""What broke or is not known, one after the other."""

from dataclasses import replace

from support.verdicts import ROOT, honest, leaky, measure, told

from memprof.gate import baseline, budget
from memprof.report.problems import BASELINE, RULES, UNREAD, Told, listed, outcomes


def test_what_is_broken_goes_first() -> None:
    found = told(honest(4), leaky(), by=measure(max_rss="1MiB", max_suspects="0"))
    problems = listed(found, ROOT)
    assert [one.broken for one in problems] == [True, True, True, False]
    assert {one.rule for one in problems} <= set(RULES)


def test_a_suspect_stands_at_its_line_a_figure_at_the_target() -> None:
    by = measure(max_rss="1MiB", max_suspects="0")
    suspect, rss = listed(told(leaky(), by=by), ROOT)
    assert (suspect.rule, suspect.file, suspect.line) == (budget.MAX_SUSPECTS, "app.py", 1)
    assert (rss.rule, rss.file, rss.line, rss.place) == (budget.MAX_RSS, "app.py", 1, None)


def test_keys_are_unique_and_the_same_each_time() -> None:
    found = told(leaky(), leaky())
    keys = [one.key for one in listed(found, ROOT)]
    assert len(set(keys)) == len(keys) == 2
    assert keys == [one.key for one in listed(found, ROOT)]


def test_of_several_captures_each_is_named() -> None:
    (alone,) = listed(told(leaky()), ROOT)
    assert alone.text.startswith("LEAK in handle; ")
    first, other = listed(told(leaky(), honest(4)), ROOT)
    assert first.text == f"0.memprof: {alone.text}"
    assert other.text.startswith("1.memprof: suspects unknown, limit 0: ")


def test_what_passed_has_none() -> None:
    assert listed(told(honest()), ROOT) == []


def test_a_baseline_has_its_own_rule() -> None:
    known = baseline.build([honest()], ROOT)
    (new,) = listed(told(leaky(), by=measure(known)), ROOT)
    assert (new.rule, new.broken) == (BASELINE, True)
    (unknown,) = listed(told(honest(4), by=measure(known)), ROOT)
    assert (unknown.rule, unknown.broken) == (BASELINE, False)


def test_what_cannot_be_read_is_one() -> None:
    (only,) = listed(told(trouble="/x/gone"), ROOT)
    assert (only.rule, only.broken, only.file) == (UNREAD, False, "gone.memprof")


def test_outcomes_name_every_rule() -> None:
    known = baseline.build([honest()], ROOT)
    found = told(leaky(), trouble="gone", by=measure(known, max_rss="1GiB"))
    told_of = [outcomes(one) for one in found.judgements]
    assert [(told.outcome, told.rule) for told in told_of[0]] == [
        ("holds", "max-rss"),
        ("broken", BASELINE),
    ]
    assert told_of[1] == [Told(UNREAD, "no figure", "gone")]


def test_what_earlier_runs_set_has_its_own_name() -> None:
    written = measure(max_rss="1GiB")
    (limit,) = written.limits
    both = replace(written, limits=(limit, replace(limit, text="", most=1.0)))
    (judgement,) = told(honest(), by=both).judgements
    assert [one.name for one in outcomes(judgement)] == ["max-rss", "max-rss history"]


def test_why_there_is_no_figure_is_told() -> None:
    (judgement,) = told(honest(4)).judgements
    (only,) = outcomes(judgement)
    assert only.text.startswith("suspects unknown, limit 0: 3 snapshots after warm-up, 6 are")


def test_a_baseline_that_is_broken_is_told_by_what_broke_it() -> None:
    """What else was not seen of a torn capture comes after that."""
    known = baseline.build([honest()], ROOT)
    (judgement,) = told(leaky(complete=False), by=measure(known)).judgements
    (only,) = outcomes(judgement)
    assert (only.outcome, only.said) == ("broken", "suspects 1 new, 0 grown, 0 as in the baseline")
