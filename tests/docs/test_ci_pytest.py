"""The examples of docs/ci.md for pytest run, and say what is shown."""

import re

import pytest
from support.running import CHECKOUT

TEXT = (
    (CHECKOUT / "docs" / "ci.md")
    .read_text("utf-8")
    .partition("## pytest\n")[2]
    .partition("\n## ")[0]
)
SHOP, MARKED, FIXTURE = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)


def test_the_first_example_shows_what_comes(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_shop=SHOP)
    run = pytester.runpytest_subprocess("--memprof")
    run.assert_outcomes(passed=2, errors=1)
    (shown,) = re.findall(r"^    (LEAK: .*)$", TEXT, re.MULTILINE)
    run.stdout.fnmatch_lines([f"{shown}*"])


def test_the_marker_and_the_fixture_run(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_marked=MARKED, test_fixture=FIXTURE)
    pytester.runpytest_subprocess("--strict-markers").assert_outcomes(passed=2)


def test_every_option_and_key_has_its_row(pytester: pytest.Pytester) -> None:
    rows = set(
        re.findall(r"`(--memprof[a-z-]*|memprof(?:_[a-z]+)?)[ =`]", TEXT.partition("### Opt")[2])
    )
    text = pytester.runpytest_subprocess("--help").stdout.str()
    there = set(re.findall(r"^  (--memprof[a-z-]*)", text, re.MULTILINE))
    there |= set(re.findall(r"^  (memprof[a-z_]*) \(", text, re.MULTILINE))
    assert there <= rows
    assert len(there) == 13
