"""Captures the user names, each at a moment: `app.memprof@warm`, `@peak`, `@end`."""

import os

from memprof.analysis import moments
from memprof.analysis.holdings import Side
from memprof.analysis.moments import END, PEAK
from memprof.capture.reader import read
from memprof.cli.report import progress
from memprof.errors import NoSuchCheckpoint, NotRecorded
from memprof.model.facts import Facts

_MARK = "@"


def sides(old: str, new: str, at: str | None) -> tuple[Side, Side]:
    """
    Return the captures that *old* and *new* name, at their moments.

    Where a name has none it is *at*, or the end.  A capture named twice is
    read once, and is one value.
    """
    known: dict[str, Facts] = {}
    before, after = (_side(*split(word), at, known) for word in (old, new))
    return before, after


def split(word: str) -> tuple[str, str | None]:
    """
    Return the path and the moment in *word*, which may have none.

    Whatever is a file is a path, an `@` in it or not.
    """
    if os.path.lexists(word):
        return word, None
    place = word.rfind(_MARK)
    while place > 0:
        if os.path.lexists(word[:place]):
            return word[:place], word[place + 1 :]
        place = word.rfind(_MARK, 0, place)
    # Nothing is there: say so of what was most likely meant.
    path, mark, moment = word.rpartition(_MARK)
    return (path, moment) if mark and path and os.sep not in moment else (word, None)


def _side(path: str, moment: str | None, at: str | None, known: dict[str, Facts]) -> Side:
    """Return the capture at *path*, read unless it is *known*, at its *moment*."""
    place = os.path.realpath(path)
    if place not in known:
        with progress(path) as told:
            known[place] = read(path, told)
    facts = known[place]
    word = moment if moment is not None else at or END
    found = moments.find(facts, word)
    if found is None:
        raise _missing(path, facts, word)
    return Side(facts, found)


def _missing(path: str, facts: Facts, word: str) -> NoSuchCheckpoint | NotRecorded:
    """Return the error of a moment *word* that the capture at *path* does not have."""
    if word == PEAK:
        message = f"{path} has no peak: its blocks were not followed"
        return NotRecorded(message, "Record it with an engine, or compare it at the end.")
    names = moments.names(facts)
    there = f"it has {', '.join(names)}" if names else "it has none"
    message = f"{path} has no checkpoint {word!r}: {there}"
    return NoSuchCheckpoint(message)
