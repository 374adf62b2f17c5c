"""Prose: sentences, safe and wrapped to the page's width."""

import textwrap
from collections.abc import Iterable

from memprof.report.escape import terminal

WIDTH = 100
"""Columns of a page; no line is longer."""

ELLIPSIS = "…"


def paragraph(text: str, indent: str = "", hanging: str | None = None) -> list[str]:
    """
    Return *text* as lines of at most WIDTH columns.

    The first starts with *indent*, the others with *hanging*, or *indent*.
    """
    return textwrap.wrap(
        terminal(text),
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent if hanging is None else hanging,
        break_on_hyphens=False,
    )


def bullets(sentences: Iterable[str]) -> list[str]:
    """Return *sentences* as a list, each with a dash before it."""
    return [line for text in sentences for line in paragraph(text, "  - ", "    ")]


def heading(title: str, question: str) -> list[str]:
    """Return the two lines a section opens with: its *title*, the *question* it answers."""
    return ["", title.upper(), *paragraph(question)]


def shorten_left(text: str, width: int) -> str:
    """Return *text*, its left part cut where it is longer than *width*."""
    return text if len(text) <= width else ELLIPSIS + text[len(text) - width + 1 :]


def shorten_right(text: str, width: int) -> str:
    """Return *text*, its right part cut where it is longer than *width*."""
    return text if len(text) <= width else text[: width - 1] + ELLIPSIS


def more(total: int, shown: int, one: str, many: str | None = None) -> list[str]:
    """Return the line that says how many rows are not shown, none if all are."""
    if total <= shown:
        return []
    return [f"{ELLIPSIS} and {plural(total - shown, f'more {one}', many and f'more {many}')}"]


def plural(number: int, one: str, many: str | None = None) -> str:
    """Return *number* with its noun: `1 pool`, `3 pools`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
