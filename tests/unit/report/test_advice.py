"""Advice in words: there are some for each kind, and figures where there are."""

import pytest
from support.suspected import suspect

from memprof.analysis.case import Advice, Saving
from memprof.report.advice import KINDS, document, saving, sentence

ROW = suspect("app.ROWS[*]")
THREADS = suspect(judged_on="threads")


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_kind_has_words(kind: str) -> None:
    names = ("descriptors",) if kind == "close" else ("first", "second")
    text = sentence(Advice(kind, names, (1234, 5, 6)), ROW)
    assert text.endswith(".")
    assert "{" not in text
    if kind in {"let-go", "batch", "slots", "break-cycle", "unregister"}:
        assert "first" in text


def test_names_are_no_format() -> None:
    assert "{0.__class__} only" in sentence(Advice("let-go", ("{0.__class__}",)), ROW)


def test_a_cache_nobody_asks_can_go() -> None:
    assert "it can go" in sentence(Advice("bound-cache", ("load",), (9, 0, 9)), ROW)
    assert "40.0 % of the calls" in sentence(Advice("bound-cache", ("load",), (9, 4, 6)), ROW)


def test_what_it_would_have_saved() -> None:
    assert saving(None, ROW) == ""
    assert saving(Saving(None, None, None), ROW) == ""
    assert saving(Saving(2048, 1024.0, None, (2, 3)), ROW) == (
        "Would have saved 2.0 KiB in this run, 1.0 KiB a second, with #2, #3."
    )
    assert saving(Saving(2048, None, 7, estimated=True), ROW) == (
        "Would have saved about 2.0 KiB in this run."
    )
    assert saving(Saving(None, None, 7), ROW) == "Would have saved 7 objects in this run."
    assert saving(Saving(None, None, 1), THREADS) == "Would have saved 1 thread in this run."


def test_the_document_has_words_and_figures() -> None:
    found = document(Advice("let-go", ("app.ROWS",), (), Saving(2048, 1.0, None, (2,))), ROW)
    assert found["kind"] == "let-go"
    assert found["saves_bytes"] == 2048
    assert found["with_suspects"] == [2]
    bare = document(Advice("deeper"), ROW)
    assert (bare["saves_bytes"], bare["with_suspects"], bare["estimated"]) == (None, [], False)


def test_what_a_local_leads_to_is_said_first() -> None:
    where = "Client.call() local self.policy.history"
    assert sentence(Advice("let-go", (where,)), ROW).startswith(
        "self.policy.history (in Client.call()) only takes in."
    )


def test_what_is_not_sure_is_said_with_its_figures() -> None:
    text = sentence(Advice("let-go-some", ("app.ROWS",), (1200, 5000)), ROW)
    assert text.startswith("app.ROWS holds 1,200 of the 5,000 that were found:")
