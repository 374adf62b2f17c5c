"""Annotations, read as the runner of GitHub Actions reads them."""

from dataclasses import replace

from support.runner import commands
from support.verdicts import ROOT, honest, leaky, measure, told

from memprof.report import github


def test_an_error_stands_at_its_line() -> None:
    (only,) = commands(github.render(told(leaky()), ROOT))
    assert only.name == "error"
    assert only.properties == {"file": "app.py", "line": "1", "title": "memprof: LEAK"}
    assert only.message.startswith("LEAK in handle; +")


def test_a_figure_has_no_line() -> None:
    (only,) = commands(github.render(told(honest(), by=measure(max_rss="1MiB")), ROOT))
    assert only.properties == {"title": "memprof: max-rss"}
    assert only.message == "rss peak 31.0 MiB, limit 1.0 MiB"


def test_no_verdict_is_an_error_too() -> None:
    (only,) = commands(github.render(told(honest(4)), ROOT))
    assert only.properties["title"] == "memprof: no verdict"
    assert "6 are needed" in only.message


def test_what_passed_annotates_nothing() -> None:
    assert github.render(told(honest()), ROOT) == ""


def test_ten_are_shown_and_the_others_counted() -> None:
    found = told(leaky())
    many = replace(found, judgements=found.judgements * 13)
    told_of = commands(github.render(many, ROOT))
    assert [one.name for one in told_of] == ["error"] * 10 + ["notice"]
    assert told_of[-1].message == "3 more in the summary"
