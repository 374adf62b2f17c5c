"""Whatever the target is called, every format stays what its reader takes it for."""

import html
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from junitparser import JUnitXml
from markdown_it import MarkdownIt
from support.hostile import SENTINEL, STRINGS
from support.runner import commands
from support.schemas import GITLAB, SARIF
from support.verdicts import ROOT, hostile, told

from memprof.gate.verdict import Verdict
from memprof.report import check, escape, github, gitlab, junit, markdown, sarif

UNSAFE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
ANY = st.text(
    st.characters(exclude_categories=()) | st.sampled_from("\x1b\n\r%:,#[]()<>&|`*_\\\u202e\ud800"),
    max_size=40,
)


@pytest.fixture(scope="module", params=range(len(STRINGS)))
def verdict(request: pytest.FixtureRequest) -> Verdict:
    """Return a verdict with a hostile word in every name of the capture, and in another's."""
    word = STRINGS[request.param]
    found = told(hostile(word), trouble=word)
    assert found.word == "FAILED"
    return found


class Tags(HTMLParser):
    """Collects the tags and the text of HTML."""

    def __init__(self) -> None:
        """Start with nothing."""
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take a tag, which must have no attribute."""
        assert not attrs
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        """Take text."""
        self.text += data


def test_text_is_safe_to_print(verdict: Verdict) -> None:
    text = check.render(verdict, ROOT)
    assert not UNSAFE.search(text)
    assert SENTINEL in text
    assert text.splitlines()[0].startswith("FAILED  0.memprof: suspects ")


def test_a_log_with_it_commands_nobody(verdict: Verdict) -> None:
    text = check.render(verdict, ROOT)
    assert commands("\n".join(map(escape.log, text.splitlines()))) == []


def test_json_is_read_back(verdict: Verdict) -> None:
    text = check.dumps(verdict, ROOT)
    assert text.isascii()
    assert json.loads(text)["verdict"] == "FAILED"


def test_junit_is_read_by_its_parser(verdict: Verdict) -> None:
    text = junit.render(verdict, ROOT)
    assert not UNSAFE.search(text)
    suites = list(JUnitXml.fromstring(text.encode("utf-8")))
    assert len(suites) == 2
    assert suites[0].failures == 1
    assert suites[1].errors == 1
    (result,) = next(iter(suites[0])).result
    assert SENTINEL in result.text


def test_sarif_is_valid(verdict: Verdict) -> None:
    document = json.loads(sarif.render(verdict, ROOT))
    jsonschema.validate(document, SARIF)
    (run,) = document["runs"]
    assert run["results"]
    for result in run["results"]:
        assert not UNSAFE.search(result["message"]["text"])
        assert "](" not in result["message"]["text"]
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert re.fullmatch(r"(?:[A-Za-z0-9._~/-]|%[0-9A-F]{2})+", uri)


def test_gitlab_takes_it(verdict: Verdict) -> None:
    rows = json.loads(gitlab.render(verdict, ROOT))
    jsonschema.validate(rows, GITLAB)
    prints = [row["fingerprint"] for row in rows]
    assert len(set(prints)) == len(prints)
    assert not any(UNSAFE.search(row["description"]) for row in rows)


def test_the_runner_reads_our_annotations_and_no_other(verdict: Verdict) -> None:
    text = github.render(verdict, ROOT)
    found = commands(text)
    assert len(found) == len(text.splitlines())
    assert {one.name for one in found} <= {"error", "notice"}
    for one in found:
        assert set(one.properties) <= {"file", "line", "title"}
        assert one.properties["title"].startswith("memprof")
        assert not UNSAFE.search(one.message)
        assert one.properties.get("line", "1").isdecimal()
    assert SENTINEL in found[0].message


def test_the_summary_has_our_markup_alone(verdict: Verdict) -> None:
    text = markdown.render(verdict, ROOT)
    assert not UNSAFE.search(text)
    parser = Tags()
    parser.feed(MarkdownIt("gfm-like", {"linkify": False, "html": True}).render(text))
    ours = {
        "h3",
        "h4",
        "p",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "ol",
        "li",
        "strong",
        "br",
    }
    assert parser.tags <= ours
    assert SENTINEL in parser.text


@given(ANY)
def test_entities_say_the_text(text: str) -> None:
    shown = escape.markdown(text)
    assert html.unescape(shown) == escape.terminal(text)
    assert not set(re.sub(r"&#\d+;", "", shown)) & set("<>&|`*_[]()#!~\\=+-.:@'\"")


@given(ANY)
def test_a_message_is_read_back_whole(text: str) -> None:
    (found,) = commands(
        f"::error title={escape.annotation_property(text)}::{escape.annotation(text)}"
    )
    safe = escape.terminal(text).replace("##[", r"\x23#[")
    assert found.message == safe
    assert found.properties["title"] == safe


@given(ANY)
def test_no_line_of_a_log_commands(text: str) -> None:
    for line in text.splitlines():
        assert commands(escape.log(escape.terminal(line))) == []


@given(ANY)
def test_xml_takes_every_text(text: str) -> None:
    safe = escape.xml(text)
    assert not UNSAFE.search(safe)
    assert not set(safe) & {"\ufffe", "\uffff"}


@given(ANY)
def test_a_uri_is_ascii_without_delimiters(text: str) -> None:
    assert re.fullmatch(r"(?:[A-Za-z0-9._~/-]|%[0-9A-F]{2})*", escape.uri(text))


@pytest.mark.parametrize(
    "sink", [escape.annotation, escape.markdown, escape.sarif, escape.terminal, escape.xml]
)
def test_what_is_plain_stays(sink: Callable[[str], str]) -> None:
    assert sink("Session open 漢字 🙂") == "Session open 漢字 🙂"
