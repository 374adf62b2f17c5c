"""One suspect whole: how it grew, what holds it, where it comes from, what to try."""

from collections import Counter

from memprof.analysis.explain import (
    COUNTED,
    GONE,
    NOT_LOOKED_FOR,
    NOT_MET,
    UNFINISHED,
    UNSEEN_END,
    Explanation,
)
from memprof.analysis.refcounts import SampleRow
from memprof.analysis.suspect import Suspect
from memprof.quantity import format_bytes, format_count, format_share
from memprof.report import advice, caches, suspect
from memprof.report.names import moment, place, type_name
from memprof.report.prose import bullets, heading, paragraph, plural
from memprof.report.sites import Row, seconds
from memprof.report.suspects import evidence, where_found
from memprof.report.table import Column, name, number, path, table

FORMAT = "memprof-explain/1"
_MOST_BARS = 12
_WIDEST_BAR = 50
_EPOCHS = (number("born from"), number("to"), number("still alive"), number("a second"), name(""))
_CHART = (number("at"), number("held"), name(""))
_UNKNOWN = {
    COUNTED: "the system counts it, and memprof looks for what holds objects of Python",
    GONE: "by the end, when memprof looked, the program had let go of it",
    UNSEEN_END: "memprof looks when a program ends in order, and did not see this one do so",
    NOT_LOOKED_FOR: "what holds it was not looked for",
    UNFINISHED: "the search ended before it had met all objects",
    NOT_MET: "it was looked for at the end, and no object of Python led to it",
}
_STACK: tuple[Column, ...] = (name(""), path("frame"))


def lines(found: Explanation) -> list[str]:
    """Return the page of one suspect."""
    row = found.suspect
    text = paragraph(f"Suspect #{row.rank} of {found.of}: {row.verdict}, {_sure(row)}.")
    if row.found_in:
        first = row.found_in[0].key[0]
        text += paragraph(f"Found {where_found(row)}. Shown is that of process {first}.")
    text += paragraph(f"Because {' · '.join(evidence(row))}.")
    text += _growth(found) + _survival(found) + _owner(found) + _origin(row)
    text += _references(found.samples) + _advice(found)
    return [*text, "", *paragraph(f"Fingerprint: {row.fingerprint}")]


def document(found: Explanation) -> Row:
    """Return all of it as one object."""
    row = found.suspect
    points = zip(found.times_ns, row.series, strict=True) if found.times_ns else ()
    return {
        "format": FORMAT,
        "suspect": suspect.document(row),
        "of": found.of,
        "series": [{"at_s": seconds(at_ns), "value": value} for at_ns, value in points],
        "epochs": [
            {
                "since_s": seconds(one.since_ns),
                "until_s": seconds(one.until_ns),
                "live_blocks": one.live_blocks,
            }
            for one in found.epochs
        ],
        "cache": None if row.cache is None else caches.row(row.cache.cache),
        "samples": len(found.samples),
        "advice": [advice.document(one, row) for one in found.advice],
    }


def _sure(row: Suspect) -> str:
    """Return how sure it is, and of what."""
    what = "" if row.type is None else f", {type_name(row.type)}"
    return f"{format_share(row.confidence)} sure{what}"


def _value(row: Suspect, value: float) -> str:
    """Return a *value* of the series of *row*."""
    return format_bytes(value) if row.growth_bytes is not None else format_count(round(value))


def _growth(found: Explanation) -> list[str]:
    """Return the series as bars over time."""
    row, times_ns = found.suspect, found.times_ns
    if len(times_ns) < 2:
        return []
    text = heading("Growth", "How much of it was there, at which moment?")
    shown, last = min(_MOST_BARS, len(times_ns)), len(times_ns) - 1
    picked = [round(step * last / (shown - 1)) for step in range(shown)]
    most = max(row.series) or 1
    text += table(
        _CHART,
        [
            (
                moment(times_ns[at]),
                _value(row, row.series[at]),
                "█" * round(_WIDEST_BAR * max(row.series[at], 0) / most),
            )
            for at in picked
        ],
    )
    gained = _value(row, row.series[-1] - row.series[0])
    span = moment(times_ns[-1] - times_ns[0])
    speed = row.bytes_per_s if row.growth_bytes is not None else row.objects_per_s
    rate = "" if speed is None else f", {_value(row, speed)} a second"
    return text + paragraph(f"It gained {gained} in {span}{rate}.")


