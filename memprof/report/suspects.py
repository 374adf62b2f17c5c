"""The answer: the verdict, and a table of suspects with their evidence."""

from memprof.analysis import verdicts
from memprof.analysis.bounded import Bounded
from memprof.analysis.judged import MIN_SNAPSHOTS
from memprof.analysis.suspect import Found, Suspect
from memprof.analysis.suspects import SuspectTable
from memprof.analysis.together import Group, together
from memprof.gate.figures import Gap, doubt
from memprof.model.refcounts import LostReferences
from memprof.quantity import (
    format_bytes,
    format_count,
    format_count_growth,
    format_duration,
    format_growth,
    format_share,
)
from memprof.report import caches
from memprof.report.gaps import because
from memprof.report.names import UNKNOWN, place, type_name
from memprof.report.prose import bullets, heading, more, paragraph, plural
from memprof.report.table import name, number, path, table

_BARS = "▁▂▃▄▅▆▇█"
_BARS_WIDE = 12
_EXPLAINED = 3
_PROCESSES = 8
_FEW_SHARE = 0.1
"""A holder of less of the objects is one of many."""

_MENTIONED, _MENTIONED_WITH = 5, 3
_ADVICE = (
    "let it run longer, take snapshots more often (--interval SECONDS), or mark moments that"
    ' should look alike with memprof.checkpoint("name")'
)
_QUESTION = "What keeps growing once the program is warm, and which line allocates it?"
_COLUMNS = (
    number("#"),
    name("verdict"),
    number("sure"),
    number("growth"),
    number("per second"),
    name("over time"),
    path("allocated at"),
)
_MEANING = {
    verdicts.LEAK: "memory is kept that is never given back",
    verdicts.UNBOUNDED_CACHE: "a cache without a limit grows",
    verdicts.CYCLIC_DEBT: "garbage waits for a collector that does not come",
    verdicts.THREADS: "threads are started and do not end",
    verdicts.DESCRIPTORS: "files or sockets are opened and not closed",
    verdicts.NATIVE_GROWTH: "memory grows that is not Python's own",
}

_LOST = "references are taken that are never given back"


def verdict(found: SuspectTable) -> str:
    """Return the run's verdict as one sentence."""
    word = found.verdict
    if word in _MEANING:
        count, owners = plural(len(found.rows), "suspect"), len(together(found.rows))
        if owners < len(found.rows):
            count += f" of {plural(owners, 'owner')}"
        keys = {one.key for row in found.rows for one in row.found_in}
        where = f" in {plural(len(keys), 'process', 'processes')}" if keys else ""
        meaning = _LOST if all(row.lost for row in found.rows) else _MEANING[word]
        return f"Verdict: {word}, {meaning}; {count}{where}."
    whose = "" if found.process is None else f" in process {found.process}"
    if word == verdicts.INCONCLUSIVE:
        return f"Verdict: INCONCLUSIVE{whose}, {_unsure(found)}."
    seen = found.seen
    span = format_duration(seen.span_ns)
    over = f"over {span} ({plural(seen.available, 'snapshot')} after warm-up{whose})"
    if word == verdicts.FRAGMENTATION:
        idle = format_bytes(found.fragmented_bytes or 0)
        return f"Verdict: FRAGMENTATION, {idle} is held free by the allocators {over}."
    if word == verdicts.SATURATING:
        return f"Verdict: SATURATING, what grew is levelling off {over}; a longer run would tell."
    watched = "allocation site or type" if found.traced else "type"
    return f"Verdict: CLEAN, no {watched} grew steadily {over}."


def lines(found: SuspectTable, top: int) -> list[str]:
    """Return the section: at most *top* suspects, what goes with them, and why the first are."""
    groups = together(found.rows)
    text = heading("Leak suspects", _QUESTION)
    if not groups:
        text.append("Unknown." if found.verdict == verdicts.INCONCLUSIVE else "None.")
    text += table(_COLUMNS, [_cells(group.first) for group in groups[:top]])
    text += more(len(groups), len(groups[:top]), "suspect")
    for at, group in enumerate(groups[:top]):
        row, explained = group.first, at < _EXPLAINED
        if explained or row.held_by is not None:
            text += paragraph(f"#{row.rank} {_what(row)}", "  ", "     ")
            text += paragraph(where_found(row), "     ", "     ")
        if explained:
            text += paragraph(f"because {' · '.join(evidence(row))}", "     ", "     ")
        text += paragraph(_with(group), "     ", "     ")
    return text + bullets(_notes(found))


