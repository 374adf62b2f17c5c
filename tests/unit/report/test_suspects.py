"""The answer: a verdict, the suspects, and why."""

from dataclasses import replace

import pytest
from support.facts import KIB, facts, snapshots

from memprof.analysis.suspects import SuspectTable, analyse
from memprof.model.objects import Type
from memprof.report.suspects import evidence, lines, sparkline, verdict

RUN = range(41)
LEAK = [KIB * 10 * n for n in RUN]
FLAT = [KIB * 500 for _ in RUN]
MANY = [100 * n for n in RUN]


def _page(found: SuspectTable, top: int = 10) -> str:
    return "\n".join(lines(found, top))


def test_verdicts() -> None:
    assert verdict(analyse(facts([LEAK]))) == "Verdict: GROWING, 1 suspect."
    assert verdict(analyse(facts([FLAT]))) == (
        "Verdict: NO STEADY GROWTH, no allocation site or type grew steadily over 31.0 s"
        " (32 snapshots after warm-up)."
    )
    few = verdict(analyse(facts([LEAK[:4]])))
    assert few.startswith("Verdict: INCONCLUSIVE, only 3 snapshots after warm-up and 6 are needed.")
    assert "--interval SECONDS" in few
    assert "memprof.checkpoint" in few


def test_suspects_with_evidence() -> None:
    text = _page(analyse(facts([LEAK, FLAT])))
    assert "+310 KiB" in text
    assert "+10.0 KiB" in text
    assert "/srv/app.py:1 handle" in text
    assert "100.0 % of all growth in bytes; blocks rise" in text
    assert "#1 /srv/app.py:1 handle: +3,174 blocks" in text


def test_no_suspects() -> None:
    assert _page(analyse(facts([FLAT]))).endswith("None.")
    assert _page(analyse(facts())).endswith("Unknown.")


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
    assert "+3,100" in text
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
    assert "0.0 % of the growth was still there at the end" in evidence(row)


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
