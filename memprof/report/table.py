"""
Tables: columns of text no wider than the page.

The only home of tabulate, which is told to leave cells as they are: on its
own it reads "1.10" as a number and "1e5" as a hundred thousand.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tabulate import tabulate

from memprof.report.escape import terminal
from memprof.report.prose import WIDTH, shorten_left, shorten_right

_GAP = 2
_NARROWEST = 12


@dataclass(frozen=True, slots=True)
class Column:
    """
    One column: its `title`, and which side of it is cut where room is short.

    `cut` is "left" (paths), "right" (names) or "" (never: numbers, which are
    also set to the right).
    """

    title: str
    cut: str = ""


def number(title: str) -> Column:
    """Return a column of figures."""
    return Column(title)


def name(title: str) -> Column:
    """Return a column of names, whose beginning matters most."""
    return Column(title, "right")


def path(title: str) -> Column:
    """Return a column of places, whose end matters most."""
    return Column(title, "left")


def table(
    columns: Sequence[Column], rows: Iterable[Sequence[str]], width: int = WIDTH
) -> list[str]:
    """Return the lines of a table of at most *width* columns of text, none without rows."""
    cells = [[terminal(cell) for cell in row] for row in rows]
    if not cells:
        return []
    widths = _widths(columns, cells, width)
    shown = [[_cut(*cell) for cell in zip(columns, row, widths, strict=True)] for row in cells]
    titles = [_cut(c, c.title, width) for c, width in zip(columns, widths, strict=True)]
    # As plain rows: given as headers, tabulate would widen each column by two.
    text = tabulate(
        [titles, ["-" * width for width in widths], *shown],
        tablefmt="plain",
        colalign=["left" if column.cut else "right" for column in columns],
        disable_numparse=True,
    )
    return [line.rstrip() for line in text.splitlines()]


def _widths(columns: Sequence[Column], cells: Sequence[Sequence[str]], width: int) -> list[int]:
    """Return the width of each column; those that may be cut give way, widest first."""
    widths = [
        max(len(column.title), *(len(row[place]) for row in cells))
        for place, column in enumerate(columns)
    ]
    room = width - _GAP * (len(columns) - 1)
    while (excess := sum(widths) - room) > 0:
        places = [place for place, column in enumerate(columns) if column.cut]
        places = [place for place in places if widths[place] > _NARROWEST] or list(
            range(len(widths))
        )
        widest = max(places, key=lambda place: widths[place])
        others = [widths[place] for place in places if place != widest]
        floor = max([_NARROWEST, *others]) if widths[widest] > _NARROWEST else 1
        widths[widest] = max(widths[widest] - excess, min(floor, widths[widest] - 1), 1)
    return widths


def _cut(column: Column, text: str, width: int) -> str:
    """Return *text* cut to *width* where it is wider."""
    return shorten_left(text, width) if column.cut == "left" else shorten_right(text, width)
