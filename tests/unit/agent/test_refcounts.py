"""References of classes and samples, our own subtracted, marks of immortals left out."""

import gc
from typing import Any

from unit.agent.looks import number_anew
from unit.agent.recorder import Recorder, recorded

from memprof.agent import graph
from memprof.agent.refcounts import RefCounts
from memprof.agent.tracebacks import tracebacks_of


class Watched:
    """What is held."""

    __slots__ = ("one",)


def classes(recorder: Recorder) -> dict[str, int]:
    """Return references by class as the last record says."""
    row = recorder.of("refcounts")[-1]["classes"]
    types = recorder.types()
    return {types[n]: held for n, held in zip(row[::2], row[1::2], strict=True)}


def samples(recorder: Recorder) -> list[tuple[int, str, int, int]]:
    """Return sample, type, site and references as the last record says."""
    row = recorder.of("refcounts")[-1]["samples"]
    types = recorder.types()
    fours = zip(row[::4], row[1::4], row[2::4], row[3::4], strict=True)
    return [(sample, types[kind], site, held) for sample, kind, site, held in fours]


def probe() -> tuple[Recorder, Any, Any]:
    """Return a recorder, names that send to it, and the probe."""
    recorder, names = recorded()
    number_anew(graph, names)
    return recorder, names, RefCounts(names, tracebacks_of)


def look(recorder: Recorder, names: Any, refcounts: Any) -> list[int]:  # noqa: ANN401
    """Look at all objects, tell the probe, and return their counts by type."""
    counts: list[int]
    counts, references, rows, _ = graph.look(names.type, refcounts.samples)
    refcounts.take(recorder.send, references, rows)
    return counts


def test_only_changed_classes_are_sent() -> None:
    recorder, names, refcounts = probe()
    look(recorder, names, refcounts)
    before = classes(recorder)["Watched"]
    kept = [Watched() for _ in range(300)]
    look(recorder, names, refcounts)
    assert classes(recorder)["Watched"] == before + 300
    look(recorder, names, refcounts)
    assert "Watched" not in classes(recorder)
    kept.clear()
    look(recorder, names, refcounts)
    assert classes(recorder)["Watched"] == before


def test_a_class_that_is_gone_counts_nothing() -> None:
    recorder, names, refcounts = probe()
    passing: list[type] = [type("Passing", (), {})]
    look(recorder, names, refcounts)
    assert classes(recorder)["Passing"] > 0
    passing.clear()
    gc.collect()
    look(recorder, names, refcounts)
    assert classes(recorder)["Passing"] == 0


def test_objects_of_a_growing_type_are_watched() -> None:
    recorder, names, refcounts = probe()
    refcounts.choose(look(recorder, names, refcounts))
    kept = [Watched() for _ in range(5_000)]
    twice = kept[:]
    refcounts.choose(look(recorder, names, refcounts))
    look(recorder, names, refcounts)
    found = [row for row in samples(recorder) if row[1] == "Watched"]
    assert 3 <= len(found) <= 5
    assert {(site, held) for _, _, site, held in found} == {(-1, 2)}
    twice.clear()
    look(recorder, names, refcounts)
    assert {held for _, kind, _, held in samples(recorder) if kind == "Watched"} == {1}
    kept.clear()
    look(recorder, names, refcounts)
    assert [row for row in samples(recorder) if row[1] == "Watched"] == []


def test_a_type_that_hardly_grows_is_not_watched() -> None:
    recorder, names, refcounts = probe()
    refcounts.choose(look(recorder, names, refcounts))
    kept = [Watched() for _ in range(49)]
    refcounts.choose(look(recorder, names, refcounts))
    number = names.type(Watched)
    assert number not in {refcounts.type_of(one) for one in refcounts.samples.values()}
    assert len(kept) == 49
