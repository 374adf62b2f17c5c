"""Accused: the suspects that broke a limit, in short, each with what to try."""

from collections.abc import Sequence
from dataclasses import dataclass

from memprof.analysis.places import Root, below
from memprof.gate.verdict import Accused, Judgement
from memprof.quantity import format_count_growth, format_growth
from memprof.report import advice, ruling
from memprof.report.names import type_name
from memprof.report.prose import plural
from memprof.report.suspects import where_found


@dataclass(frozen=True, slots=True)
class Place:
    """A file below the checkout, or not, and the line in it."""

    file: str
    line: int
    inside: bool


def place(one: Accused, root: Root) -> Place | None:
    """Return the line to show: the first of the stack that is below *root*, else the first."""
    row = one.suspect
    frames = [frame for frame in (row.caller, *row.stack) if frame is not None]
    for frame in frames:
        path = below(frame.file, root)
        if path is not None and not _is_installed(path):
            return Place(path, max(frame.line, 1), inside=True)
    return Place(frames[0].file, max(frames[0].line, 1), inside=False) if frames else None


def title(one: Accused) -> str:
    """Return what it is, and of what: `LEAK of app.Session in Session.open`."""
    row = one.suspect
    frame = row.caller or (row.stack[0] if row.stack else None)
    kind = "" if row.type is None else f" of {type_name(row.type)}"
    where = f" in {frame.function}" if frame is not None and frame.function else ""
    return f"{row.verdict}{kind}{where}"


def growth(one: Accused) -> str:
    """Return by how much it grew."""
    row = one.suspect
    found = [] if row.growth_bytes is None else [format_growth(row.growth_bytes)]
    if row.growth_blocks is not None:
        found.append(f"{format_count_growth(row.growth_blocks)} blocks")
    elif row.growth_objects is not None:
        found.append(f"{format_count_growth(row.growth_objects)} {row.things}")
    return ", ".join(found)


def owner(one: Accused) -> str:
    """Return what holds it, empty where that is not known."""
    return f"held by {one.suspect.held_by}" if one.suspect.held_by else ""


def whose(one: Accused) -> str:
    """Return which processes of several it was found in, empty where there was one."""
    return where_found(one.suspect)


def attempt(one: Accused) -> str:
    """Return what to try, empty where nothing is sure enough."""
    return "" if one.advice is None else advice.sentence(one.advice, one.suspect)


def changed(one: Accused, found: Judgement) -> str:
    """Return how it is not as the baseline knows it, empty where no baseline speaks of it."""
    changes = found.compared.changes if found.compared else ()
    return next((ruling.change(change) for change in changes if change.key == one.key), "")


def sentence(one: Accused, found: Judgement) -> str:
    """Return all of it as one text, for readers of one line."""
    parts = [title(one), growth(one), whose(one), owner(one), changed(one, found)]
    text = "; ".join(part for part in parts if part)
    tried = attempt(one)
    return f"{text}. Try: {tried}" if tried else f"{text}."


def together(accused: Sequence[Accused]) -> list[list[Accused]]:
    """Return *accused* in groups of one key, what hangs on one owner, in order of their first."""
    found: dict[str, list[Accused]] = {}
    for one in accused:
        found.setdefault(one.key, []).append(one)
    return list(found.values())


def others(group: Sequence[Accused]) -> str:
    """Return what else hangs on the same owner, empty where nothing does."""
    rest = group[1:]
    if not rest:
        return ""
    total = sum(one.suspect.growth_bytes or 0 for one in rest)
    grown = f", {format_growth(total)}" if total else ""
    return f"{plural(len(rest), 'more suspect')} held there{grown}"


def _is_installed(path: str) -> bool:
    """Say whether *path*, below the checkout, is of an environment that was put there."""
    return "site-packages/" in path or "dist-packages/" in path
