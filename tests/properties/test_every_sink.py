"""
Every sink: what any of our reports writes, of programs whose every name is hostile.

What the commands write is found in their code, so that no sink is forgotten; those
that have a format of their own are read back by its parser in `test_sinks`.
"""

import ast
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from itertools import chain
from typing import Any

import pytest
from properties.test_sinks import UNSAFE
from support.captures import example_facts, growing_facts
from support.compared import side, whole
from support.hostile import SENTINEL, STRINGS
from support.running import CHECKOUT
from support.verdicts import hostile

from memprof.analysis import diff as differing
from memprof.analysis import explain as explaining
from memprof.analysis import graph as graphing
from memprof.analysis.diff import Diff
from memprof.analysis.findings import Findings, analyse
from memprof.analysis.rounds import judge
from memprof.gate.diff import judge as judge_diff
from memprof.gate.diff import read as limit
from memprof.gate.tested import KnownTest, KnownTests
from memprof.model.allocations import Frame
from memprof.model.facts import Facts
from memprof.model.kept import Kept, KeptSite, KeptType
from memprof.model.objects import Type
from memprof.model.past import Kind, Past
from memprof.model.rounds import OBJECTS, Figure, Repeated, RoundSet
from memprof.model.tested import MeasuredTest
from memprof.report import (
    compared,
    diff,
    document,
    explain,
    graph,
    kept,
    limits,
    page,
    past,
    repeat,
    tested,
)

PACKAGE = CHECKOUT / "memprof"
WRITERS = ("cli", "exact", "testing")

READ_BACK = {
    ("check", "dumps"),
    ("check", "render"),
    ("github", "render"),
    ("gitlab", "render"),
    ("junit", "render"),
    ("markdown", "render"),
    ("sarif", "render"),
}
"""Those that `test_sinks` has."""

WORDS = {
    ("document", "written"),
    ("escape", "log"),
    ("escape", "terminal"),
    ("gaps", "because"),
    ("names", "signal_name"),
    ("prose", "plural"),
}
"""What is only part of what is written, or does the escaping."""


@cache
def findings(word: str) -> Findings:
    """Return the findings of a run that has *word* in every name."""
    return hostile(word)


@cache
def leaking(word: str) -> Facts:
    """Return the facts of a run with a suspect, *word* in the names of what it holds."""
    given = growing_facts()
    sites = tuple(
        tuple(replace(one, file=one.file + word, function=word) for one in stack)
        for stack in given.allocations.sites
    )
    types = tuple(replace(one, qualname=one.qualname + word) for one in given.objects.types)
    return replace(
        given,
        run=replace(given.run, target=word, path=word),
        allocations=replace(given.allocations, sites=sites),
        objects=replace(given.objects, types=types),
    )


@cache
def grown(word: str) -> Findings:
    """Return the findings of that run."""
    return analyse(leaking(word))


@cache
def changed(word: str) -> Diff:
    """Return what changed between two runs of *word*."""
    old, new = (whole_run(example_facts(snapshots=number, word=word)) for number in (4, 9))
    return differing.analyse(side(old), side(new), "site")


def whole_run(facts: Facts) -> Facts:
    """Return *facts* as of a run of which nothing was lost."""
    run = replace(facts.run, lost_records=0, damaged_records=0, agent_errors=())
    return whole(replace(facts, run=run))


def judged(word: str) -> Repeated:
    """Return what a function called *word* came to that keeps what is called so."""
    rates = {Figure(OBJECTS, Type(word, word)): 1}
    sets = tuple(
        RoundSet(calls, {figure: (rate * calls,) * 4 for figure, rate in rates.items()})
        for calls in (50, 100, 200, 400)
    )
    return Repeated(word, 3450, sets, (), None, None, 0, cut=False)


def runs(word: str) -> list[list[Past]]:
    """Return earlier runs of *word*."""
    kind = Kind(word, "3.12", word, word, word, 1)
    return [[Past(kind, 1.0, number, word, {"max-rss": 9.0}) for number in range(3)]]


def traced(word: str) -> Kept:
    """Return what a block of code kept at *word*."""
    site = KeptSite((Frame(word, 12, word),), 3, 4096)
    return Kept(word, False, False, 8192, (site,), (KeptType(Type(word, word), 9),))  # noqa: FBT003


def measured(word: str) -> str:
    """Return the summary of tests called *word*."""
    verdicts = ("", "LEAK", "INCONCLUSIVE")
    rows = [MeasuredTest(word, 5, True, 9, 3, verdict, word) for verdict in verdicts]  # noqa: FBT003
    return "\n".join(tested.lines(rows, 0))


def known(word: str) -> KnownTest:
    """Return a test called *word* that a baseline knows."""
    return KnownTest(word, word, word, 1.0, None, None)


