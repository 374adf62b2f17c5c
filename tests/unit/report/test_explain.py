"""One suspect whole, as a page and as a document."""

import json
from dataclasses import replace

from support.suspected import suspect

from memprof.analysis.caches import UNBOUNDED, CacheRow
from memprof.analysis.case import Advice, Saving
from memprof.analysis.explain import (
    COUNTED,
    GONE,
    NOT_LOOKED_FOR,
    NOT_MET,
    UNFINISHED,
    UNSEEN_END,
    Epoch,
    Explanation,
)
from memprof.analysis.held import LET_GO
from memprof.analysis.refcounts import SampleRow
from memprof.analysis.survival import Survival
from memprof.model.allocations import Frame
from memprof.model.caches import Cache
from memprof.model.objects import Type
from memprof.report.explain import document, lines
from memprof.report.prose import WIDTH

S = 1_000_000_000
CONN = Type("app", "Conn")
MINE = Frame("/srv/app/shop.py", 7, "sell")
ROW = suspect(
    "app.POOL[*]",
    "app.Conn",
    stack=(Frame("/usr/lib/python3.12/json/decoder.py", 3, "decode"), MINE),
    caller=MINE,
    cycle="Conn.pool -> Pool.conns -> Conn",
    cache=CacheRow(Cache("app", "load", None, 0, False, None, 9, 1, 3), UNBOUNDED, 0.25),  # noqa: FBT003
    survival=Survival((5.0, 5.0), 1.0),
)
WHOLE = Explanation(
    suspect=ROW,
    of=2,
    times_ns=tuple(at * S for at in range(len(ROW.series))),
    warm_up_ns=0,
    epochs=(Epoch(0, S, 10, 10.0), Epoch(S, 3 * S, 10, 5.0)),
    samples=(SampleRow(CONN, 2, 3, 1, 4, True, 2, 1, (CONN,), MINE),),  # noqa: FBT003
    advice=(Advice("let-go", ("app.POOL",), (), Saving(2048, 1024.0, None)),),
)
BARE = Explanation(suspect(stack=()), 1, (), 0, (), (), ())


def test_all_that_is_known_is_there() -> None:
    text = "\n".join(lines(WHOLE))
    assert text.startswith("Suspect #1 of 2: LEAK, 90.0 % sure, app.Conn.")
    for part in (
        "GROWTH",
        "7.0 s  64.0 KiB  " + "█" * 50,
        "It gained 64.0 KiB in 7.0 s, 2.0 KiB a second.",
        "SURVIVAL",
        "What is old is 100.0 % as alive",
        "  - app.POOL[*]: 640 of 640 objects",
        "  - Cycle: Conn.pool -> Pool.conns -> Conn",
        "  - Cache load: 9 entries, no limit, 25.0 % of the calls answered",
        "->  /srv/app/shop.py:7 sell",
        "1 sampled object of this type: 3 references, of which 2 explained, by app.Conn.",
        "From a running frame or from C code: 1.",
        "  1. app.POOL only takes in.",
        f"Fingerprint: {ROW.fingerprint}",
    ):
        assert part in text, part
    assert all(len(line) <= WIDTH for line in lines(WHOLE))


def test_what_is_not_known_is_left_out() -> None:
    text = "\n".join(lines(BARE))
    for part in ("GROWTH", "SURVIVAL", "ORIGIN", "REFERENCES"):
        assert part not in text
    assert "Not known" in text
    assert "Nothing is sure enough" in text


def test_what_was_let_go_of_by_the_end_is_said() -> None:
    row = suspect("app.POOL[*]")
    ran = "That was while the program ran:"
    midway = replace(row.held, midway=True)
    for held, why, said in (
        (midway, GONE, f"{ran} by its end it had let go of most of it."),
        (midway, UNSEEN_END, f"{ran} it did not end in order, and nobody looked then."),
        (LET_GO, GONE, "Not known: by the end, when memprof looked, the program had let go of it."),
    ):
        told = replace(row, held=held, held_by=held.owner)
        assert said in "\n".join(lines(Explanation(told, 1, (), 0, (), (), (), why)))


def test_why_nobody_is_known_to_hold_it_is_said_as_far_as_it_is_known() -> None:
    for why, said in (
        (COUNTED, "the system counts it, and memprof looks for what holds objects of Python"),
        (UNSEEN_END, "memprof looks when a program ends in order, and did not see this one do so"),
        (NOT_LOOKED_FOR, "what holds it was not looked for"),
        (UNFINISHED, "the search ended before it had met all objects"),
        (NOT_MET, "it was looked for at the end, and no object of Python led to it"),
    ):
        text = " ".join("\n".join(lines(replace(BARE, unknown=why))).split())
        assert f"Not known: {said}." in text


def test_equal_owners_are_one_line() -> None:
    row = suspect("unreachable garbage")
    held = row.held
    twice = type(held)(held.type, (("unreachable garbage", 4), ("unreachable garbage", 3)), 9, 2, 7)
    text = "\n".join(lines(Explanation(suspect(held=twice), 1, (), 0, (), (), ())))
    assert "  - unreachable garbage: 7 of 9 objects" in text
    assert "  - 2 objects held by C code only" in text


def test_the_document() -> None:
    found = json.loads(json.dumps(document(WHOLE)))
    assert found["format"] == "memprof-explain/1"
    assert found["suspect"]["fingerprint"] == ROW.fingerprint
    assert found["series"][1] == {"at_s": 1.0, "value": ROW.series[1]}
    assert found["epochs"][1] == {"since_s": 1.0, "until_s": 3.0, "live_blocks": 10}
    assert found["cache"]["function"] == "load"
    assert [one["kind"] for one in found["advice"]] == ["let-go"]
    assert document(BARE)["series"] == []