def _survival(found: Explanation) -> list[str]:
    """Return how many blocks of each epoch are alive, as bars."""
    if not found.epochs:
        return []
    text = heading(
        "Survival",
        "Of the blocks allocated in each part of the run, how many are alive at the end?",
    )
    most = max(one.per_s for one in found.epochs) or 1.0
    text += table(
        _EPOCHS,
        [
            (
                moment(one.since_ns),
                moment(one.until_ns),
                format_count(one.live_blocks),
                format_count(round(one.per_s)),
                "█" * round(_WIDEST_BAR * one.per_s / most),
            )
            for one in found.epochs
        ],
    )
    lived = found.suspect.survival
    if lived is None:
        return text
    share = format_share(lived.share)
    meaning = "a leak keeps what is old, a cache that is full or a buffer lets go of it"
    return text + paragraph(f"What is old is {share} as alive as what is young: {meaning}.")


def _owner(found: Explanation) -> list[str]:
    """Return what holds the objects, how many, and in which cycles or cache."""
    row = found.suspect
    text = heading("Owner", "What keeps it alive?")
    # Garbage is held by no path, and may stand there twice.
    owners: Counter[str] = Counter()
    for words, held in row.held.owners:
        owners[words] += held
    said = [
        f"{words}: {format_count(held)} of {plural(row.held.total, 'object')}"
        for words, held in owners.items()
    ]
    if row.lost is not None:
        said = ["Nobody: the references are counted, and no pointer to the object is stored."]
    if not said:
        said = [row.held_by or f"Not known: {_UNKNOWN[found.unknown]}."]
    if row.held.midway and row.held.total:
        when = "it did not end in order, and nobody looked then"
        if found.unknown != UNSEEN_END:
            when = "by its end it had let go of most of it"
        said.append(f"That was while the program ran: {when}.")
    if row.held.from_c:
        said.append(f"{plural(row.held.from_c, 'object')} held by C code only")
    if row.cycle is not None:
        said.append(f"Cycle: {row.cycle}")
    if row.cache is not None:
        cache = row.cache.cache
        limit = "no limit" if cache.maxsize is None else f"a limit of {format_count(cache.maxsize)}"
        hits = format_share(row.cache.hit_share)
        entries = plural(cache.size, "entry", "entries")
        said.append(f"Cache {cache.name}: {entries}, {limit}, {hits} of the calls answered")
    return text + bullets(said)


def _origin(row: Suspect) -> list[str]:
    """Return the stack that allocates it, the user's own line marked."""
    if not row.stack:
        return []
    running = row.judged_on == "native bytes"
    question = "Which code runs while it grows?" if running else "Which code allocates it?"
    text = heading("Origin", question)
    nearest = row.caller or row.stack[0]
    cells = [("->" if frame is nearest else "", place(frame)) for frame in row.stack]
    return text + table(_STACK, cells)


def _references(samples: tuple[SampleRow, ...]) -> list[str]:
    """Return how many references to sampled objects are explained."""
    known = [one for one in samples if one.explained is not None]
    if not known:
        return []
    text = heading("References", "Is every reference to it explained?")
    held = sum(one.references_last for one in known)
    explained = sum(one.explained or 0 for one in known)
    kinds = sorted({type_name(kind) for one in known for kind in one.referrer_types})
    by = f", by {', '.join(kinds)}" if kinds else ""
    rest = held - explained
    text += paragraph(
        f"{plural(len(known), 'sampled object')} of this type: {plural(held, 'reference')}, of"
        f" which {format_count(explained)} explained{by}."
    )
    if rest > 0:
        text += paragraph(f"From a running frame or from C code: {format_count(rest)}.")
    return text


def _advice(found: Explanation) -> list[str]:
    """Return what to try, the surest first."""
    text = heading("What to try", "What would stop it, and how much would that have saved?")
    if not found.advice:
        return [*text, *paragraph("Nothing is sure enough: what was measured names no holder.")]
    for count, one in enumerate(found.advice, start=1):
        words = advice.sentence(one, found.suspect)
        text += paragraph(
            f"{count}. {words} {advice.saving(one.saving, found.suspect)}", "  ", "     "
        )
    return text
