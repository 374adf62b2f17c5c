"""The words of `memprof run`: read plainly, they say what click reads in them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memprof.cli import run, run_words

WORDS = sorted(
    {flag for option in run_words.OPTIONS for flag in (*option.flags, option.off)} - {""}
)
OTHERS = [
    "--",
    "-",
    "-x",
    "--bogus",
    "--check",
    "--max-rss",
    "-qf",
    "--out",
    "--json=",
    "=",
    "x.py",
]
JOINED = [f"{word}=9" for word in WORDS]


def by_click(words: list[str]) -> dict[str, Any]:
    """Return the parameters that click reads in *words*, those that limit apart."""
    found = run.command.make_context("run", words, resilient_parsing=False).params
    names = {option.parameter for option in run_words.OPTIONS} | {"target"}
    return {name: value for name, value in found.items() if name in names}


@given(st.lists(st.sampled_from([*WORDS, *OTHERS, *JOINED, "7", "7"]), max_size=7))
def test_plain_words_say_what_click_reads_in_them(words: list[str]) -> None:
    found = run_words.plain(words)
    assert found is None or found == by_click(words)


@pytest.mark.parametrize(
    "words",
    [
        ["x.py"],
        ["-q", "-o", "a", "x.py", "--help", "-o"],
        ["--output=a", "--no-report", "--quiet", "-f", "-m", "x", "--depth", "3"],
        ["-c", "pass"],
        ["-"],
        [],
    ],
)
def test_words_that_are_read_without_click(words: list[str]) -> None:
    assert run_words.plain(words) == by_click(words)


@pytest.mark.parametrize(
    "words",
    [
        ["--help"],
        ["-h"],
        ["-qf", "x.py"],
        ["-oa"],
        ["-o"],
        ["-o", "-q"],
        ["--outp", "a"],
        ["--", "x"],
    ],
)
def test_words_that_are_left_to_click(words: list[str]) -> None:
    assert run_words.plain(words) is None
