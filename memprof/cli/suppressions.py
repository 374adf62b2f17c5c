"""
Suppressions: the suspects the user knows of.

They stand in [[tool.memprof.suppress]] of the nearest pyproject.toml, and in
[[suppress]] of the file that --suppressions names.
"""

from memprof.cli.settings import nearest_project, parse, project_table
from memprof.errors import ConfigError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import date

    from memprof.analysis.suppression import Rules, Suppression

KEY = "suppress"
_KEYS = ("fingerprint", "reason", "expires")
_DIGITS = frozenset("0123456789abcdef")
_HINT = f"Each table has {_KEYS[0]} and {_KEYS[1]}, and may have {_KEYS[2]} = YYYY-MM-DD."

Tables = list[tuple[str, dict[str, object]]]
"""Tables as they were read, each with the place it stands in."""


def read(path: str | None) -> Tables:
    """
    Return the tables of the project, then those of the file at *path*, checked.

    Raises ConfigError where one cannot be used, UsageError without such a file.
    """
    project = nearest_project()
    found = [] if project is None else _tables(project_table(project), project, "tool.memprof.")
    if path is not None:
        found += _tables(_file(path), path, "")
    for where, table in found:
        _check(table, where)
    return found


def rules(tables: Tables) -> "Rules":
    """Return what *tables* say, as of today."""
    from datetime import date

    from memprof.analysis.suppression import Rules

    return Rules(tuple(_suppression(table) for _, table in tables), date.today())  # noqa: DTZ011  (the user's day)


def _file(path: str) -> dict[str, object]:
    """Return the tables of the file at *path*, which may hold nothing else."""
    try:
        with open(path, "rb") as file:
            content = file.read()
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror}"
        raise UsageError(message, "Give a TOML file to --suppressions.") from error
    table = parse(content, path)
    for key in table:
        if key != KEY:
            message = f"{path}: unknown key {key!r}"
            raise ConfigError(message, f"Known: [[{KEY}]].")
    return table


def _tables(table: dict[str, object], path: str, prefix: str) -> Tables:
    """Return the tables that *table*, of the file at *path*, has of suppressions."""
    found = table.get(KEY, [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        message = f"{path}: {prefix}{KEY} is not a list of tables"
        raise ConfigError(message, f"Write each as [[{prefix}{KEY}]].")
    return [
        (f"{path}: {prefix}{KEY} number {count}", one) for count, one in enumerate(found, start=1)
    ]


def _check(table: dict[str, object], where: str) -> None:
    """Raise ConfigError, naming *where* it stands, for a *table* that cannot be used."""
    unknown = [key for key in table if key not in _KEYS]
    if unknown:
        message = f"{where}: unknown key {unknown[0]!r}"
        raise ConfigError(message, _HINT)
    name, reason, expires = (table.get(key) for key in _KEYS)
    if not isinstance(name, str) or not name or not set(name) <= _DIGITS:
        message = f"{where}: fingerprint {name!r} is not one"
        raise ConfigError(message, "'memprof suspects CAPTURE --explain N' shows a suspect's.")
    if not isinstance(reason, str) or not reason.strip():
        message = f"{where}: there is no reason"
        raise ConfigError(message, _HINT)
    if expires is not None and _date(expires) is None:
        message = f"{where}: expires {str(expires)!r} is not a date"
        raise ConfigError(message, _HINT)


def _suppression(table: dict[str, object]) -> "Suppression":
    """Return what a checked *table* says."""
    from memprof.analysis.suppression import Suppression

    return Suppression(
        str(table["fingerprint"]), str(table["reason"]).strip(), _date(table.get("expires"))
    )


def _date(value: object) -> "date | None":
    """Return the day that *value* is, None where it is none."""
    from datetime import date, datetime

    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return None
    return value if isinstance(value, date) and not isinstance(value, datetime) else None
