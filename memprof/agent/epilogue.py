"""
The epilogue: closer looks at what the last snapshot counted, when the target is done.

And, midway, at who owns what grew: by the end its functions have returned, and
let go of what they held.
"""

from memprof.agent import (
    __builtins__,
    caches,
    graph,
    owners,
    referrers,
)


def tell_midway(probes, longest_ns):
    """Look for *longest_ns* at most at who owns what grew so far, and send what is found."""
    counted = probes.objects, probes.allocations
    asked = probes.names, probes.send, counted, probes.now_ns(), longest_ns
    probes.guard("owners", owners.take, *asked)


def tell(probes):
    """Look, and send what is found over the channel of *probes*."""
    guard, send, names = probes.guard, probes.send, probes.names
    guard("explained", referrers.explain, probes.refcounts, names, send)
    if probes.pays(graph.SIZES_NS):
        guard("shallow", probes.objects.take_shallow, send)
    ran_ns = probes.now_ns()
    asked = names, send, (probes.objects, probes.allocations), ran_ns
    if guard("owners", owners.take, *asked, default=True):
        guard("holders", referrers.find_holders, probes.refcounts, names, send, ran_ns)
    guard("caches", caches.take, names, send)
    if probes.pays(graph.UNTRACKED_NS):
        guard("lost", probes.lost.tell, send, ran_ns)
