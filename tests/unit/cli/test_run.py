"""`memprof run` as click sees it: what its help says of each option."""

from click.testing import CliRunner

from memprof.cli import run_words
from memprof.cli.run import command


def test_help_names_every_option_and_its_value() -> None:
    shown = " ".join(CliRunner().invoke(command, ["--help"]).output.split())
    for option in run_words.OPTIONS:
        for flag in filter(None, (*option.flags, option.off)):
            assert flag in shown
        assert " ".join(option.help.split()) in shown
        assert option.metavar is None or f"{option.flags[-1]} {option.metavar}" in shown
