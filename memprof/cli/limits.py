"""
Limits: what the user sets them to, and where.

The command line goes before the environment (MEMPROF_MAX_RSS), that before
[tool.memprof.budget] of the nearest pyproject.toml.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from memprof.cli import settings
from memprof.cli.limit_options import BASELINE, KEYS, TOLERANCE
from memprof.cli.settings import COMMAND_LINE, DEFAULT, nearest_project, project_table, variable_of
from memprof.errors import ConfigError, MemprofError, UsageError
from memprof.gate import budget
from memprof.gate.limit import Limit, Tolerance, limit, nearest, tolerance

TABLE = "budget"

Words = dict[str, tuple[list[str], str]]
"""Key to what was written for it, and where."""

Row = tuple[str, str, str]
"""A key, what it is set to, and where."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The `limits` in force, the `baseline`'s path, the `tolerances`; `sources` by key."""

    limits: tuple[Limit, ...]
    baseline: str | None
    tolerances: Mapping[str, Tolerance]
    sources: Mapping[str, str] = field(default_factory=dict)


def asked(given: Mapping[str, object], *, alone: bool = True) -> Asked:
    """
    Return what is in force, where *given* is what the command line says.

    If these limits stand *alone*, there is at least the default one.  Raises
    UsageError for a bad word there, ConfigError elsewhere.
    """
    words = _of_project() | _of_environment() | _of_command_line(given)
    limits = [_limit(key, *words[key]) for key in budget.UNITS if key in words]
    files, _ = words.get(BASELINE, ([], ""))
    baseline = files[-1] if files else None
    others = baseline is not None or not alone
    found = budget.budget([one for one in limits if one], others=others)
    tolerances = _tolerances(*words.get(TOLERANCE, ([], "")), alone=baseline is None)
    return Asked(found, baseline, tolerances, {key: source for key, (_, source) in words.items()})


def _limit(key: str, texts: list[str], source: str) -> Limit | None:
    """Return the limit that was written for *key*, None where it was taken back."""
    try:
        return limit(key, texts[-1], budget.UNITS, source)
    except UsageError as error:
        raise _misplaced(key, source, error) from error


def _tolerances(texts: list[str], source: str, *, alone: bool) -> dict[str, Tolerance]:
    """Return the tolerance of each stat; of the command line they must not stand *alone*."""
    try:
        said = [tolerance(text, budget.STATS) for text in texts]
    except UsageError as error:
        raise _misplaced(TOLERANCE, source, error) from error
    if alone and source == COMMAND_LINE:
        message = f"--{TOLERANCE} says nothing without a baseline"
        raise UsageError(message, "Name the file of known suspects with --baseline.")
    return {**budget.TOLERANCES, **{one.stat: one for one in said}}


def _misplaced(key: str, source: str, error: UsageError) -> MemprofError:
    """Return *error*, on what was written for *key*, with the place where it was written."""
    said = str(error).removeprefix(f"{key}: ")
    if source == COMMAND_LINE:
        return UsageError(f"--{key}: {said}", error.hint)
    where = f"{source}: {key} in [tool.memprof.{TABLE}]" if os.sep in source else source
    return ConfigError(f"{where}: {said}", error.hint)


def _of_command_line(given: Mapping[str, object]) -> Words:
    """Return what the options say."""
    found: Words = {}
    for key in KEYS:
        value = given.get(key)
        if value is None or value == ():
            continue
        values = value if isinstance(value, tuple) else (value,)
        found[key] = ([settings.as_word(one) for one in values], COMMAND_LINE)
    return found


def _of_environment() -> Words:
    """Return what the variables say; several tolerances stand with commas between them."""
    found: Words = {}
    for key in KEYS:
        variable = variable_of(key)
        if variable in os.environ:
            text = os.environ[variable]
            texts = text.split(",") if key == TOLERANCE else [text]
            found[key] = (texts, f"variable {variable}")
    return found


def _of_project() -> Words:
    """Return what [tool.memprof.budget] of the nearest pyproject.toml says."""
    path = nearest_project()
    table = {} if path is None else project_table(path).get(TABLE, {})
    if not isinstance(table, dict):
        message = f"{path}: tool.memprof.{TABLE} is not a table"
        raise ConfigError(message, f"Write it as [tool.memprof.{TABLE}].")
    found: Words = {}
    for key, value in table.items():
        if key not in KEYS:
            message = f"{path}: unknown key {key!r} in [tool.memprof.{TABLE}]"
            raise ConfigError(message, nearest(key, KEYS))
        values = value if isinstance(value, list) and key == TOLERANCE else [value]
        if not all(isinstance(one, str | int | float) for one in values):
            message = f"{path}: {key} in [tool.memprof.{TABLE}] is neither text nor a number"
            raise ConfigError(message)
        texts = [settings.as_word(one) for one in values]
        if key == BASELINE:
            texts = [os.path.join(os.path.dirname(str(path)), one) for one in texts]
        found[key] = (texts, str(path))
    return found


def rows(found: Asked) -> list[Row]:
    """Return each key in force, what it is set to and where, for `memprof config`."""
    told = [(one.name, one.text, one.source) for one in found.limits]
    if found.baseline is not None:
        told.append((BASELINE, found.baseline, found.sources[BASELINE]))
    text = ", ".join(one.text for one in found.tolerances.values())
    return [*told, (TOLERANCE, text, found.sources.get(TOLERANCE, DEFAULT))]
