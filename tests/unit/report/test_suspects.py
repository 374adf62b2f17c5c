"""The answer: a verdict, the suspects, and why."""

from dataclasses import replace
from typing import Any

import pytest
from support.facts import KIB, MIB, facts, history, snapshots
from support.suspected import suspect
from support.suspected import table as suspected

from memprof.analysis import verdicts
from memprof.analysis.caches import PINNING, CacheRow
from memprof.analysis.held import Held
from memprof.analysis.suspects import SuspectTable, analyse
from memprof.model.caches import Cache
from memprof.model.debt import Debt, DebtType
from memprof.model.objects import Type
from memprof.model.owners import Owned, OwnedSite, Owners
from memprof.model.run import Event
from memprof.report import document
from memprof.report.suspects import evidence, lines, sparkline, verdict

RUN = range(41)
LEAK = [KIB * 10 * n for n in RUN]
FLAT = [KIB * 500 for _ in RUN]
MANY = [100 * n for n in RUN]


def _page(found: SuspectTable, top: int = 10) -> str:
    return "\n".join(lines(found, top))


def test_verdicts() -> None:
    assert verdict(analyse(facts([LEAK]))) == (
        "Verdict: LEAK, memory is kept that is never given back; 1 suspect."
    )
    assert verdict(analyse(facts([FLAT]))) == (
        "Verdict: CLEAN, no allocation site or type grew steadily over 31.0 s"
        " (32 snapshots after warm-up)."
    )
    filling = [KIB * 10 * min(n, 20 + n // 20) for n in RUN]
    assert verdict(analyse(facts([filling]))) == (
        "Verdict: SATURATING, what grew is levelling off over 31.0 s (32 snapshots after"
        " warm-up); a longer run would tell."
    )
    short = analyse(facts([LEAK[:4]]))
    few = verdict(short)
    assert few.startswith("Verdict: INCONCLUSIVE, only 3 snapshots after warm-up and 6 are needed.")
    dense = verdict(replace(short, sites=replace(short.sites, available=50)))
    assert dense.startswith("Verdict: INCONCLUSIVE, only 3 whole snapshots after warm-up and 6")
    assert "--interval SECONDS" in few
    assert "memprof.checkpoint" in few


@pytest.mark.parametrize("word", verdicts.ACCUSING)
def test_every_word_that_accuses_is_explained(word: str) -> None:
    found = replace(analyse(facts([LEAK])), verdict=word)
    assert verdict(found).startswith(f"Verdict: {word}, ")
    assert verdict(found).endswith("; 1 suspect.")


def test_memory_that_lies_idle_is_said_in_bytes() -> None:
    found = replace(analyse(facts([FLAT])), verdict="FRAGMENTATION", fragmented_bytes=32 * MIB)
    assert verdict(found).startswith("Verdict: FRAGMENTATION, 32.0 MiB is held free by the alloc")


def test_suspects_with_evidence() -> None:
    text = _page(analyse(facts([LEAK, FLAT])))
    assert "+310 KiB" in text
    assert "+10.0 KiB" in text
    assert "/srv/app.py:1 handle" in text
    assert "#1 /srv/app.py:1 handle: +3,174 blocks" in text
    (row,) = analyse(facts([LEAK, FLAT])).rows
    assert evidence(row) == [
        "grew in 31 of 31 intervals",
        "100.0 % of all growth",
        "deepest fall 0.0 % of it",
        "second half 1.00 times the first",
    ]


def _owned(owned: Owned, **given: object) -> SuspectTable:
    """Return what is said of a leak whose objects are *owned* so."""
    owners = Owners(complete=True, types={}, sites={0: OwnedSite(owned, ((0, owned.total),))})
    made = facts([LEAK], counts=[MANY], owners=owners)
    return analyse(replace(made, **given))  # type: ignore[arg-type]


def test_a_suspect_says_what_holds_how_much_of_it() -> None:
    found = _owned(Owned(1000, 40, 0, (("app.POOL[*]", 900),)))
    text = " ".join(_page(found).split())
    assert "+1,000 app.Type0, held by app.POOL[*] (900 of 1,000)" in text
    assert "40 held from C" in evidence(found.rows[0])


def test_what_hangs_on_one_container_is_one_row() -> None:
    rows = [
        suspect(f"app.KEPT[*]{rest}", rank=rank, growth_bytes=MIB // rank)
        for rank, rest in enumerate(("", ".name", ".data", ".more", ".most"), start=1)
    ]
    found = suspected(*rows, suspect("app.OTHER[*]", rank=6))
    assert "; 6 suspects of 2 owners." in verdict(found)
    rows_of: Any = document.suspects(found)["suspects"]
    assert [row["group"] for row in rows_of] == [1, 1, 1, 1, 1, 6]
    text = " ".join(_page(found).split())
    assert "#1" in text
    assert "with it #2 " in text
    assert ", #3 " in text
    assert ", and 1 more suspect" in text
    assert text.count("because ") == 2


def test_a_suspect_says_which_cycle_keeps_it() -> None:
    debt = Debt(1, {0: 900}, (DebtType(0, 900, "Type0.next -> Type0", ()),))
    run = replace(facts([LEAK]).run, events=(Event(1, "gc-disabled", ""),))
    found = _owned(Owned(1000, 0, 900, ()), debt=debt, run=run)
    assert "in cycles Type0.next -> Type0" in " ".join(_page(found).split())


def test_a_suspect_says_which_cache_has_no_limit() -> None:
    cache = Cache("app", "load", "/srv/app.py", 1, False, None, 1000, 0, 0)  # noqa: FBT003
    owned = Owned(1000, 0, 0, (("app.load.<lru_cache>", 1000),))
    assert "load has 1,000 entries and no limit" in evidence(_owned(owned, caches=(cache,)).rows[0])
    pinning = CacheRow(replace(cache, name="A.load", pins=True, maxsize=8192), PINNING, None)
    (said,) = [one for one in evidence(suspect(cache=pinning)) if "A.load" in one]
    assert said == "A.load has 1,000 entries of 8,192 and keeps their instances"
    limited = _owned(owned, caches=(replace(cache, maxsize=4000),))
    text = " ".join(_page(limited).split())
    assert "Not suspect: load, an lru_cache with a limit (1,000 of 4,000)." in text
    latest = _owned(Owned(1000, 0, 0, (("app.LAST[* of 5000].at", 1000),)))
    text = " ".join(_page(latest).split())
    assert "Not suspect: app.LAST, a deque with a limit of 5,000." in text


def test_garbage_has_no_trend() -> None:
    happened = (Event(1, "gc-disabled", ""),)
    made = facts([FLAT], counts=[[50 * n for n in RUN]])
    debt = Debt(1, {0: 2000}, (DebtType(0, 2000, "Type0.next -> Type0", ()),))
    given = replace(made, debt=debt, run=replace(made.run, events=happened))
    found = analyse(given)
    assert evidence(found.rows[0]) == ["100.0 % of the garbage there is"]
    assert "type app.Type0" in _page(found)


def test_survival_is_evidence() -> None:
    looks = (*(None,) * 40, history(births={0: (*(10,) * 20, *(100,) * 20)}))
    (row,) = analyse(replace(facts([LEAK]), history=looks)).rows
    assert any(one.endswith("as alive when old as when young") for one in evidence(row))


def test_sites_that_levelled_off_are_counted() -> None:
    filling = [KIB * 10 * min(n, 20 + n // 20) for n in RUN]
    assert "1 site grew and levelled off." in _page(analyse(facts([filling])))


def test_no_suspects() -> None:
    assert _page(analyse(facts([FLAT]))).splitlines()[3:] == [
        "None.",
        "  - 32 snapshots over 31.0 s were judged; the first 8.0 s were left out as warm-up.",
    ]
    assert _page(analyse(facts())).splitlines()[3:] == ["Unknown."]


def test_rows_beyond_the_top_are_counted() -> None:
    text = _page(analyse(facts([LEAK] * 5)), top=2)
    assert "… and 3 more suspects" in text
    assert "#3" not in text


def test_types_without_a_site_are_counted_in_objects() -> None:
    given = facts(counts=[MANY, MANY])
    types = (Type("app", "Node"), Type("builtins", "module"))
    settings = replace(given.run.settings, engine="off")
    given = replace(
        given,
        objects=replace(given.objects, types=types),
        run=replace(given.run, settings=settings),
        snapshots=snapshots(len(RUN), live_bytes=None),
    )
    text = _page(analyse(given))
    # Modules come throughout: three fifths of the run are warm-up.
    assert "+1,500" in text
    assert "+100.0" in text
    assert "app.Node" in text
    assert "The engine was off" in text
    assert "1 growing site or type left out" in text


def test_builtin_types_beside_a_suspect_are_mentioned() -> None:
    given = facts([LEAK], counts=[MANY] * 7)
    types = tuple(Type("builtins", f"t{index}") for index in range(7))
    given = replace(given, objects=replace(given.objects, types=types))
    text = " ".join(_page(analyse(given)).split())
    assert "t0 +3,100, t1 +3,100, t2 +3,100, t3 +3,100, t4 +3,100 and 2 other types." in text


def test_growth_given_back_at_the_end_is_evidence() -> None:
    (row,) = analyse(facts([[*LEAK[:-1], 0]])).rows
    assert "0.0 % was still there at the end" in evidence(row)


@pytest.mark.parametrize(
    ("series", "shown"),
    [
        ((0, 1, 2, 3, 4, 5, 6, 7), "▁▂▃▄▅▆▇█"),
        ((5, 5, 5), "▁▁▁"),
        ((7,), ""),
        ((), ""),
        ((-4, 0, -4), "▁█▁"),
    ],
)
def test_sparklines(series: tuple[int, ...], shown: str) -> None:
    assert sparkline(series) == shown


def test_a_long_series_is_a_short_line() -> None:
    assert len(sparkline(tuple(range(60)))) == 12


def test_one_holder_of_many_is_said_to_be_that() -> None:
    few = Held(Type("builtins", "code"), (("plug.Rec0", 14),), 2520, 0, 0)
    row = suspect(held=few, held_by="plug.Rec0")
    text = " ".join(_page(suspected(row)).split())
    assert "held by many, most by plug.Rec0 (14 of 2,520)" in text
