"""
The settings in force: what each may be, who said it, which word counts.

The command line goes before the environment (MEMPROF_*), that before
[tool.memprof] of the nearest pyproject.toml, that before the default.
"""

import os

from memprof.agent import settings as treaty
from memprof.cli.terminal import DEBUG_VARIABLE
from memprof.errors import ConfigError, MemprofError, UsageError
from memprof.named import NamedTuple
from memprof.quantity import read_bytes, read_flag, read_seconds

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

COMMAND_LINE = "command line"
DEFAULT = "default"
PREFIX = "MEMPROF_"
_NOT_SETTINGS = treaty.INTERNAL | {DEBUG_VARIABLE}
_MIN_INTERVAL_S = 0.01
_MAX_INTERVAL_S = 86_400.0
_MAX_TOP = 1000
_TABLES = ("budget", "suppress")  # these are not settings: `limits`, `suppressions` read them

Value = str | int | float | bool | None


class Setting(NamedTuple):
    """
    A value in force and its `source`.

    That is the command line, a variable, a file or the default.
    """

    value: Value
    source: str


class _Kind(NamedTuple):
    """What a setting is when nobody says, what it may be, how its word is read."""

    default: Value
    allowed: str
    read: "Callable[[str], Value]"


def _engine(text: str) -> str:
    """Return the engine that *text* names, the size of `sample=SIZE` in plain bytes."""
    name, _, size = text.partition("=")
    if name not in treaty.ENGINES or ("=" in text and name != "sample"):
        raise ValueError(text)
    if not size:
        return name
    size_bytes = read_bytes(size)
    if not treaty.MIN_SAMPLE_BYTES <= size_bytes <= treaty.MAX_SAMPLE_BYTES:
        raise ValueError(text)
    return f"{name}={size_bytes}"


def _between(low: int, high: int) -> "Callable[[str], int]":
    """Return a reader of integers from *low* to *high*."""

    def read(text: str) -> int:
        if not (text.isascii() and text.isdecimal() and low <= int(text) <= high):
            raise ValueError(text)
        return int(text)

    return read


def _interval(text: str) -> float | None:
    """Return the seconds that *text* says, None for the adaptive schedule."""
    if text == treaty.ADAPTIVE:
        return None
    seconds = read_seconds(text)
    if not _MIN_INTERVAL_S <= seconds <= _MAX_INTERVAL_S:
        raise ValueError(text)
    return seconds


_FLAG = "true or false"
KINDS: dict[str, _Kind] = {
    "engine": _Kind(
        treaty.DEFAULT_ENGINE,
        f"one of {', '.join(treaty.ENGINES)}, or sample=SIZE from 1KiB to 1TiB",
        _engine,
    ),
    "depth": _Kind(
        treaty.MIN_DEPTH,
        f"a number of frames from {treaty.MIN_DEPTH} to {treaty.MAX_DEPTH}",
        _between(treaty.MIN_DEPTH, treaty.MAX_DEPTH),
    ),
    "interval": _Kind(None, "'adaptive', or a time from 10ms to 24h", _interval),
    "cycles": _Kind(default=False, allowed=_FLAG, read=read_flag),
    "follow": _Kind(default=True, allowed=_FLAG, read=read_flag),
    "record-argv": _Kind(default=False, allowed=_FLAG, read=read_flag),
    "report": _Kind(default=True, allowed=_FLAG, read=read_flag),
    "quiet": _Kind(default=False, allowed=_FLAG, read=read_flag),
    "top": _Kind(10, f"a number of rows from 1 to {_MAX_TOP}", _between(1, _MAX_TOP)),
}


def effective(given: "Mapping[str, str | bool | None]") -> dict[str, Setting]:
    """
    Return every setting in force, by name.

    *given* is what the command line says, None where it is silent.  Raises
    UsageError for a bad word of the command line, ConfigError elsewhere.
    """
    settings = {name: Setting(kind.default, DEFAULT) for name, kind in KINDS.items()}
    settings |= _of_project()
    settings |= _of_environment()
    for parameter, word in given.items():
        if word is not None:
            name = parameter.replace("_", "-")
            value = _read(name, as_word(word), f"--{name}", UsageError)
            settings[name] = Setting(value, COMMAND_LINE)
    return settings


