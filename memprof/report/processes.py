"""The processes of a run: which is which, what each weighs, which leaks, how each ended."""

from collections import Counter

from memprof.analysis.member import Member
from memprof.analysis.processes import ProcessRow, ProcessTable, Together
from memprof.model.tree import FORK, Counted
from memprof.quantity import format_bytes, format_count, format_duration, format_growth
from memprof.report.names import UNKNOWN, moment, signal_name
from memprof.report.prose import ELLIPSIS, bullets, heading, paragraph, plural
from memprof.report.sites import Row, seconds
from memprof.report.table import name, number, table

_QUESTION = "Which processes were there, what does each weigh, which leaks, and how did it end?"
_COLUMNS = (
    number("pid"),
    number("parent"),
    name("process"),
    number("lived"),
    name("ended"),
    number("RSS peak"),
    number("USS"),
    number("PSS"),
    number("growth"),
    number("suspects"),
)
_GENERATION = "· "
_DEEPEST = 5
_ENDINGS = 4
RUNNING, SILENT, EMPTY, REFUSED = "running", "unknown", "unseen", "unfollowed"


def head(found: ProcessTable) -> list[str]:
    """Return how many processes there were, and what they weighed together."""
    roles = Counter(row.member.who.role or "unknown" for row in found.rows[1:])
    if found.more is not None:
        roles["brief"] += found.more.count
    told = ", ".join(f"{count:,} {role}" for role, count in _most(roles))
    text = f"{plural(found.number, 'process', 'processes')}: the root, {told}"
    if found.together is not None and found.together.processes > 1:
        text += f"; {_together(found.together)}"
    return paragraph(f"{text}.")


def lines(found: ProcessTable | None, top: int) -> list[str]:
    """Return the section: at most *top* processes, and what is to be said of the others."""
    text = heading("Processes", _QUESTION)
    if found is None:
        return [*text, "One: it started no other that memprof saw."]
    shown = chosen(found, top)
    text += table(_COLUMNS, [_cells(row) for row in shown])
    keys = {row.member.key for row in shown}
    left = [row for row in found.rows if row.member.key not in keys]
    return text + _rest(left, found.more) + bullets(_notes(found))


def chosen(found: ProcessTable, top: int) -> list[ProcessRow]:
    """
    Return the *top* rows to show, in the order of the tree.

    The root is always one; then come those with suspects, then the largest.  Brief
    ones, and those that were not followed, are shown where there is room for all.
    """
    if len(found.rows) <= top:
        return list(found.rows)
    # Of many that came and went, what is said of all of them says more than some rows.
    lasting = [row for row in found.rows[1:] if row.member.run and not row.member.who.brief]
    lasting.sort(
        key=lambda row: (-(row.suspects or 0), -(_peak(row.member) or 0), *row.member.key[::-1])
    )
    wanted = {row.member.key for row in [found.rows[0], *lasting[: max(top - 1, 0)]]}
    return [row for row in found.rows if row.member.key in wanted]


def who(member: Member) -> str:
    """Return what a process is: `worker.py (spawn)`; a fork is what its parent is."""
    role, command = member.who.role or "unknown", member.who.command
    return role if role == FORK or not command else f"{command} ({role})"


def ending(member: Member) -> str:
    """Return how a process ended, in as few words as there are."""
    if member.who.why:
        return REFUSED
    if member.who.running:
        return RUNNING
    if member.run is None:
        return EMPTY
    end = member.run.ending
    if end.signal is not None:
        return signal_name(end.signal).partition(" ")[0]
    word = end.reason or "exit"
    if end.code is not None:
        return f"{word} {end.code}"
    return SILENT if end.reason is None else word


def document(found: ProcessTable) -> list[Row]:
    """Return every process."""
    return [_row(row, found) for row in found.rows]


def totals(found: ProcessTable) -> Row:
    """Return what is said of all processes."""
    most, more = found.together, found.more
    return {
        "processes": found.number,
        "counted_only": None
        if more is None
        else {
            "processes": more.count,
            "ended_0": more.ended_0,
            "unfollowed": more.unfollowed,
            "live_bytes": more.live_bytes,
            "rss_peak_bytes": more.rss_peak_bytes,
        },
        "together": None
        if most is None
        else {
            "at_s": seconds(most.at_ns),
            "bytes": most.size_bytes,
            "processes": most.processes,
            "exact": most.exact,
        },
    }


