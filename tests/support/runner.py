"""How the runner of GitHub Actions reads a job's log: which lines command it, and what they say."""

import re
from dataclasses import dataclass

_COMMANDS = frozenset(
    {
        "add-mask",
        "add-matcher",
        "add-path",
        "debug",
        "echo",
        "endgroup",
        "error",
        "group",
        "notice",
        "remove-matcher",
        "save-state",
        "set-env",
        "set-output",
        "stop-commands",
        "warning",
    }
)
_DATA = (("%0D", "\r"), ("%0A", "\n"), ("%25", "%"))
_PROPERTY = (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%"))


@dataclass(frozen=True, slots=True)
class Command:
    """One workflow command."""

    name: str
    properties: dict[str, str]
    message: str


def commands(log: str) -> list[Command]:
    """Return the commands in *log*; the runner reads it line by line, as a terminal shows it."""
    found = []
    for line in re.split(r"\r\n|\n|\r", log):
        command = _modern(line) or _legacy(line)
        if command is not None:
            found.append(command)
    return found


def _modern(line: str) -> Command | None:
    """Return the command that *line* is by `::name key=value,key=value::message`."""
    text = line.lstrip()
    if not text.startswith("::"):
        return None
    head, colons, message = text[2:].partition("::")
    name, _, given = head.partition(" ")
    if not colons or name.lower() not in _COMMANDS:
        return None
    pairs = (pair.partition("=") for pair in given.split(",") if "=" in pair)
    properties = {key.strip(): _unescaped(value, _PROPERTY) for key, _, value in pairs}
    return Command(name, properties, _unescaped(message, _DATA))


def _legacy(line: str) -> Command | None:
    """Return the command that stands anywhere in *line* as `##[name key=value;]message`."""
    found = re.search(r"##\[([^ \]]+)([^\]]*)\](.*)", line)
    if found is None or found[1].lower() not in _COMMANDS:
        return None
    return Command(found[1], {}, found[3])


def _unescaped(text: str, table: tuple[tuple[str, str], ...]) -> str:
    """Return *text* with the escapes of *table* undone, in its order."""
    for escape, char in table:
        text = text.replace(escape, char)
    return text