def for_agent(settings: "Mapping[str, Setting]") -> dict[str, str]:
    """Return those of *settings* that the agent reads, in the treaty's words."""
    return {name: written(name, settings[name].value) for name in treaty.VARIABLES}


def written(name: str, value: Value) -> str:
    """Return the setting *name*'s *value* as a word that reads back the same."""
    if name == "interval" and value is None:
        return treaty.ADAPTIVE
    return str(int(value)) if isinstance(value, bool) else str(value)


def _of_environment() -> dict[str, Setting]:
    """Return the settings made by variables; an unknown MEMPROF_* is an error."""
    settings = {}
    for variable, text in os.environ.items():
        if not variable.startswith(PREFIX) or variable in _NOT_SETTINGS:
            continue
        name = variable.removeprefix(PREFIX).lower().replace("_", "-")
        if _is_limit(variable):
            continue
        if name not in KINDS or not variable.isupper():
            message = f"unknown variable {variable}"
            raise ConfigError(message, f"Known: {', '.join(map(variable_of, KINDS))}.")
        settings[name] = Setting(_read(name, text, variable, ConfigError), f"variable {variable}")
    return settings


def _is_limit(variable: str) -> bool:
    """Say whether *variable* sets a limit, which `limits` reads."""
    if variable.removeprefix(PREFIX).lower().replace("_", "-") in KINDS:
        return False
    from memprof.cli.limit_options import KEYS

    return variable in map(variable_of, KEYS)


def variable_of(name: str) -> str:
    """Return the variable that sets what is called *name*."""
    return PREFIX + name.upper().replace("-", "_")


def _of_project() -> dict[str, Setting]:
    """Return the settings of the nearest pyproject.toml; an unknown key is an error."""
    path = nearest_project()
    table = {} if path is None else project_table(path)
    settings = {}
    for name, value in table.items():
        if name in _TABLES:
            continue
        if name not in KINDS:
            message = f"{path}: unknown key {name!r} in [tool.memprof]"
            raise ConfigError(message, f"Known: {', '.join([*KINDS, *_TABLES])}.")
        word = as_word(value)
        where = f"{path}: {name} in [tool.memprof]"
        settings[name] = Setting(_read(name, word, where, ConfigError), str(path))
    return settings


def nearest_project() -> str | None:
    """Return the pyproject.toml of the working directory or the first above it."""
    try:
        folder = os.getcwd()
    except OSError:  # a working directory that was removed has no project
        return None
    while True:
        path = os.path.join(folder, "pyproject.toml")
        if os.path.isfile(path):
            return path
        if folder == os.path.dirname(folder):
            return None
        folder = os.path.dirname(folder)


def project_table(path: str) -> dict[str, object]:
    """Return [tool.memprof] of the pyproject.toml at *path*, empty if there is none."""
    try:
        with open(path, "rb") as file:
            content = file.read()
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror}"
        raise ConfigError(message) from error
    if b"memprof" not in content:  # spares most projects the parser's import
        return {}
    tool = parse(content, path).get("tool", {})
    table = tool.get("memprof", {}) if isinstance(tool, dict) else {}
    if not isinstance(table, dict):
        message = f"{path}: tool.memprof is not a table"
        raise ConfigError(message)
    return table


def parse(content: bytes, path: str) -> dict[str, object]:
    """Return the TOML *content* of the file at *path*; raise ConfigError where it is none."""
    import tomllib

    try:
        return tomllib.loads(content.decode())
    except ValueError as error:
        message = f"{path} is not valid TOML: {error}"
        raise ConfigError(message) from error


def as_word(value: object) -> str:
    """Return a TOML or command line *value* as the word that says the same."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _read(name: str, text: str, where: str, error: type[MemprofError]) -> Value:
    """Return the value that *text* gives to *name*; raise *error* naming *where*."""
    try:
        return KINDS[name].read(text)
    except (ValueError, UsageError):
        message = f"{where}: {text!r} is not {KINDS[name].allowed}"
        raise error(message) from None
