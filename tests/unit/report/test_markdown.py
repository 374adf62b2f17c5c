"""The summary of a job, read by a parser of Markdown."""

from dataclasses import replace

from markdown_it import MarkdownIt
from support.verdicts import ROOT, honest, leaky, measure, told

from memprof.gate import baseline
from memprof.gate.verdict import Verdict
from memprof.report import markdown


def page(found: Verdict) -> str:
    """Return the summary as HTML."""
    html: str = MarkdownIt("gfm-like", {"linkify": False}).render(markdown.render(found, ROOT))
    return html


def test_verdict_limits_and_suspects() -> None:
    html = page(told(leaky(), by=measure(max_rss="1GiB", max_suspects="0")))
    assert html.startswith("<h3>memprof: FAILED</h3>\n<p>suspects 1, limit 0</p>")
    assert html.count("<tr>") == 3
    assert "<strong>LEAK in handle</strong> at app.py:1" in html


def test_why_there_is_no_figure_stands_beside_it() -> None:
    html = page(told(honest(4)))
    assert "<td>suspects unknown, limit 0: 3 snapshots after warm-up, 6 are needed" in html


def test_what_is_fixed_is_a_list() -> None:
    found = told(honest(), by=measure(baseline.build([leaky()], ROOT)))
    assert "<li>leak:" in page(found)


def test_it_fits_and_says_what_is_missing() -> None:
    found = told(leaky())
    many = replace(found, judgements=found.judgements * 8000)
    for most in (markdown.MOST_BYTES, 5000):
        text = markdown.render(many, ROOT, most)
        assert len(text.encode()) <= most
        assert text.endswith("More was left out: the summary is full.\n")
    assert markdown.render(many, ROOT, 10) == ""
