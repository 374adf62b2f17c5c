"""The verdict as text and JSON: the answer first."""

import json
from dataclasses import replace

from support.verdicts import ROOT, honest, leaky, measure, told

from memprof.analysis.suppression import Rules, Suppression
from memprof.gate import baseline
from memprof.report import check


def test_a_failure_says_both_numbers_first_then_each_limit_then_the_suspects() -> None:
    text = check.render(told(leaky(), by=measure(max_rss="30MiB", max_suspects="0")), ROOT)
    lines = text.splitlines()
    assert lines[0] == "FAILED  rss peak 31.0 MiB, limit 30.0 MiB; suspects 1, limit 0"
    assert [line.split()[0] for line in lines if "test" in line] == ["broken", "broken"]
    assert "1. LEAK in handle at app.py:1" in lines
    assert "   Fingerprint " in text
    assert "'memprof suspects 0.memprof --explain 1' shows the first whole." in text
    assert "--section allocations" in text


def test_a_pass_says_what_it_stands_on() -> None:
    text = check.render(told(honest(), by=measure(max_rss="1GiB", max_suspects="0")), ROOT)
    assert text.splitlines()[0] == "PASSED  rss peak 31.0 MiB, limit 1.0 GiB; suspects 0, limit 0"
    assert text.count("holds") == 2


def test_no_verdict_says_why_and_the_way_out() -> None:
    text = check.render(told(honest(4)), ROOT)
    first = text.splitlines()[0]
    assert first.startswith("NO VERDICT  suspects unknown, limit 0 (")
    assert "snapshots after warm-up, 6 are needed" in first
    assert "let it run longer" in text


def test_broken_and_unknown_are_both_said() -> None:
    text = check.render(told(honest(4), by=measure(max_rss="1MiB", max_suspects="0")), ROOT)
    assert text.startswith("FAILED  rss peak 31.0 MiB, limit 1.0 MiB\n")
    assert "no figure" in text
    assert "6 are needed" in text


def test_more_than_two_reasons_are_counted() -> None:
    by = measure(max_rss="1MiB", max_live="1MiB", max_peak="1MiB", max_suspects="0")
    assert check.headline(told(leaky(), by=by)).endswith("; 2 more below")


def test_each_capture_is_named() -> None:
    text = check.render(told(honest(), leaky(), trouble="gone"), ROOT)
    assert text.startswith("FAILED  1.memprof: suspects 1, limit 0\n")
    for line in ("0.memprof:", "1.memprof:", "gone.memprof:", "  - gone"):
        assert line in text.splitlines()


def test_suppressions_and_a_bad_end_are_said() -> None:
    (row,) = leaky().suspects.rows
    rules = Rules((Suppression(row.fingerprint, "known since May"),))
    found = leaky(rules=rules)
    text = check.render(told(found), ROOT)
    assert text.startswith("PASSED")
    assert f"1 suspect suppressed: fingerprint {row.fingerprint}: known since May" in text


def test_estimates_are_called_so() -> None:
    settings = replace(honest().run.settings, engine="native", sample_bytes=1 << 19)
    found = told(honest(settings=settings), by=measure(max_live="1GiB", max_rss="1GiB"))
    assert "Live bytes are estimates: one block in 512 KiB" in check.render(found, ROOT)
    only_rss = told(honest(settings=settings), by=measure(max_rss="1GiB"))
    assert "estimates" not in check.render(only_rss, ROOT)


def test_a_program_that_failed_is_said_to_have() -> None:
    ending = replace(honest().run.ending, code=3)
    assert "ended with status 3." in check.render(told(honest(ending=ending)), ROOT)


def test_a_baseline_has_its_line_and_what_is_fixed() -> None:
    known = baseline.build([leaky()], ROOT)
    text = check.render(told(honest(), by=measure(known)), ROOT)
    assert text.startswith("PASSED  suspects 0 new, 0 grown, 0 as in the baseline\n")
    assert "Fixed: 1 suspect of the baseline; --update-baseline takes out what is fixed." in text
    text = check.render(told(leaky(), by=measure(baseline.build([honest()], ROOT))), ROOT)
    assert text.startswith("FAILED  suspects 1 new, 0 grown, 0 as in the baseline\n")
    assert "new: not in the baseline" in text


def test_the_same_advice_is_given_once() -> None:
    (found,) = told(leaky(), by=measure()).judgements
    assert len(found.accused) == 1
    text = check.render(told(leaky(), leaky()), ROOT)
    assert text == check.render(told(leaky(), leaky()), ROOT)


def test_the_document_holds_it_all() -> None:
    known = baseline.build([honest()], ROOT)
    by = measure(known, max_growth="0")
    document = json.loads(check.dumps(told(leaky(), trouble="gone", by=by), ROOT))
    assert document["format"] == "memprof-check/1"
    assert (document["verdict"], document["exit_code"]) == ("FAILED", 1)
    first, unread = document["captures"]
    (limit,) = first["limits"]
    assert limit["limit"] == "max-growth"
    assert limit["value"] > limit["most"] == 0
    assert limit["of"] == "live bytes"
    (suspect,) = first["suspects"]
    assert (suspect["path"], suspect["line"]) == ("app.py", 1)
    assert first["baseline"]["new"][0]["key"] == suspect["key"]
    assert unread["trouble"] == "gone"
    assert unread["outcome"] == "no figure"