def _with(group: Group) -> str:
    """Return what else hangs on the container of a suspect: `with it #2 str +9.2 MiB at …`."""
    told = [
        f"#{row.rank} {_kind(row)} {_grown(row)} at {_where(row)}"
        for row in group.others[:_MENTIONED_WITH]
    ]
    left = len(group.others) - len(told)
    rest = f", and {plural(left, 'more suspect')}" if left else ""
    return f"with it {', '.join(told)}{rest}" if told else ""


def _kind(row: Suspect) -> str:
    """Return what grows, in a word."""
    return "memory" if row.type is None else type_name(row.type)


def _grown(row: Suspect) -> str:
    """Return by how much it grew."""
    if row.growth_bytes is None:
        return format_count_growth(row.growth_objects)
    return format_growth(row.growth_bytes)


def where_found(row: Suspect) -> str:
    """Return which processes of a tree it was found in: `in 4 of 4 fork processes: …`."""
    if not row.found_in:
        return ""
    if len(row.found_in) == 1:
        (one,) = row.found_in
        return f"in process {one.key[0]} ({one.role or 'unknown'})"
    roles = {one.role for one in row.found_in}
    kind = f" {role}" if len(roles) == 1 and (role := next(iter(roles))) else ""
    most = sorted(row.found_in, key=_growth, reverse=True)[:_PROCESSES]
    told = [f"{one.key[0]} {_gained(one)}" for one in most]
    left = len(row.found_in) - len(told)
    rest = f" and {left:,} more" if left else ""
    return f"in {len(row.found_in):,} of {row.among:,}{kind} processes: {', '.join(told)}{rest}"


def _growth(one: Found) -> int:
    """Return what processes of one suspect are sorted by."""
    return one.growth_bytes if one.growth_bytes is not None else one.growth_objects or 0


def _gained(one: Found) -> str:
    """Return what grew in one process."""
    if one.growth_bytes is not None:
        return format_growth(one.growth_bytes)
    return format_count_growth(one.growth_objects)


def evidence(row: Suspect) -> list[str]:
    """Return why *row* is a suspect, as short sentences without a full stop."""
    trend, found = row.trend, []
    if row.lost is not None:
        return [_lost(row.lost)]
    if row.judged_on == "garbage":
        found.append(f"{format_share(row.share)} of the garbage there is")
    else:
        found.append(f"grew in {trend.rises:,} of {trend.intervals:,} intervals")
    if row.growth_bytes is not None and row.stack and row.judged_on in {"bytes", "blocks"}:
        found.append(f"{format_share(row.share)} of all growth")
    if row.survival is not None:
        found.append(f"{format_share(row.survival.share)} as alive when old as when young")
    if row.judged_on != "garbage":
        found.append(f"deepest fall {format_share(trend.drawdown / max(trend.growth, 1))} of it")
    if trend.first_half > 0 and row.judged_on != "garbage":
        ratio = trend.second_half / trend.first_half
        found.append(f"second half {ratio:.2f} times the first")
    if row.held.from_c:
        found.append(f"{format_count(row.held.from_c)} held from C")
    if row.cache is not None:
        found.append(caches.limit(row.cache))
    if row.kept_share < 1:
        found.append(f"{format_share(row.kept_share)} was still there at the end")
    return found


def _lost(found: LostReferences) -> str:
    """Return how many references to one object there are, and how many are to be found."""
    return (
        f"{format_count(found.references)} references to it were counted, and"
        f" {plural(found.pointers, 'pointer')} to it in all of the process's memory"
    )


