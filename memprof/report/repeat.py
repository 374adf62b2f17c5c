"""What is said of something that was called in rounds: in a sentence, and why."""

from memprof.analysis import verdicts
from memprof.analysis.origins import is_library, stack_key
from memprof.analysis.rounds import Growth, Strength
from memprof.model.allocations import Frame
from memprof.model.rounds import (
    BLOCKS,
    BYTES,
    DESCRIPTORS,
    ITEMS,
    OBJECTS,
    ROUNDS,
    THREADS,
    Birthplace,
    CacheGain,
    Figure,
    Keeper,
    Traced,
)
from memprof.quantity import format_growth
from memprof.report.names import place, type_name
from memprof.report.prose import more, paragraph, plural
from memprof.report.sites import Row
from memprof.report.sites import place as place_row

FORMAT = "memprof-repeat/1"

_TOLD_BYTES = 100
_MOST_WORDS, _MOST_PLACES, _MOST_KEEPERS, _MOST_KINDS = 6, 3, 4, 2
_SAYS = {
    verdicts.CLEAN: "keeps nothing of its calls",
    verdicts.SATURATING: "grew at first and then kept less and less, or nothing",
    verdicts.CACHE: "fills a cache that has a limit, and keeps nothing else",
    verdicts.INCONCLUSIVE: "still grows, but not at the pace of a leak, or too little was seen",
}


def text(found: Growth) -> str:
    """Return all that is said of *found*, as lines; the first is the answer."""
    return "".join(f"{line}\n" for line in lines(found))


def lines(found: Growth) -> list[str]:
    """Return the answer, then what it rests on."""
    facts = found.facts
    said = _SAYS.get(found.verdict) or f"keeps {strengths(found.strengths)} per call"
    if facts.few and not found.accuses:
        said = "is too slow to be called often enough to tell"
    head = paragraph(f"{found.verdict}: {facts.name} {said}", hanging="  ")
    return [*head, *_indented(_evidence(found)), *_traced(facts.traced), *_indented(_advice(found))]


def strengths(found: tuple[Strength, ...], most: int = _MOST_WORDS) -> str:
    """Return what stays of each call: `+1.00 app.Session, +2.00 blocks`."""
    # Beside classes of the program the builtins only say what these are made of.
    objects = [one for one in found if one.figure.what == OBJECTS]
    others = [one for one in found if one.figure.what != OBJECTS]
    first = [one for one in others if one.figure.what in {THREADS, DESCRIPTORS}]
    last = [one for one in others if one not in first and _is_told(one, found)]
    shown = objects[: max(most - len(first) - len(last), 1)]
    words = [_strength(one) for one in (*first, *shown)]
    if len(shown) < len(objects):
        words.append(plural(len(objects) - len(shown), "type more", "types more"))
    return ", ".join([*words, *map(_strength, last)])


def _is_told(one: Strength, found: tuple[Strength, ...]) -> bool:
    """Say whether a figure is news beside the others that were *found*."""
    if one.figure.what == BYTES:
        # The tables of what holds the rest take a few.
        return len(found) == 1 or one.per_call >= _TOLD_BYTES
    if one.figure.what == ITEMS:
        # What is new is held by something; what is not shows by its holder only.
        new = [other for other in found if other.figure.what in {OBJECTS, BLOCKS}]
        return all(other.per_call < one.per_call / 2 for other in new)
    return True


def document(found: Growth) -> Row:
    """Return *found* as the object that `memprof repeat --json` prints."""
    facts = found.facts
    return {
        "format": FORMAT,
        "function": facts.name,
        "verdict": found.verdict,
        "leaks": found.accuses,
        "per_call": [_strength_row(one) for one in found.strengths],
        "faded": [_strength_row(one) for one in found.faded],
        "calls": facts.made,
        "sets": [
            {
                "calls": one.calls,
                "gains": [
                    {**_figure(figure), "rounds": list(gains)}
                    for figure, gains in one.gains.items()
                ],
            }
            for one in facts.sets
        ],
        "caches": [_cache(one) for one in facts.caches],
        "collected_in_cycles": facts.collected,
        "traced_by": facts.traced.by if facts.traced else None,
        "sites": [_site(one, facts.traced) for one in facts.traced.places] if facts.traced else [],
        "held": [_keeper(one) for one in facts.traced.keepers] if facts.traced else [],
    }


def _indented(sentences: list[str]) -> list[str]:
    """Return *sentences* below the answer."""
    return [line for one in sentences for line in paragraph(one, "  ", "    ")]


def _evidence(found: Growth) -> list[str]:
    """Return how it was found out."""
    facts, last = found.facts, found.facts.sets[-1]
    rounds = f"{ROUNDS} rounds of {plural(last.calls, 'call')}"
    calls = f"{plural(facts.made, 'call')} in all"
    if found.verdict == verdicts.CLEAN or not (found.strengths or found.faded):
        told = [f"no figure grew in all {rounds}; {calls}"]
    elif found.accuses:
        told = [f"in each of {rounds}; {calls}"]
    elif found.strengths:
        told = [f"{strengths(found.strengths)} per call in each of the last {rounds}; {calls}"]
    else:
        told = [f"at first {strengths(found.faded)} per call, then nothing; {calls}"]
    if facts.collected >= facts.sets[0].calls:
        rate = facts.collected / (facts.sets[0].calls * ROUNDS)
        told.append(f"the collector found {rate:.2f} objects per call in cycles, and freed them")
    for cache in facts.caches:
        told.append(_cache_words(cache))
    if facts.inside_run:
        told.append(
            "'memprof run' measured the same process, and its own work is among the blocks: fewer"
            f" than {facts.sets[-1].noise} in a round are not told from it"
        )
    if facts.few and not found.accuses:
        told.append(
            f"what stays of one call in {facts.sets[0].calls + 1} or fewer would not have been seen"
        )
    if facts.cut:
        told.append("the time was over before it was called as often as it should have been")
    return told


