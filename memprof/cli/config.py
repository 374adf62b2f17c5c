"""`memprof config`: the settings and limits in force and where each comes from."""

import click

from memprof.cli import limits
from memprof.cli.settings import Setting, effective, written
from memprof.cli.terminal import show
from memprof.report.escape import terminal


@click.command("config")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead.")
def command(*, as_json: bool) -> None:
    """
    Show every setting, its value and where it comes from.

    A setting comes from the command line, else from a variable MEMPROF_NAME,
    else from [tool.memprof] in the nearest pyproject.toml, else it is the
    default.

    \b
    Examples:
      memprof config
      memprof config --json
    """
    settings = effective({})
    told = {name: _told(name, setting) for name, setting in settings.items()}
    limiting = limits.rows(limits.asked({}))
    show(_as_json(settings, limiting) if as_json else _as_table(told, limiting))


def _told(name: str, setting: Setting) -> tuple[str, str]:
    """Return the value of a setting as a word, and where it comes from."""
    value = setting.value
    text = str(value).lower() if isinstance(value, bool) else written(name, value)
    return text, setting.source


def _as_table(settings: dict[str, tuple[str, str]], limiting: list[limits.Row]) -> str:
    """Return the *settings* in three columns, the limits of the gate beneath."""
    rows = [("setting", "value", "source")]
    rows += [(name, *told) for name, told in settings.items()]
    rows += [("", "", ""), ("limit", "value", "source"), *limiting]
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    lines = [f"{row[0]:<{widths[0]}}  {row[1]:<{widths[1]}}  {row[2]}" for row in rows]
    return "".join(f"{terminal(line.rstrip())}\n" for line in lines)


def _as_json(settings: dict[str, Setting], limiting: list[limits.Row]) -> str:
    """Return *settings* as a JSON object, the limits as one in it; an adaptive interval is null."""
    import json

    found: dict[str, object] = {name: setting._asdict() for name, setting in settings.items()}
    found["budget"] = {name: {"value": value, "source": source} for name, value, source in limiting}
    return f"{json.dumps(found)}\n"
