"""Trace: what a block of code allocated that is still alive at its end, and its peak."""

import gc
from types import TracebackType
from typing import Self

from memprof.agent.tracing import Tracing
from memprof.model.allocations import Frame
from memprof.model.kept import Kept, KeptSite, KeptType
from memprof.model.objects import Type
from memprof.report import kept

_MOST_SITES = 1000


class trace:  # noqa: N801  (it is used like `open`)
    """
    A context; when it has ended, `kept` says what was allocated inside and is still alive.

    Printed, it is that as a table.  The collector runs at both ends, so that garbage
    is not among it.  Where tracemalloc is on already, by the user, by an outer
    `trace` or by `memprof run`, it is shared: nothing is switched, and what was freed
    inside is taken off the line that had allocated it.
    """

    def __init__(self) -> None:
        """Prepare; tracing begins with the block."""
        self._tracing = Tracing()
        self._before: tuple[dict[int, int], dict[int, int]] = ({}, {})
        self._ids: set[int] = set()
        self._kept: Kept | None = None

    @property
    def kept(self) -> Kept:
        """What was kept; RuntimeError before the end of the block."""
        if self._kept is None:
            message = "what was kept is known when the block has ended"
            raise RuntimeError(message)
        return self._kept

    def __enter__(self) -> Self:
        """Trace from here on."""
        self._tracing.__enter__()
        if self._tracing.shared:
            self._before = self._tracing.sites()
            self._ids = self._tracing.ids()
        self._tracing.begin()
        # It empties the free lists: what lies there has our line, and would keep it.
        gc.collect()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Look at what is alive and trace no longer; an *error* is the caller's."""
        tracing = self._tracing
        tracing.end()
        gc.collect()
        blocks, sizes = tracing.sites()
        types = self._types()
        tracing.__exit__(kind, error, traceback)
        sites = self._sites(blocks, sizes)
        self._before, self._ids = ({}, {}), set()
        peak_bytes = tracing.peak_bytes
        if peak_bytes is not None:
            # What was ours when it began, and is gone, hides a peak as small.
            peak_bytes = max(peak_bytes, sum(site.size_bytes for site in sites))
        self._kept = Kept(
            by=tracing.by,
            shared=tracing.shared,
            lost=tracing.lost,
            peak_bytes=peak_bytes,
            # What is traced since is somebody else's.
            sites=() if tracing.lost else sites,
            types=() if tracing.lost else types,
        )

    def __str__(self) -> str:
        """Return what was kept, as a table."""
        return kept.text(self.kept) if self._kept else "<memprof.trace, not ended>"

    def _sites(self, blocks: dict[int, int], sizes: dict[int, int]) -> tuple[KeptSite, ...]:
        """Return what each site has more than before, most bytes first."""
        before_blocks, before_sizes = self._before
        rows = []
        for site, live in blocks.items():
            gained = live - before_blocks.get(site, 0)
            size = sizes[site] - before_sizes.get(site, 0)
            if gained > 0 or size > 0:
                rows.append((-size, -gained, site))
        rows = sorted(rows)[:_MOST_SITES]
        stacks = self._tracing.stacks([row[2] for row in rows])
        return tuple(
            KeptSite(tuple(Frame(*frame) for frame in stack), -gained, -size)
            for stack, (size, gained, _) in zip(stacks, rows, strict=True)
        )

    def _types(self) -> tuple[KeptType, ...]:
        """Return the tracked objects that were allocated inside, by type, most first."""
        counted: dict[tuple[str, str], int] = self._tracing.types_since(self._ids)
        rows = sorted((-count, name) for name, count in counted.items())
        return tuple(KeptType(Type(*name), -count) for count, name in rows)