def sparkline(series: tuple[int, ...], wide: int = _BARS_WIDE) -> str:
    """Return *series* as at most *wide* bars, lowest to highest."""
    last, shown = len(series) - 1, min(wide, len(series))
    if shown < 2:
        return ""
    picked = [series[round(step * last / (shown - 1))] for step in range(shown)]
    low, span = min(picked), max(max(picked) - min(picked), 1)
    return "".join(_BARS[(value - low) * (len(_BARS) - 1) // span] for value in picked)


def _cells(row: Suspect) -> list[str]:
    """Return the cells of one suspect."""
    if row.growth_bytes is None:
        speed = UNKNOWN if row.objects_per_s is None else f"{row.objects_per_s:+,.1f}"
    else:
        speed = format_growth(row.bytes_per_s)
    return [
        str(row.rank),
        row.verdict,
        format_share(row.confidence),
        _grown(row),
        speed,
        sparkline(row.series),
        _where(row),
    ]


def _where(row: Suspect) -> str:
    """Return the line of one suspect, or what it is instead."""
    if row.stack:
        return place(row.caller or row.stack[0])
    if row.lost is not None and row.lost.name:
        return f"references to {row.lost.name}"
    return row.judged_on if row.type is None else f"type {type_name(row.type)}"


def _what(row: Suspect) -> str:
    """Return what grows where, and what holds it, in full: the table may have cut it."""
    text = _where(row)
    if row.caller is not None:
        text += f", by {place(row.stack[0])}"
    if row.growth_blocks is not None:
        text += f": {format_count_growth(row.growth_blocks)} blocks"
    if row.type is not None and row.growth_objects is not None and row.stack:
        text += f", {format_count_growth(row.growth_objects)} {type_name(row.type)}"
    if row.lost is not None:
        text += ", one object" if not row.lost.name else ""
        text += f": {format_count(row.growth_objects)} that nobody holds"
    if row.held_by is not None:
        few = row.held.owners and row.held.owners[0][1] < _FEW_SHARE * row.held.total
        text += f", held {'by many, most by' if few else 'by'} {row.held_by}"
    if row.held.owners:
        held = row.held.owners[0][1]
        total = format_count(row.held.total)
        whose = f" in {row.found_in[0].key[0]}" if len(row.found_in) > 1 else ""
        when = " while it ran" if row.held.midway else ""
        text += f" ({format_count(held)} of {total}{whose}{when})"
    return text if row.cycle is None else f"{text}, in cycles {row.cycle}"


def _unsure(found: SuspectTable) -> str:
    """Return why there is no verdict, and what would give one."""
    seen = found.looks
    gap = doubt(found) if seen.enough else None
    if gap is not None:
        return because(gap)
    if seen.partial and seen.available >= MIN_SNAPSHOTS:
        return because(Gap("part-seen", counts=(seen.span_ns,)))
    # Of moments between two looks blocks alone are known.
    what = "whole snapshot" if found.sites.available > seen.available else "snapshot"
    there = plural(seen.available, what)
    return f"only {there} after warm-up and {MIN_SNAPSHOTS} are needed. To know more, {_ADVICE}"


def _not_suspect(found: Bounded) -> str:
    """Return what to say of something with a limit that grew."""
    limit = format_count(found.limit)
    if found.entries is None:
        return f"Not suspect: {found.name}, {found.what} with a limit of {limit}."
    entries = format_count(found.entries)
    return f"Not suspect: {found.name}, {found.what} with a limit ({entries} of {limit})."


def _notes(found: SuspectTable) -> list[str]:
    """Return what else to know of how the suspects were found."""
    notes, seen = [], found.seen
    if seen.enough:
        span = format_duration(seen.span_ns)
        warm = format_duration(found.warm_up.ends_ns)
        whose = "" if found.process is None else f" of process {found.process}"
        notes.append(
            f"{plural(len(seen.indices), 'snapshot')}{whose} over {span} were judged; the first"
            f" {warm} were left out as warm-up."
        )
    if not found.traced:
        notes.append("The engine was off: types were judged, allocation sites were not.")
    notes += map(_not_suspect, found.bounded[:_MENTIONED])
    if found.levelling:
        notes.append(f"{plural(found.levelling, 'site')} grew and levelled off.")
    if found.also_growing:
        shown = found.also_growing[:_MENTIONED]
        names = [f"{type_name(o.type)} {format_count_growth(o.growth_objects)}" for o in shown]
        rest = len(found.also_growing) - len(shown)
        tail = f" and {plural(rest, 'other type')}" if rest else ""
        notes.append(
            f"Growing as steadily, most likely inside the suspects: {', '.join(names)}{tail}."
        )
    if found.suppressed:
        left = plural(found.suppressed, "growing site or type", "growing sites or types")
        notes.append(f"{left} left out: the import system and caches of the standard library.")
    return notes
