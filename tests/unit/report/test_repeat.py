"""What is said of a function that was called in rounds."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from memprof.analysis.rounds import judge
from memprof.model.allocations import Frame
from memprof.model.objects import Type
from memprof.model.rounds import (
    BLOCKS,
    BYTES,
    ITEMS,
    OBJECTS,
    THREADS,
    Birthplace,
    CacheGain,
    Figure,
    Keeper,
    Repeated,
    RoundSet,
    Traced,
)
from memprof.report import document, repeat
from memprof.report.prose import WIDTH

SESSION = Type("app", "Session")
LINE, LIBRARY = Frame("app.py", 12, "handle"), Frame("/usr/lib/python3.12/copy.py", 1, "copy")
TRACED = Traced(
    50,
    3,
    "tracemalloc, 25 frames",
    (
        Birthplace((LINE,), (50, 50, 50), (4800, 4800, 4800), SESSION),
        Birthplace((LIBRARY, LINE), (50, 50, 50), (4800, 4800, 4800), None),
        Birthplace((LIBRARY,), (50, 50, 50), (4800, 4800, 4800), None),
    ),
    (
        Keeper("app.OPEN", Type("builtins", "list"), 1, 1, 150),
        Keeper("app.OPEN[*]", SESSION, 150, 150),
    ),
)


def seen(
    rates: dict[Figure, float],
    traced: Traced | None = None,
    caches: Sequence[CacheGain] = (),
    name: str = "app:handle",
) -> Repeated:
    """Return four sets in which each call gained so much."""
    sets = tuple(
        RoundSet(calls, {figure: (int(rate * calls),) * 4 for figure, rate in rates.items()})
        for calls in (50, 100, 200, 400)
    )
    return Repeated(name, 3450, sets, tuple(caches), None, traced, 0, cut=False)


LEAK: dict[Figure, float] = {Figure(OBJECTS, SESSION): 1, Figure(BLOCKS): 2}


def test_a_leak() -> None:
    assert repeat.text(judge(seen(LEAK, TRACED))).splitlines() == [
        "LEAK: app:handle keeps +1.00 app.Session, +2.00 blocks per call",
        "  in each of 4 rounds of 400 calls; 3,450 calls in all",
        "  allocated at app.py:12 handle: +2.00 blocks, +192 B per call, app.Session among them",
        "  allocated at /usr/lib/python3.12/copy.py:1 copy: +1.00 blocks, +96 B per call",
        "  kept in app.OPEN, a list: +1.00 items per call",
        "  held by app.OPEN[*]: 150 of 150 new app.Session",
    ]


def test_what_a_library_allocated_for_the_program() -> None:
    traced = Traced(50, 3, "tracemalloc", TRACED.places[1:2], ())
    text = repeat.text(judge(seen(LEAK, traced))).replace("\n    ", " ")
    assert (
        "allocated for app.py:12 handle: +1.00 blocks, +96 B per call; most of it at"
        " /usr/lib/python3.12/copy.py:1 copy\n" in text
    )


def test_a_clean_function() -> None:
    facts = Repeated("app:f", 450, (RoundSet(50, {}),), (), None, None, 400, cut=False)
    assert repeat.text(judge(facts)).splitlines() == [
        "CLEAN: app:f keeps nothing of its calls",
        "  no figure grew in all 4 rounds of 50 calls; 450 calls in all",
        "  the collector found 2.00 objects per call in cycles, and freed them",
    ]


@pytest.mark.parametrize(
    ("rates", "said"),
    [
        ({Figure(BYTES): 100}, "+100 B of native memory"),
        ({Figure(BLOCKS): 1, Figure(BYTES): 99}, "+1.00 blocks"),
        ({Figure(BLOCKS): 1, Figure(BYTES): 2048}, "+1.00 blocks, +2.0 KiB of native memory"),
        ({Figure(ITEMS): 1}, "+1.00 items of containers"),
        ({Figure(ITEMS): 1, Figure(BLOCKS): 1}, "+1.00 blocks"),
        ({Figure(THREADS): 1, **LEAK}, "+1.00 threads, +1.00 app.Session, +2.00 blocks"),
        ({Figure(BLOCKS): 0.04}, "+0.04 blocks"),
        (
            {Figure(OBJECTS, Type("app", f"C{number}")): 1 for number in range(9)},
            ", ".join([f"+1.00 app.C{number}" for number in range(6)] + ["3 types more"]),
        ),
    ],
)
def test_strengths(rates: dict[Figure, float], said: str) -> None:
    assert repeat.strengths(judge(seen(rates)).strengths) == said


def test_a_cache_is_named_with_its_limit() -> None:
    text = repeat.text(judge(seen(LEAK, caches=[CacheGain("app", "price", None, 1600)])))
    assert text.startswith("UNBOUNDED CACHE: ")
    assert (
        "  the lru_cache of app.price, with no limit, gained 1,600 entries in the last set" in text
    )


def test_the_document_is_whole() -> None:
    found: Any = repeat.document(judge(seen(LEAK, TRACED, [CacheGain("app", "f", 9, 1)])))
    assert json.loads(document.written(found)) == found
    assert found["format"] == "memprof-repeat/1"
    assert (found["verdict"], found["leaks"], found["calls"]) == ("LEAK", True, 3450)
    assert found["per_call"][0] == {
        "what": "objects",
        "type": "app.Session",
        "per_call": 1.0,
        "gained": 1600,
        "calls": 1600,
    }
    assert found["sites"][0]["line"] == 12
    assert found["held"][1]["owner"] == "app.OPEN[*]"


def test_names_of_the_program_are_escaped_and_lines_are_short() -> None:
    hostile = Type("app", "\x1b[2J\n" + "x" * 200)
    traced = Traced(
        50,
        3,
        "tracemalloc",
        (Birthplace((Frame("a\n\x1b]0;b.py", 1, "f\u202e"),), (50,) * 3, (50,) * 3, hostile),),
        (Keeper("app.\x07[*]", hostile, 1, 1),),
    )
    rates = {Figure(OBJECTS, hostile): 1.0}
    lines = repeat.lines(judge(seen(rates, traced, [CacheGain("\x1b", "\n", 1, 1)], name="\x1b:f")))
    assert all(len(line) <= WIDTH for line in lines)
    assert not set("\x1b\n\x07\u202e") & set("".join(lines))
