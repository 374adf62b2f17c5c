"""Two believable runs to compare: the service before and after an edit of its code."""

from dataclasses import replace

from memprof.analysis.holdings import Side
from memprof.analysis.moments import find
from memprof.model.allocations import Allocations, Frame
from memprof.model.facts import Facts
from support.facts import MIB, changes
from support.service import NUMBER, service

_GROWN = 3


def side(facts: Facts, word: str = "end") -> Side:
    """Return *facts* at the moment *word*."""
    moment = find(facts, word)
    assert moment is not None, word
    return Side(facts, moment)


def whole(facts: Facts) -> Facts:
    """Return *facts* as of a run that came to its end."""
    ending = replace(facts.run.ending, code=0, signal=None, reason="exit")
    return replace(facts, run=replace(facts.run, ending=ending, complete=True))


def edited() -> Facts:
    """Return a run of the service, checked out elsewhere, after an edit that keeps more."""
    made = service()
    sites = [
        (Frame("/home/ci/shop/sessions.py", 44, "SessionStore.open"),),
        (Frame("/home/ci/shop/catalogue.py", 118, "cached_price"),),
        (Frame("/home/ci/shop/audit.py", 9, "Trail.note"),),
        (Frame("/home/ci/shop/serve.py", 5, "<module>"),),
    ]
    moments = range(NUMBER)
    sessions = [0] + [140 * n for n in moments[1:]]
    blocks = [
        [_GROWN * 3 * count for count in sessions],
        [2 * min(80 * n, 512) for n in moments],
        [n // 2 for n in moments],
        [1] * NUMBER,
    ]
    sizes = [[count * 208 for count in one] for one in blocks]
    return replace(
        made,
        run=replace(whole(made).run, path="/home/ci/shop/new.memprof", events=()),
        objects=replace(
            made.objects,
            changes=changes([[_GROWN * count for count in sessions], *[[700] * NUMBER] * 4]),
        ),
        allocations=Allocations(tuple(sites), changes(sizes, blocks)),
        snapshots=tuple(
            replace(one, live_bytes=sum(size[one.number] for size in sizes))
            for one in made.snapshots
        ),
        resident=tuple(replace(look, rss_bytes=look.rss_bytes + 6 * MIB) for look in made.resident),
        generations=replace(
            made.generations, intervals=(*made.generations.intervals[:-4], (), (), (), ())
        ),
        pools=tuple(
            one and replace(one, size_classes=one.size_classes[1:], arenas=one.arenas + 5)
            for one in made.pools
        ),
    )
