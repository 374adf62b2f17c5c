"""Suspects that hang on one container, and so go with it: what it holds, and its own table."""

from collections.abc import Sequence
from dataclasses import dataclass

from memprof.analysis.paths import container, is_named
from memprof.analysis.suspect import Suspect


@dataclass(frozen=True, slots=True)
class Group:
    """Suspects of one container: the `first` by rank, and the `others` in their order."""

    first: Suspect
    others: tuple[Suspect, ...]


def together(rows: Sequence[Suspect]) -> list[Group]:
    """Return *rows* in groups, in the order of the first of each; of no named owner: alone."""
    found: dict[object, list[Suspect]] = {}
    for row in rows:
        path = row.held_by
        holder = (container(path) or path) if is_named(path) else row.rank
        found.setdefault(holder, []).append(row)
    return [Group(group[0], tuple(group[1:])) for group in found.values()]