def book(word: str) -> str:
    """Return what a baseline of such a test came to."""
    row = MeasuredTest(word, 5, exact=True, peak_bytes=9, collected=3, verdict="LEAK", note=word)
    rows = [replace(row, accused=True)]
    tests = KnownTests(word, word, exact=True, entries=(known(word),))
    lines = [
        tested.known_lines(word, tests, tests.entries, rows, renewed=renewed)
        for renewed in (False, True)
    ]
    return "\n".join(chain(*lines))


def explained(word: str) -> explaining.Explanation:
    """Return the first suspect of a run with *word* in its names."""
    found = grown(word).suspects
    return explaining.explain(leaking(word), found, found.rows[0])


def dumped(row: dict[str, Any]) -> str:
    """Return *row* as the commands write it."""
    return document.written(row)


PAGES: dict[tuple[str, str], Callable[[str], str]] = {
    ("page", "render"): lambda word: page.render(findings(word)),
    ("page", "suspects_alone"): lambda word: page.suspects_alone(grown(word).suspects),
    ("page", "explanation"): lambda word: page.explanation(explained(word)),
    ("diff", "render"): lambda word: diff.render(changed(word), None),
    ("limits", "lines"): lambda word: limits.lines(judge_diff(changed(word), [limit("site:+1")])),
    ("past", "render"): lambda word: past.render(runs(word)),
    ("kept", "text"): lambda word: kept.text(traced(word)),
    ("repeat", "text"): lambda word: repeat.text(judge(judged(word))),
    ("tested", "lines"): measured,
    ("tested", "known_lines"): book,
    ("tested", "past"): lambda word: tested.past(known(word)),
    ("tested", "beside"): lambda word: tested.beside(word, word, word, 1000, 9),
    ("graph", "render"): lambda word: graph.render(
        graphing.build(grown(word).suspects, findings(word).debt)
    ),
}

DOCUMENTS: dict[tuple[str, str], Callable[[str], str]] = {
    ("document", "dumps"): lambda word: document.dumps(findings(word)),
    ("document", "suspects"): lambda word: dumped(document.suspects(grown(word).suspects)),
    ("explain", "document"): lambda word: dumped(explain.document(explained(word))),
    ("compared", "build"): lambda word: dumped(compared.build(changed(word))),
    ("limits", "document"): lambda word: dumped(
        limits.document(judge_diff(changed(word), [limit("site:+1")]))
    ),
    ("past", "dumps"): lambda word: past.dumps(runs(word)),
    ("repeat", "document"): lambda word: dumped(repeat.document(judge(judged(word)))),
}


@pytest.mark.parametrize("word", STRINGS, ids=lambda word: ascii(word)[:40])
@pytest.mark.parametrize("sink", PAGES, ids=".".join)
def test_no_page_steers_what_shows_it(sink: tuple[str, str], word: str) -> None:
    text = PAGES[sink](word)
    assert SENTINEL in text
    assert not UNSAFE.search(text)


@pytest.mark.parametrize("word", STRINGS, ids=lambda word: ascii(word)[:40])
@pytest.mark.parametrize("sink", DOCUMENTS, ids=".".join)
def test_every_document_is_read_back_as_it_was_meant(sink: tuple[str, str], word: str) -> None:
    text = DOCUMENTS[sink](word)
    assert text.isascii()
    assert not UNSAFE.search(text)
    assert any(word in one for one in strings(json.loads(text)))


def strings(value: object) -> Iterator[str]:
    """Yield every text in the JSON *value*."""
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, list):
        for part in value:
            yield from strings(part)
    elif isinstance(value, str):
        yield value


def written() -> Iterator[tuple[str, str]]:
    """Yield (module of report, function) for all that commands call and that gives text."""
    gives = {}
    for path in (PACKAGE / "report").glob("*.py"):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.returns is not None:
                gives[path.stem, node.name] = ast.unparse(node.returns)
    for path in (one for floor in WRITERS for one in (PACKAGE / floor).glob("*.py")):
        for sink in called(ast.parse(path.read_text("utf-8"))):
            if gives.get(sink) in {"str", "list[str]", "Row"}:
                yield sink


def called(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield (module of report, name) for all that *tree* has of them."""
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("memprof.report"):
            for one in node.names:
                names[one.asname or one.name] = (node.module or "", one.name)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            module, name = names.get(node.value.id, ("", ""))
            if module == "memprof.report":
                yield name, node.attr
        elif isinstance(node, ast.Name) and node.id in names:
            module, name = names[node.id]
            yield module.rpartition(".")[2], name


def test_no_sink_is_forgotten() -> None:
    found = set(written())
    assert {("page", "render"), ("graph", "render"), ("sarif", "render")} <= found
    assert found == READ_BACK | WORDS | set(PAGES) | set(DOCUMENTS)
