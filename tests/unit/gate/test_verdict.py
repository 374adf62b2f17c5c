"""The answer: what is broken is said even where something else is not known."""

from dataclasses import replace

import pytest
from support.facts import SECOND_NS
from support.verdicts import ROOT, honest, leaky, measure, told

from memprof.analysis.suppression import Rules, Suppression
from memprof.gate import baseline
from memprof.gate.outcome import BROKEN, HOLDS, NO_FIGURE
from memprof.gate.verdict import judge
from memprof.model.run import Event


def outcomes(found: str, **words: str) -> dict[str, str]:
    """Return the outcome of each limit on a `leaky`, `honest` or `short` run."""
    runs = {"leaky": leaky(), "honest": honest(), "short": honest(4)}
    return {r.limit.name: r.outcome for r in judge("a", runs[found], measure(**words)).rulings}


def test_the_default_limit_tells_a_leak_from_none() -> None:
    assert outcomes("leaky") == {"max-suspects": BROKEN}
    assert outcomes("honest") == {"max-suspects": HOLDS}
    assert outcomes("short") == {"max-suspects": NO_FIGURE}


def test_each_limit_has_its_own_outcome() -> None:
    assert outcomes("leaky", max_rss="1MiB", max_live="1GiB", max_suspects="5") == {
        "max-rss": BROKEN,
        "max-live": HOLDS,
        "max-suspects": HOLDS,
    }


@pytest.mark.parametrize(
    ("runs", "word", "code"),
    [
        ([honest()], "PASSED", 0),
        ([honest(), honest()], "PASSED", 0),
        ([honest(), leaky()], "FAILED", 1),
        ([honest(), honest(4)], "NO VERDICT", 3),
        ([leaky(), honest(4)], "FAILED", 1),
        ([honest(complete=False)], "NO VERDICT", 3),
        ([leaky(complete=False)], "FAILED", 1),
    ],
)
def test_a_failure_goes_before_no_verdict_and_that_before_a_pass(
    runs: list[object], word: str, code: int
) -> None:
    found = told(*runs)  # type: ignore[arg-type]
    assert (found.word, found.exit_code) == (word, code)


def test_what_cannot_be_read_is_never_a_pass() -> None:
    assert told(honest(), trouble="it is not there").exit_code == 3
    assert told(leaky(), trouble="it is not there").exit_code == 1
    assert told(trouble="it is not there").exit_code == 3


def test_no_captures_at_all_are_no_pass() -> None:
    """The command refuses them before; the gate does not rely on that."""
    assert told().exit_code == 3


def test_growth_between_its_bounds_is_no_verdict() -> None:
    found = leaky(grown=10)
    (ruling,) = judge("a", found, measure(max_growth="1B/min")).rulings
    assert ruling.outcome == NO_FIGURE
    assert ruling.figure.gap is not None
    assert ruling.figure.gap.kind == "unsteady"
    (ruling,) = judge("a", found, measure(max_growth="1KiB/min")).rulings
    assert ruling.outcome == HOLDS


def test_suspects_are_accused_with_what_to_try_where_a_limit_of_theirs_broke() -> None:
    for word in ("max_suspects", "max_live", "max_growth"):
        (accused,) = judge("a", leaky(), measure(**{word: "0"})).accused
        assert accused.suspect.rank == 1
        assert accused.key.startswith("leak:")
    assert judge("a", leaky(), measure(max_rss="1MiB")).accused == ()


def test_suppressed_suspects_do_not_count_and_are_counted() -> None:
    (row,) = leaky().suspects.rows
    rules = Rules((Suppression(row.fingerprint, "known"),))
    found = judge("a", leaky(rules=rules), measure())
    assert (found.outcome, found.suppressed) == (HOLDS, 1)


def test_a_known_suspect_passes_and_counts_for_no_limit() -> None:
    known = baseline.build([leaky()], ROOT)
    assert told(leaky(), by=measure(known)).exit_code == 0
    assert told(leaky(), by=measure(known, max_suspects="0")).exit_code == 0
    assert told(honest(), by=measure(known)).exit_code == 0


def test_a_new_suspect_fails_with_the_baseline_alone() -> None:
    known = baseline.build([honest()], ROOT)
    found = told(leaky(), by=measure(known))
    assert found.exit_code == 1
    (judgement,) = found.judgements
    assert len(judgement.accused) == 1


def test_a_known_suspect_that_grew_fails() -> None:
    known = baseline.build([leaky(grown=50_000)], ROOT)
    found = told(leaky(grown=100_000), by=measure(known))
    assert found.exit_code == 1
    (change,) = found.judgements[0].compared.changes if found.judgements[0].compared else ()
    assert change.stat == "count"


def test_what_is_gone_is_fixed_and_passes() -> None:
    known = baseline.build([leaky()], ROOT)
    found = told(honest(), by=measure(known))
    assert found.exit_code == 0
    assert [one.key for one in found.fixed] == [one.key for one in known.entries]


LOST = Event(15 * SECOND_NS, "tracing-stopped", "app.py:3")


@pytest.mark.parametrize("run", [honest(4), honest(complete=False), honest(events=(LOST,))])
def test_nothing_is_fixed_where_nobody_can_tell(run: object) -> None:
    known = baseline.build([leaky()], ROOT)
    found = told(run, by=measure(known))  # type: ignore[arg-type]
    assert found.exit_code == 3
    assert found.fixed == ()


@pytest.mark.parametrize(
    ("trait", "value"), [("python", "3.11"), ("platform", "win32"), ("depth", 9), ("blocks", False)]
)
def test_the_baseline_of_another_kind_of_run_is_no_verdict(trait: str, value: object) -> None:
    known = replace(baseline.build([leaky()], ROOT), **{trait: value})  # type: ignore[arg-type]
    for run in (leaky(), honest()):
        found = told(run, by=measure(known, max_suspects="0"))
        assert found.exit_code == 3
        assert found.fixed == ()
    assert told(leaky(), by=measure(known, max_rss="1MiB")).exit_code == 1
