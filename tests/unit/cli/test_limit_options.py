"""The options that set limits are those there are limits for."""

import click
from click.testing import CliRunner

from memprof.cli import limit_options
from memprof.gate import budget


def test_every_limit_has_its_option() -> None:
    assert limit_options.KEYS[:-2] == tuple(budget.UNITS)


def test_they_are_taken_out_of_what_was_given() -> None:
    seen = {}

    @click.command()
    @limit_options.options
    @click.option("--other")
    def command(**given: object) -> None:
        seen.update(limit_options.taken(given))
        assert given == {"other": "x"}

    words = ["--max-rss", "1MiB", "--other", "x", "--tolerance", "bytes:5%", "--no-uncollectable"]
    done = CliRunner().invoke(command, words)
    assert done.exit_code == 0, done.output
    assert set(seen) == {*limit_options.KEYS, *limit_options.AGAINST}
    assert limit_options.said(seen) == ["max-rss", "no-uncollectable", "tolerance"]
