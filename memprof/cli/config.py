"""`memprof config`: the settings in force and where each comes from."""

import click

from memprof.cli.settings import Setting, effective, written
from memprof.cli.terminal import show


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
    show(_as_json(settings) if as_json else _as_table(settings))


def _as_table(settings: dict[str, Setting]) -> str:
    """Return *settings* in three columns."""
    rows = [("setting", "value", "source")]
    for name, setting in settings.items():
        value = setting.value
        text = str(value).lower() if isinstance(value, bool) else written(name, value)
        rows.append((name, text, setting.source))
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    return "".join(
        f"{name:<{widths[0]}}  {value:<{widths[1]}}  {source}\n" for name, value, source in rows
    )


def _as_json(settings: dict[str, Setting]) -> str:
    """Return *settings* as a JSON object; an adaptive interval is null."""
    import json

    return f"{json.dumps({name: setting._asdict() for name, setting in settings.items()})}\n"
