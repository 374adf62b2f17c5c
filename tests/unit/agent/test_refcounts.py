"""References of classes and samples, our own subtracted, marks of immortals left out."""

import gc
from typing import Any

from unit.agent.recorder import Recorder, recorded

from memprof.agent.objects import Objects
from memprof.agent.refcounts import RefCounts, all_classes
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


def test_a_class_counts_its_instances() -> None:
    recorder, names = recorded()
    probe: Any = RefCounts(names, tracebacks_of)
    probe.take(recorder.send, set())
    before = classes(recorder)["Watched"]
    kept = [Watched() for _ in range(300)]
    probe.take(recorder.send, set())
    assert classes(recorder) == {**classes(recorder), "Watched": before + 300}
    probe.take(recorder.send, set())
    assert "Watched" not in classes(recorder)
    kept.clear()
    probe.take(recorder.send, set())
    assert classes(recorder)["Watched"] == before


def test_own_classes_and_static_ones_are_left_out() -> None:
    recorder, names = recorded()
    probe: Any = RefCounts(names, tracebacks_of)
    probe.take(recorder.send, {id(Watched)})
    found = classes(recorder)
    assert "Watched" not in found
    assert not {"int", "dict", "NoneType", "type"} & found.keys()
    assert max(found.values()) < 500_000_000


def test_a_class_that_is_gone_counts_nothing() -> None:
    recorder, names = recorded()
    probe: Any = RefCounts(names, tracebacks_of)
    passing: list[type] = [type("Passing", (), {})]
    probe.take(recorder.send, set())
    assert classes(recorder)["Passing"] > 0
    passing.clear()
    gc.collect()
    probe.take(recorder.send, set())
    assert classes(recorder)["Passing"] == 0


def test_objects_of_a_growing_type_are_watched() -> None:
    recorder, names = recorded()
    objects: Any = Objects(names)
    probe: Any = RefCounts(names, tracebacks_of)
    objects.take(recorder.send)
    probe.choose(objects.by_type, objects.numbers, set())
    kept = [Watched() for _ in range(5_000)]
    twice = kept[:]
    objects.take(recorder.send)
    probe.choose(objects.by_type, objects.numbers, set())
    probe.take(recorder.send, set())
    found = [row for row in samples(recorder) if row[1] == "Watched"]
    assert 3 <= len(found) <= 5
    assert {(site, held) for _, _, site, held in found} == {(-1, 2)}
    twice.clear()
    probe.take(recorder.send, set())
    assert {held for _, kind, _, held in samples(recorder) if kind == "Watched"} == {1}
    kept.clear()
    probe.take(recorder.send, set())
    assert [row for row in samples(recorder) if row[1] == "Watched"] == []


def test_a_type_that_hardly_grows_is_not_watched() -> None:
    recorder, names = recorded()
    objects: Any = Objects(names)
    probe: Any = RefCounts(names, tracebacks_of)
    objects.take(recorder.send)
    probe.choose(objects.by_type, objects.numbers, set())
    kept = [Watched() for _ in range(49)]
    objects.take(recorder.send)
    probe.choose(objects.by_type, objects.numbers, set())
    assert names.type(Watched) not in {probe.type_of(one) for one in probe.samples.values()}
    assert len(kept) == 49


def test_all_classes_are_found_whatever_their_metaclass_says() -> None:
    class Meta(type):
        """Hides its subclasses."""

        def __subclasses__(cls) -> list[type]:
            return []

    class Base(metaclass=Meta):
        """A class that claims to have no subclass."""

    class Child(Base):
        """The class that is hidden."""

    found = all_classes()
    assert any(one is Child for one in found)
    assert len({id(one) for one in found}) == len(found)
