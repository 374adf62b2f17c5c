"""Reference counts: only what is held more often, and what explains it."""

from support.facts import facts

from memprof.analysis.refcounts import analyse
from memprof.model.refcounts import RefCounts, SampledObject
from memprof.report.refcounts import lines


def test_growing_classes_and_samples() -> None:
    samples = tuple(SampledObject(0, None, (0, 1), (2, last), 2, ()) for last in (1, 2, 5))
    looks = ({0: 5, 1: 9}, {0: 805, 1: 3})
    given = facts(counts=[[0, 800], [0, 0]], refcounts=RefCounts(looks, samples, {}))
    text = "\n".join(lines(analyse(given), 2))
    assert "app.Type0    +800                 5   805                800" in text
    assert "app.Type1" not in text
    assert "2→5 rising" in text
    assert "2→2 steady" in text
    assert "… and 1 more object" in text


def test_nothing_grew_nothing_sampled() -> None:
    given = facts(counts=[[0, 0]], refcounts=RefCounts(({0: 5}, {0: 5}), (), {}))
    text = "\n".join(lines(analyse(given), 2))
    assert "No class is held more often than before (1 class watched)." in text
    assert "No object was sampled" in text
    assert "n/a: classes were not looked at." in "\n".join(lines(analyse(facts()), 2))
