"""The options that set limits, for `check` and `run`; `limits` reads what they say."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

BASELINE, TOLERANCE, NO_UNCOLLECTABLE = "baseline", "tolerance", "no-uncollectable"
_LIMITS = {
    "max-rss": ("SIZE", "The most resident memory, at its peak: 300MiB."),
    "max-live": ("SIZE", "The most live Python bytes at the end."),
    "max-peak": ("SIZE", "The most live Python bytes at their peak."),
    "max-growth": ("RATE", "The most growth once warm: 0.5MiB/min."),
    "max-suspects": ("N", "The most suspects [0, where there is no limit at all]."),
    "max-gc-pause": ("TIME", "The longest pause of the collector: 50ms."),
    "max-gc-share": ("SHARE", "The most of the run that the collector takes: 5%."),
}
KEYS = (*_LIMITS, NO_UNCOLLECTABLE, BASELINE, TOLERANCE)
"""Every limit, and what goes with them."""

AGAINST = ("against", "history", "branch")
"""What asks for limits that earlier runs set."""

HISTORY = "memprof-history.sqlite"


def options(command: "Callable[..., Any]") -> "Callable[..., Any]":
    """Give *command* the options that set limits."""
    import click  # a run that is not judged by any does without

    text = "Whose last runs [those of the branch itself]."
    command = click.option("--branch", metavar="NAME", help=text)(command)
    text = f"The history [{HISTORY}]."
    command = click.option("--history", metavar="FILE", help=text)(command)
    text, only = "Judge against the median of the last runs too.", click.Choice(["history"])
    command = click.option("--against", type=only, metavar="history", help=text)(command)
    text = "By how much a known suspect may grow, count:10% or bytes:1MiB; may be repeated [25%]."
    command = click.option("--tolerance", metavar="STAT:MOST", multiple=True, help=text)(command)
    text = "Fail on suspects that this file does not know, or that grew."
    command = click.option("--baseline", metavar="FILE", help=text)(command)
    flags = "--no-uncollectable/--uncollectable"
    text = "Fail on objects that the collector cannot free."
    command = click.option(flags, "no_uncollectable", default=None, help=text)(command)
    for name, (metavar, help_text) in reversed(_LIMITS.items()):
        command = click.option(f"--{name}", metavar=metavar, help=help_text)(command)
    return command


def taken(given: "dict[str, Any]") -> "dict[str, Any]":
    """Take the options that set limits out of all that were *given*, by their keys."""
    return {key: given.pop(key.replace("-", "_")) for key in (*KEYS, *AGAINST)}


def said(limiting: "Mapping[str, Any]") -> list[str]:
    """Return the keys that the command line says anything about."""
    return [key for key, value in limiting.items() if value not in {None, ()}]
