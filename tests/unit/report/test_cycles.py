"""Cycle collections: largest first, garbage, and the way to the types."""

from dataclasses import replace

from support.facts import RUN, facts, generation, history

from memprof.analysis.cycles import analyse
from memprof.model.cycles import CyclePass, Cycles
from memprof.model.generations import Collection, Generations
from memprof.report.cycles import lines


def test_collections_and_the_hint() -> None:
    notable = tuple(Collection(n, 2, n, 0, 1_000, manual=n == 3) for n in range(1, 4))
    text = "\n".join(lines(analyse(facts(generations=Generations((), (), notable))), 2))
    assert "the program" in text
    assert "… and 1 more collection" in text
    assert "--cycles names their types" in text
    assert "gc.garbage is empty." in text


def test_cycles_and_garbage() -> None:
    passes = (CyclePass(1, 9, ((0, 0, 6), (1, None, 3))),)
    given = facts(
        [[0]],
        counts=[[0], [0]],
        cycles=Cycles(passes, {1: 4}),
        run=replace(RUN, settings=replace(RUN.settings, cycles=True)),
    )
    text = "\n".join(lines(analyse(given), 10))
    assert "No collection freed anything." in text
    assert "1 pass of --cycles looked at 9 unreachable objects" in text
    assert "      6  app.Type0  /srv/app.py:1 handle" in text
    assert "      3  app.Type1  n/a" in text
    assert "In gc.garbage" in text


def test_passes_that_were_never_made() -> None:
    run = replace(RUN, settings=replace(RUN.settings, cycles=True))
    text = "\n".join(lines(analyse(facts(run=run)), 10))
    assert "n/a, --cycles was on but found no room for a pass" in text


def test_where_cycles_were_allocated() -> None:
    freed = Generations(((generation(0, [5], collected=8),),), (), ())
    look = history(collected={0: (2_048, 9), 1: (1_024, 1)})
    given = facts([[0], [0]], history=(look,), generations=freed)
    text = "\n".join(lines(analyse(given), 1))
    assert "Collections freed 3.0 KiB in 10 blocks" in text
    assert "2.0 KiB       9  /srv/app.py:1 handle" in text
    assert "… and 1 more site" in text
    assert "The types of the cycles: not watched" in text
