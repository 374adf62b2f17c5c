"""Reference counts: of classes as they change, of samples as they are explained."""

from support.facts import facts

from memprof.analysis.refcounts import analyse
from memprof.model.refcounts import RefCounts, SampledObject


def test_a_class_is_followed_from_its_first_look_to_its_last_change() -> None:
    looks = ({0: 5, 1: 9}, None, {0: 8}, {2: 4})
    given = facts(counts=[[1, 2, 3, 6], [0] * 4, [0] * 4], refcounts=RefCounts(looks, (), {}))
    rows = [
        (r.type.qualname, r.references_first, r.references_last, r.growth, r.instances)
        for r in analyse(given).classes
    ]
    assert rows == [("Type2", 0, 4, 4, 0), ("Type0", 5, 8, 3, 6), ("Type1", 9, 9, 0, 0)]


def test_a_sample_says_what_is_explained() -> None:
    samples = (
        SampledObject(0, 0, (1, 3), (2, 2), 2, (1,)),
        SampledObject(0, None, (1, 2), (1, 4), None, ()),
        SampledObject(1, 0, (1, 3), (3, 2), 0, ()),
        SampledObject(1, 0, (), (), None, ()),
    )
    given = facts(
        [[0] * 4], counts=[[0] * 4, [0] * 4], refcounts=RefCounts((None,) * 4, samples, {})
    )
    first, second, third = analyse(given).samples
    assert (first.growth, first.explained, first.unexplained) == (3, None, None)
    assert (first.alive, first.frame) == (False, None)
    assert (second.growth, second.explained, second.unexplained, second.alive) == (0, 2, 0, True)
    assert [kind.qualname for kind in second.referrer_types] == ["Type1"]
    assert second.frame is not None
    assert (third.growth, third.unexplained, third.looks) == (-1, 2, 2)
