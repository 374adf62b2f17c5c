"""Caches: every functools.lru_cache, fullest first."""

from memprof.analysis.caches import FILLING, FULL, OFF, PINNING, UNBOUNDED, CacheRow, CacheTable
from memprof.model.caches import Cache
from memprof.quantity import format_count, format_share
from memprof.report.names import UNKNOWN
from memprof.report.prose import heading, more, paragraph, plural
from memprof.report.sites import Row
from memprof.report.table import name, number, path, table

_QUESTION = "Which functools.lru_cache holds most, does it have a limit, and does it help?"
_COLUMNS = (
    number("entries"),
    number("limit"),
    number("hits"),
    name("function"),
    name("note"),
    path("defined at"),
)
_NOTES = {
    UNBOUNDED: "drops nothing",
    FULL: "full",
    FILLING: "not full",
    PINNING: "not full",
    OFF: "off",
}


def lines(found: CacheTable, top: int) -> list[str]:
    """Return the section: at most *top* caches; the empty ones are only counted."""
    text = heading("Caches", _QUESTION)
    if not found.known:
        return [
            *text,
            *paragraph(
                "n/a: looked for once, at the end of a program that exits by itself, and only where"
                " memprof's extension is built."
            ),
        ]
    used = [row for row in found.rows if row.cache.size]
    empty = len(found.rows) - len(used)
    if not used:
        return [*text, f"None holds anything ({plural(empty, 'empty cache')})."]
    text += paragraph(
        f"{plural(found.entries, 'entry', 'entries')} in {plural(len(used), 'cache')}, of which"
        f" {format_count(found.unbounded)} without a limit and {format_count(found.pinning)} of"
        f" methods, whose entries keep their instances alive."
    )
    rows = used[:top]
    text += table(_COLUMNS, map(_cells, rows))
    text += more(len(used), len(rows), "cache")
    return text + ([f"{plural(empty, 'more is', 'more are')} empty."] if empty else [])


def document(found: CacheTable) -> list[Row] | None:
    """Return the caches as a value of the document, None where they are not known."""
    return [row(one.cache) for one in found.rows] if found.known else None


def limit(row: CacheRow) -> str:
    """Return how many entries one cache has, and of how many."""
    cache = row.cache
    entries = plural(cache.size, "entry", "entries")
    if cache.maxsize is None:
        return f"{cache.name} has {entries} and no limit"
    keeps = " and keeps their instances" if row.state == PINNING else ""
    return f"{cache.name} has {entries} of {format_count(cache.maxsize)}{keeps}"


def _cells(row: CacheRow) -> list[str]:
    """Return the cells of one cache."""
    cache = row.cache
    return [
        format_count(cache.size),
        "none" if cache.maxsize is None else format_count(cache.maxsize),
        format_share(row.hit_share),
        f"{cache.module}.{cache.name}" if cache.module else cache.name,
        _NOTES[row.state] + (", keeps instances" if cache.pins else ""),
        UNKNOWN if cache.file is None else f"{cache.file}:{cache.line}",
    ]


def row(cache: Cache) -> Row:
    """Return one cache for the document."""
    return {
        "function": cache.name,
        "module": cache.module or None,
        "file": cache.file,
        "line": cache.line if cache.file is not None else None,
        "maxsize": cache.maxsize,
        "size": cache.size,
        "hits": cache.hits,
        "misses": cache.misses,
        "pins_instances": cache.pins,
    }
