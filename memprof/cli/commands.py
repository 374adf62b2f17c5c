"""The commands as click sees them, each loaded when it is asked for."""

from importlib import import_module

import click

from memprof import __version__
from memprof.errors import UsageError

COMMANDS = ("run", "report", "suspects", "diff", "check", "repeat", "history", "config")


class Commands(click.Group):
    """The commands, each in the module of its name."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  (click's signature)
        """Return the names of the commands in the order of their use."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:  # noqa: ARG002
        """Return the command *cmd_name*; raise UsageError where there is none."""
        if cmd_name not in COMMANDS:
            message = f"no such command: {cmd_name!r}"
            hint = f"Commands: {', '.join(COMMANDS)}. A program: 'memprof run script.py'."
            raise UsageError(message, hint)
        command: click.Command = import_module(f"memprof.cli.{cmd_name}").command
        return command


@click.command(
    cls=Commands,
    no_args_is_help=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="'memprof COMMAND --help' shows the options and examples of a command.",
)
@click.version_option(__version__, prog_name="memprof", message="%(prog)s %(version)s")
def memprof() -> None:
    """Show how a Python program uses memory, and what it leaks."""


def invoke(words: list[str]) -> int:
    """
    Run the command that *words* name and return its status.

    Raises MemprofError; click's own errors come out as UsageError.
    """
    try:
        with memprof.make_context("memprof", words) as context:
            memprof.invoke(context)
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.ClickException as error:
        raise _in_our_words(error, words) from error
    return 0


def _in_our_words(error: click.ClickException, words: list[str]) -> UsageError:
    """Return click's *error* about *words* as ours: a sentence, and where the help is."""
    message = error.format_message()
    sentence = message[:1].lower() + message[1:].rstrip(".")
    command = f"memprof {words[0]}" if words[:1] and words[0] in COMMANDS else "memprof"
    if isinstance(error, click.UsageError) and error.ctx is not None:
        # It knows commands of commands; its parser's own errors do not.
        command = error.ctx.command_path
    return UsageError(sentence, f"See '{command} --help'.")