def _row(row: ProcessRow, found: ProcessTable) -> Row:
    """Return one process of the document."""
    one, memory = row.member, row.member.process
    end = None if one.run is None else one.run.ending
    began_ns = one.who.clock_ns - found.rows[0].member.who.clock_ns
    return {
        "pid": one.who.pid,
        "ppid": one.who.ppid,
        "role": one.who.role or None,
        "command": one.who.command or None,
        "python": one.who.python or None,
        "depth": row.depth,
        "began_s": seconds(began_ns),
        "duration_s": seconds(one.run.duration_ns) if one.run else None,
        "brief": one.who.brief,
        "running": one.who.running,
        "not_followed": one.who.why or None,
        "exit": end and {"code": end.code, "signal": end.signal, "reason": end.reason},
        "complete": one.run.complete if one.run else None,
        "snapshots": one.run.snapshots if one.run else None,
        "rss_peak_bytes": memory and memory.rss_peak_bytes,
        "rss_last_bytes": memory and memory.rss_last_bytes,
        "rss_growth_bytes": memory and memory.rss_growth_bytes,
        "uss_bytes": memory and memory.uss_bytes,
        "pss_bytes": memory and memory.pss_bytes,
        "python_live_bytes": memory and memory.python_live_bytes,
        "verdict": one.suspects.verdict if one.suspects else None,
        "suspects": row.suspects,
    }


def _cells(row: ProcessRow) -> list[str]:
    """Return the cells of one process."""
    one, memory = row.member, row.member.process
    return [
        str(one.who.pid),
        UNKNOWN if one.who.ppid is None else str(one.who.ppid),
        _GENERATION * min(row.depth, _DEEPEST) + who(one),
        UNKNOWN if one.run is None else format_duration(one.run.duration_ns),
        ending(one),
        format_bytes(memory.rss_peak_bytes if memory else None),
        format_bytes(memory.uss_bytes if memory else None),
        format_bytes(memory.pss_bytes if memory else None),
        format_growth(memory.rss_growth_bytes if memory else None),
        format_count(row.suspects),
    ]


def _rest(left: list[ProcessRow], more: Counted | None) -> list[str]:
    """Return what is to be said of those that are not shown, nothing where all are."""
    total = len(left) + (0 if more is None else more.count)
    if not total:
        return []
    endings = Counter(ending(row.member) for row in left)
    if more is not None and more.count:
        endings["exit 0"] += more.ended_0
        endings[REFUSED] += more.unfollowed
        endings["ended otherwise"] += max(more.count - more.ended_0 - more.unfollowed, 0)
    told = _most(+endings)
    parts = [f"{word}: {count:,}" for word, count in told[:_ENDINGS]]
    if len(told) > _ENDINGS:
        parts.append(f"other: {sum(count for _, count in told[_ENDINGS:]):,}")
    if len(told) == 1:
        parts = [f"all of them {told[0][0]}"]
    peaks = [peak for row in left if (peak := _peak(row.member)) is not None]
    peaks += [more.rss_peak_bytes] if more is not None and more.rss_peak_bytes is not None else []
    if peaks:
        parts.append(f"none over {format_bytes(max(peaks))}")
    found = sum(bool(row.suspects) for row in left)
    if found:
        parts.append(f"suspects in {found:,} of them")
    return paragraph(f"{ELLIPSIS} and {total:,} more; {'; '.join(parts)}.")


def _notes(found: ProcessTable) -> list[str]:
    """Return what else to know of the processes."""
    members = [row.member for row in found.rows]
    notes = []
    short = sum(not one.judged and one.run is not None for one in members)
    short += 0 if found.more is None else max(found.more.count - found.more.unfollowed, 0)
    if short:
        lived = plural(short, "process", "processes")
        notes.append(f"{lived} lived too short, or were seen too little, to be judged for leaks.")
    running = sum(one.who.running for one in members)
    if running:
        still = plural(running, "process is", "processes are")
        notes.append(f"{still} still running: read again later to see more.")
    cut = sum(ending(one) == SILENT for one in members)
    if cut:
        notes.append(
            f"How {plural(cut, 'process', 'processes')} ended is unknown, most likely by a signal:"
            " of what came after the last snapshot nobody knows."
        )
    reasons = Counter(one.who.why for one in members if one.who.why)
    for why, count in _most(reasons)[:_ENDINGS]:
        notes.append(f"{plural(count, 'process', 'processes')} not followed: {why}.")
    notes.append(
        "Suspects and allocation sites are of all processes, all else is of the root; --process"
        " PID shows one alone. Growth is of RSS, which counts shared memory in each process and"
        " is not summed."
    )
    return notes


def _together(most: Together) -> str:
    """Return what the processes weighed together."""
    least = "" if most.exact else "at least "
    what = "PSS, shared memory counted once" if most.exact else "what they share left out of some"
    weight = format_bytes(most.size_bytes)
    alive = plural(most.processes, "process", "processes")
    return f"they weighed most at {moment(most.at_ns)}, {alive} {least}{weight} together ({what})"


def _peak(member: Member) -> int | None:
    """Return the most that a process had resident."""
    return None if member.process is None else member.process.rss_peak_bytes


def _most(counts: Counter[str]) -> list[tuple[str, int]]:
    """Return *counts* with the highest first."""
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
