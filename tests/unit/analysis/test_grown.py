"""What grew, as a suspect: its figures, and which of its objects are said to have come."""

from dataclasses import replace

import pytest
from support.facts import KIB, facts, owned

from memprof.analysis import caches, grown
from memprof.analysis.grown import Grounds, sampled_sites
from memprof.analysis.growth import Growing, growing_sites, growing_types
from memprof.analysis.judged import judged, warm_up
from memprof.model.facts import Facts
from memprof.model.refcounts import RefCounts, SampledObject

RUN = range(41)
LEAK = [KIB * 10 * n for n in RUN]
MANY = [100 * n for n in RUN]


def _grounds(given: Facts) -> Grounds:
    """Return what *given* is judged on."""
    seen = judged(given, RUN, warm_up(given))
    types = growing_types(given, seen)
    return Grounds(given, seen, seen, types, caches.analyse(given), None, None)


def _site(grounds: Grounds) -> Growing:
    """Return the one site that grows."""
    (one,) = growing_sites(grounds.facts, grounds.sites)
    return one


def test_a_site_has_bytes_and_a_type_has_objects() -> None:
    grounds = _grounds(facts([LEAK], counts=[MANY]))
    site = grown.of_site(grounds, _site(grounds))
    assert site.bytes_per_s == pytest.approx(10 * KIB)
    assert (site.growth_objects, site.objects_per_s, site.survival) == (None, None, None)
    (one,) = grounds.growing
    kind = grown.of_type(grounds, one)
    assert kind.objects_per_s == pytest.approx(100)
    assert (kind.growth_bytes, kind.bytes_per_s, kind.stack) == (None, None, ())


def test_samples_say_which_sites_a_type_came_from() -> None:
    given = facts([LEAK], counts=[MANY])
    pairs = (0, 0), (0, 3), (1, None)
    samples = tuple(SampledObject(kind, site, (1,), (1,), None, ()) for kind, site in pairs)
    assert sampled_sites(given) == {}
    with_samples = RefCounts(given.refcounts.classes, samples, {})
    assert sampled_sites(_with(given, with_samples)) == {0: {0, 3}}


def test_a_site_takes_the_type_that_grew_most_of_its_samples() -> None:
    given = facts([LEAK], counts=[MANY, [2 * number for number in MANY]])
    samples = tuple(SampledObject(kind, 0, (1,), (1,), None, ()) for kind in (0, 1))
    grounds = _grounds(_with(given, RefCounts(given.refcounts.classes, samples, {})))
    site = grown.of_site(grounds, _site(grounds))
    assert site.type == given.objects.types[1]
    # No more objects are said to have come than blocks did.
    assert site.growth_objects == site.growth_blocks


def test_without_a_walk_by_site_a_class_says_what_holds_its_objects() -> None:
    given = owned(facts([LEAK], counts=[MANY]), ("app.LAST[*]", 1000))
    assert given.owners is not None
    by_type = replace(given, owners=replace(given.owners, sites={}))
    samples = (SampledObject(0, 0, (1,), (1,), None, ()),)
    grounds = _grounds(_with(by_type, RefCounts(given.refcounts.classes, samples, {})))
    assert grown.of_site(grounds, _site(grounds)).held.owner == "app.LAST[*]"


def _with(given: Facts, refcounts: RefCounts) -> Facts:
    """Return *given* with other *refcounts*."""
    return replace(given, refcounts=refcounts)