def _advice(found: Growth) -> list[str]:
    """Return what to do where that is not in the figures."""
    if found.verdict == verdicts.INCONCLUSIVE:
        return ["more calls would tell: ask for them with calls=N, or --calls N"]
    return []


def _traced(traced: Traced | None) -> list[str]:
    """Return where what stays comes from, and what holds it."""
    if traced is None:
        return []
    calls = traced.calls * traced.rounds
    groups: dict[Frame | None, list[Birthplace]] = {}
    for one in traced.places:
        groups.setdefault(_own_line(one), []).append(one)
    ordered = sorted(groups.values(), key=_weight)
    told = [_place_words(group, calls) for group in ordered[:_MOST_PLACES]]
    told += more(len(ordered), _MOST_PLACES, "line")
    told += [_keeper_words(keeper, calls) for keeper in traced.keepers[:_MOST_KEEPERS]]
    if not traced.places and not traced.keepers:
        told = ["where it was allocated is not known: tracemalloc saw no site grow each round"]
    return _indented(told)


def _own_line(one: Birthplace) -> Frame | None:
    """Return the program's own line that is nearest to what was allocated."""
    return next((frame for frame in one.stack if not is_library(frame)), None)


def _weight(group: list[Birthplace]) -> tuple[object, ...]:
    """Return what a group of sites sorts by: blocks, bytes, place."""
    blocks = sum(sum(one.blocks) for one in group)
    size = sum(sum(one.size_bytes) for one in group)
    return -blocks, -size, stack_key(group[0].stack)


def _place_words(group: list[Birthplace], calls: int) -> str:
    """Return what the sites of *group*, which have one own line, allocated."""
    blocks = sum(sum(one.blocks) for one in group) / calls
    size = sum(sum(one.size_bytes) for one in group) / calls
    figures = f"+{_rate(blocks)} blocks, {format_growth(size)} per call"
    kinds = dict.fromkeys(type_name(one.type) for one in group if one.type is not None)
    made = f", {' and '.join(list(kinds)[:_MOST_KINDS])} among them" if kinds else ""
    own, first = _own_line(group[0]), group[0].stack[0]
    if own is None or own == first:
        return f"allocated at {place(first)}: {figures}{made}"
    return f"allocated for {place(own)}: {figures}{made}; most of it at {place(first)}"


def _keeper_words(one: Keeper, calls: int) -> str:
    """Return what holds it, in words."""
    if one.items is not None:
        rate = _rate(one.items / calls)
        return f"kept in {one.owner}, a {type_name(one.type)}: +{rate} items per call"
    return f"held by {one.owner}: {one.held:,} of {one.total:,} new {type_name(one.type)}"


def _strength(one: Strength) -> str:
    """Return one figure: `+1.00 app.Session`."""
    if one.figure.what == BYTES:
        return f"{format_growth(one.per_call)} of native memory"
    name = type_name(one.figure.type) if one.figure.type else one.figure.what
    return f"+{_rate(one.per_call)} {name}"


def _rate(per_call: float) -> str:
    """Return so many a call: two figures at least."""
    return f"{per_call:.2f}" if per_call >= 0.1 else f"{per_call:.2g}"


def _cache_words(cache: CacheGain) -> str:
    """Return how full a cache is."""
    limit = "no limit" if cache.maxsize is None else f"a limit of {cache.maxsize:,}"
    name = f"{cache.module}.{cache.name}" if cache.module else cache.name
    entries = plural(cache.entries, "entry", "entries")
    return f"the lru_cache of {name}, with {limit}, gained {entries} in the last set"


def _figure(figure: Figure) -> Row:
    """Return what is counted."""
    return {"what": figure.what, "type": type_name(figure.type) if figure.type else None}


def _strength_row(one: Strength) -> Row:
    """Return one figure of the answer."""
    row = _figure(one.figure)
    return {**row, "per_call": one.per_call, "gained": one.gained, "calls": one.calls}


def _cache(one: CacheGain) -> Row:
    """Return one cache."""
    return {
        "module": one.module,
        "name": one.name,
        "maxsize": one.maxsize,
        "gained_entries": one.entries,
    }


def _site(one: Birthplace, traced: Traced) -> Row:
    """Return one site."""
    calls = traced.calls * traced.rounds
    return {
        **place_row(one.stack[0]),
        "type": None if one.type is None else type_name(one.type),
        "blocks_per_call": sum(one.blocks) / calls,
        "bytes_per_call": sum(one.size_bytes) / calls,
        "stack": [place_row(frame) for frame in one.stack],
    }


def _keeper(one: Keeper) -> Row:
    """Return one holder."""
    return {
        "owner": one.owner,
        "type": type_name(one.type),
        "objects": one.held,
        "of": one.total,
        "gained_items": one.items,
    }
