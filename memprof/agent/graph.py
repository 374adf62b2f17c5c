"""
The objects alive, and how they hold each other: looks at all of them at once.

By the extension `_graph` where it is built; else by what the interpreter offers,
chained in C, which says the same and takes some thirty times as long.
"""

from memprof.agent import __builtins__

try:
    from memprof.agent._graph import (
        READS_TRACES,
        adopt,
        adopt_rest,
        at,
        classes,
        collect_new,
        draw_line,
        holders,
        is_first,
        items,
        look,
        readmit,
        ring,
        sizes,
        some,
        traced,
        tracked,
        unseen,
        untracked,
        withdraw,
    )
except ImportError:
    # In a checkout its sources alone are a folder, and no module.
    from memprof.agent.chosen import at, holders, sizes, some, tracked
    from memprof.agent.survey import (
        adopt,
        adopt_rest,
        classes,
        collect_new,
        draw_line,
        items,
        look,
        readmit,
        ring,
        unseen,
        untracked,
        withdraw,
    )

    def is_first():
        """Return True: nothing of this outlives the interpreter."""
        return True

    def traced(_site):
        """Return None: tracemalloc's tables are read in C alone."""

    READS_TRACES = False
    FIXED, MOST_UNTRACKED = 0, 3_000_000
    UNTRACKED_NS, SIZES_NS, SOME_NS = 400, 400, 1000
    # Not while the target runs: the walk makes dictionaries of running functions' locals,
    # and before 3.13 what `locals()` gave the target would change by it.
    OWNERS_NS = 1 << 62
else:
    FIXED, MOST_UNTRACKED = 100_000, 30_000_000
    """The blocks that cost as much as a snapshot of none; so many that what is
    untracked would take seconds to count."""
    UNTRACKED_NS, SIZES_NS, SOME_NS, OWNERS_NS = 50, 60, 15, 80
    """What a look costs for each object; measured on 3.11 to 3.13, untraced."""

__all__ = [
    "FIXED",
    "MOST_UNTRACKED",
    "OWNERS_NS",
    "READS_TRACES",
    "SIZES_NS",
    "SOME_NS",
    "UNTRACKED_NS",
    "adopt",
    "adopt_rest",
    "at",
    "classes",
    "collect_new",
    "draw_line",
    "holders",
    "is_first",
    "items",
    "look",
    "readmit",
    "ring",
    "sizes",
    "some",
    "traced",
    "tracked",
    "unseen",
    "untracked",
    "withdraw",
]
