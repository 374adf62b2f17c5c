"""Which snapshots are judged: after warm-up, before the end, evenly chosen."""

from support.facts import SECOND_NS, facts

from memprof.analysis.judged import MAX_SNAPSHOTS, judged


def test_start_warm_up_and_exit_are_left_out() -> None:
    seen = judged(facts(number=21), range(21))
    assert seen.indices == tuple(range(4, 20))
    assert seen.times_ns[0] == 4 * SECOND_NS
    assert (seen.available, seen.last, seen.enough) == (16, 20, True)


def test_exit_counts_where_it_is_needed() -> None:
    seen = judged(facts(number=7), range(7))
    assert seen.indices == (2, 3, 4, 5, 6)
    assert not seen.enough
    assert judged(facts(number=8), range(8)).indices == (2, 3, 4, 5, 6, 7)


def test_many_are_thinned_evenly() -> None:
    seen = judged(facts(number=1001), range(1001))
    assert len(seen.indices) == MAX_SNAPSHOTS
    assert (seen.indices[0], seen.indices[-1]) == (200, 999)
    steps = {later - one for one, later in zip(seen.indices, seen.indices[1:], strict=False)}
    assert steps <= {13, 14}


def test_none_at_all() -> None:
    seen = judged(facts(), ())
    assert (seen.indices, seen.last, seen.enough) == ((), None, False)
