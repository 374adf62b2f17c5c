"""
The store: runs in an SQLite file, safe for jobs that write at once.

Each change is one transaction that takes the write lock first and waits for
it; a job that dies leaves the file as it was.  What is read is data that
anybody may have written: its types are checked, and nothing in it is run.
"""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from math import isfinite
from typing import Any

from memprof.errors import HistoryUnreadable
from memprof.model.past import Kind, Past

VERSION = 1
WAIT_S = 60.0
"""For the lock: longer than many jobs need one after the other."""

_RUNS = """
CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    branch TEXT NOT NULL, python TEXT NOT NULL, platform TEXT NOT NULL,
    target TEXT NOT NULL, engine TEXT NOT NULL, depth INTEGER NOT NULL,
    started_unix_s REAL NOT NULL, pid INTEGER NOT NULL, commit_name TEXT NOT NULL,
    UNIQUE (started_unix_s, pid, target)
)"""
_FIGURES = """
CREATE TABLE figures (
    run INTEGER NOT NULL REFERENCES runs (id), name TEXT NOT NULL, value REAL NOT NULL,
    PRIMARY KEY (run, name)
) WITHOUT ROWID"""
_KIND = ("branch", "python", "platform", "target", "engine", "depth")
_COLUMNS = f"id, {', '.join(_KIND)}, started_unix_s, pid, commit_name"
_SAME = " AND ".join(f"{name} = ?" for name in _KIND)
_LATEST = "ORDER BY started_unix_s DESC, id DESC"
_TYPES = (int, str, str, str, str, str, int, float, int, str)


def add(path: str, runs: Sequence[Past]) -> int:
    """Add *runs* to the file at *path*, which is made if need be; return how many were new."""
    with _changing(path) as base:
        return sum(_insert(base, run) for run in runs)


def latest(path: str, kind: Kind, most: int) -> list[Past]:
    """Return the last *most* runs of one *kind*, oldest first."""
    with _open(path) as base:
        query = f"SELECT {_COLUMNS} FROM runs WHERE {_SAME} {_LATEST} LIMIT ?"  # noqa: S608  (only our own words)
        rows = base.execute(query, (*_values(kind), most)).fetchall()
        return [_past(base, row) for row in reversed(rows)]


def kinds(path: str) -> list[Kind]:
    """Return every kind of run there is, in order."""
    with _open(path) as base:
        query = f"SELECT DISTINCT 0, {', '.join(_KIND)} FROM runs ORDER BY {', '.join(_KIND)}"  # noqa: S608
        return [Kind(*_checked(row, _TYPES[: len(row)])[1:]) for row in base.execute(query)]


def prune(path: str, keep: int) -> int:
    """Delete all but the last *keep* runs of each kind; return how many were deleted."""
    found = kinds(path)
    with _changing(path) as base:
        gone = 0
        for kind in found:
            chosen = f"SELECT id FROM runs WHERE {_SAME} {_LATEST} LIMIT -1 OFFSET ?"  # noqa: S608
            ids = [row[0] for row in base.execute(chosen, (*_values(kind), keep))]
            base.executemany("DELETE FROM figures WHERE run = ?", [(one,) for one in ids])
            base.executemany("DELETE FROM runs WHERE id = ?", [(one,) for one in ids])
            gone += len(ids)
        return gone


@contextmanager
def _open(path: str, *, mode: str = "rw") -> Iterator[sqlite3.Connection]:
    """Open the file at *path*; raise HistoryUnreadable where it is none of ours."""
    if mode == "rw" and not os.path.lexists(path):
        message = f"there is no history {path}"
        raise HistoryUnreadable(message)
    name = "".join(f"%{byte:02X}" for byte in path.encode("utf-8", "surrogateescape"))
    try:
        opened = sqlite3.connect(
            f"file:{name}?mode={mode}", timeout=WAIT_S, isolation_level=None, uri=True
        )
        with closing(opened) as base:
            base.execute("PRAGMA trusted_schema = OFF")
            version = base.execute("PRAGMA user_version").fetchone()[0]
            if version not in {VERSION} | ({0} if mode == "rwc" else set()):
                message = f"{path} is not a history of format {VERSION}"
                raise HistoryUnreadable(message)
            yield base
    except (sqlite3.Error, OverflowError) as error:
        message = f"the history {path} cannot be used: {error}"
        raise HistoryUnreadable(message) from error


@contextmanager
def _changing(path: str) -> Iterator[sqlite3.Connection]:
    """Open the file at *path* for one change, which is made whole or not at all."""
    with _open(path, mode="rwc") as base:
        base.execute("BEGIN IMMEDIATE")
        try:
            if base.execute("PRAGMA user_version").fetchone()[0] == 0:
                base.execute(_RUNS)
                base.execute(_FIGURES)
                base.execute(f"PRAGMA user_version = {VERSION}")
            yield base
        except BaseException:
            base.execute("ROLLBACK")
            raise
        base.execute("COMMIT")


def _insert(base: sqlite3.Connection, run: Past) -> int:
    """Add one *run*; return 0 where it is there already, as after a job was tried again."""
    marks = ", ".join("?" * (len(_KIND) + 3))
    columns = _COLUMNS.removeprefix("id, ")
    query = f"INSERT OR IGNORE INTO runs ({columns}) VALUES ({marks})"  # noqa: S608
    values = (*_values(run.kind), run.started_unix_s, run.pid, _text(run.commit))
    done = base.execute(query, values)
    if not done.rowcount:
        return 0
    rows = [(done.lastrowid, name, value) for name, value in sorted(run.figures.items())]
    base.executemany("INSERT INTO figures VALUES (?, ?, ?)", rows)
    return 1


def _values(kind: Kind) -> tuple[str | int, ...]:
    """Return what a row holds of *kind*."""
    names = (kind.branch, kind.python, kind.platform, kind.target, kind.engine)
    return (*map(_text, names), kind.depth)


def _text(name: str) -> str:
    """Return *name* as text that SQLite takes: it has no lone surrogates."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def _past(base: sqlite3.Connection, row: tuple[object, ...]) -> Past:
    """Return the run of one *row*, with its figures."""
    number, *kind, started, pid, commit = _checked(row, _TYPES)
    found = base.execute("SELECT name, value FROM figures WHERE run = ? ORDER BY name", (number,))
    figures = dict(_checked(one, (str, float)) for one in found)
    return Past(Kind(*kind), started, pid, commit, figures)


def _checked(row: tuple[object, ...], types: Sequence[type]) -> list[Any]:
    """Return *row*, each value of its type; raise DataError, which `_open` names, if not."""
    pairs = zip(row, types, strict=True)
    if all(type(one) is kind and not _is_endless(one) for one, kind in pairs):
        return list(row)
    message = "it holds what memprof did not write"
    raise sqlite3.DataError(message)


def _is_endless(value: object) -> bool:
    """Say whether *value* is a number that no figure can be."""
    return isinstance(value, float) and not isfinite(value)
