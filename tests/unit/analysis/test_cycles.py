"""Collections that found something, what stays behind, what cycles were made of."""

from dataclasses import replace

from support.facts import RUN, facts, generation, history

from memprof.analysis.cycles import analyse
from memprof.model.cycles import CyclePass, Cycles
from memprof.model.generations import Collection, Generations


def test_the_largest_collection_comes_first_and_empty_ones_do_not_count() -> None:
    notable = (
        Collection(1, 0, 5, 0, 10, manual=False),
        Collection(2, 2, 0, 0, 10, manual=True),
        Collection(3, 1, 9, 0, 10, manual=True),
        Collection(4, 1, 9, 0, 10, manual=False),
        Collection(5, 2, 0, 3, 10, manual=False),
    )
    found = analyse(facts(generations=Generations((), (), notable)))
    assert [one.at_ns for one in found.collections] == [3, 4, 1, 5]
    assert not found.watched


def test_passes_are_summed_by_type_and_line() -> None:
    passes = (
        CyclePass(1, 12, ((0, 0, 4), (0, 1, 2), (1, None, 6))),
        CyclePass(2, 5, ((0, 0, 5),)),
    )
    settings = replace(RUN.settings, cycles=True)
    given = facts(
        [[0], [0]],
        counts=[[1], [1]],
        cycles=Cycles(passes, {1: 3, 0: 0}),
        run=replace(RUN, settings=settings),
    )
    found = analyse(given)
    assert found.watched
    assert (found.passes, found.objects) == (2, 17)
    rows = [(row.type.qualname, row.objects, row.frame and row.frame.line) for row in found.cycles]
    assert rows == [("Type0", 9, 1), ("Type1", 6, None), ("Type0", 2, 2)]
    assert [(row.type.qualname, row.objects) for row in found.garbage] == [("Type1", 3)]


def test_where_the_freed_cycles_were_allocated() -> None:
    look = history(collected={0: (0, 0), 1: (70, 7), 2: (90, 1)})
    freed = Generations(((generation(0, [5], collected=8),),), (), ())
    found = analyse(facts([[0]] * 3, history=(look,), generations=freed))
    assert found.sites is not None
    rows = [(row.stack[0].line, row.collected_bytes, row.collected_blocks) for row in found.sites]
    assert rows == [(3, 90, 1), (2, 70, 7)]
    assert (found.collected_bytes, found.collected_blocks) == (160, 8)
    none = Generations(((generation(0, [5], collected=0),),), (), ())
    assert analyse(facts([[0]] * 3, history=(look,), generations=none)).sites == ()
    unknown = analyse(facts([[0]]))
    assert (unknown.sites, unknown.collected_bytes) == (None, 0)
