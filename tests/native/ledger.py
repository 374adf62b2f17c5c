"""Inside a program: what the engine says is live, alone or beside tracemalloc."""

import _tracemalloc
import gc
import json
import linecache
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from itertools import chain
from typing import Any, Protocol, cast

Stack = tuple[tuple[str, int], ...]
"""File and line of each frame, the allocating one first."""

Held = tuple[int, int]
"""Live bytes and live blocks."""

Records = list[bytes]
"""The text of columns, as a capture has it."""


class Heap(Protocol):
    """What `memprof.agent._heap` offers."""

    def start(self, depth: int, own_prefix: str) -> None:
        """Begin."""

    def stop(self) -> None:
        """End."""

    def stands(self) -> bool:
        """Tell whether blocks are written down."""

    def name_new(  # noqa: PLR0913, PLR0917  (the dicts and lists of the agent's `Names`)
        self,
        strings: dict[str, int],
        frames: dict[int, int],
        sites: dict[int | str, int],
        new_strings: list[str],
        new_frames: list[int],
        new_sites: list[list[int]],
        new_functions: list[int],
        /,
    ) -> None:
        """Number what has no site yet."""

    def changes(self) -> tuple[Records, int, int]:
        """Return what sites hold that changed, and what all hold."""

    def live_bytes(self) -> int:
        """Return what is live."""

    def origin(self, thing: object, /) -> tuple[tuple[str, int, str], ...] | None:
        """Return where an object's block was allocated."""

    def details(self) -> tuple[Records, ...]:
        """Return all that is kept of every site."""

    def totals(self) -> tuple[int, int, int, int, bool]:
        """Return the sums."""

    def next_epoch(self) -> bool:
        """Begin another epoch."""

    def on_collection(self, phase: str, info: dict[str, int], /) -> None:
        """Be called by the collector."""


heap = cast("Heap", import_module("memprof.agent._heap"))


@dataclass(frozen=True, slots=True)
class Details:
    """What is kept of a site beside its live blocks."""

    peak_bytes: int = 0
    peak_blocks: int = 0
    allocated_bytes: int = 0
    allocated_blocks: int = 0
    collected_bytes: int = 0
    collected_blocks: int = 0
    error_bytes: int = 0
    error_blocks: int = 0
    born: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Ledger:
    """The numbers of the sites, and what each holds as last read."""

    strings: dict[str, int] = field(default_factory=dict)
    frames: dict[int, int] = field(default_factory=dict)
    sites: dict[int | str, int] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    chains: list[list[int]] = field(default_factory=list)
    functions: list[int] = field(default_factory=list)
    numbers: dict[Stack, int] = field(default_factory=dict)
    held: dict[int, Held] = field(default_factory=dict)

    def name(self) -> None:
        """Give numbers to the stacks that are new."""
        known = self.strings, self.frames, self.sites
        heap.name_new(*known, self.texts, self.rows, self.chains, self.functions)
        for number in range(len(self.numbers), len(self.chains)):
            lines = [
                (self.texts[self.rows[2 * at]], self.rows[2 * at + 1]) for at in self.chains[number]
            ]
            # From a list, so that a tuple of this size is taken from 3.13's free list:
            # one that waits there counts as live, here as in tracemalloc.
            self.numbers[tuple(lines)] = number

    def live(self) -> dict[Stack, Held]:
        """Return what every stack holds now."""
        self.name()
        for site, size, blocks in rows_of(heap.changes()[0]):
            self.held[site] = size, blocks
        stacks = {number: stack for stack, number in self.numbers.items()}
        return {stacks[site]: held for site, held in self.held.items() if held != (0, 0)}

    def settled(self) -> dict[Stack, Held]:
        """Return the same without what waits in free lists: a full collection empties them."""
        gc.collect()
        return self.live()

    def details(self) -> dict[Stack, Details]:
        """Return what is kept of every stack beside what is live."""
        self.live()
        *kinds, births = heap.details()
        figures: dict[int, list[Any]] = {site: [0] * 8 for site in self.numbers.values()}
        for number, records in enumerate(kinds):
            for site, size, blocks in rows_of(records):
                figures[site][2 * number : 2 * number + 2] = size, blocks
        rows = {site: born for site, *born in rows_of(births)}
        none = [0] * max(map(len, rows.values()), default=0)
        return {
            stack: Details(*[*figures[site], rows.get(site, none)])
            for stack, site in self.numbers.items()
        }


def rows_of(records: Records) -> list[list[int]]:
    """Return (site, figures...) of each row in *records*."""
    rows = []
    for record in records:
        fields = json.loads(b"{%b}" % record)
        runs = fields.pop("runs")
        sites = [n for at in range(0, len(runs), 2) for n in range(runs[at], sum(runs[at:][:2]))]
        width = len(fields["blocks"]) // max(len(sites), 1)
        for at, site in enumerate(sites):
            columns = (column[at * width :][:width] for column in fields.values())
            rows.append([site, *chain.from_iterable(columns)])
    return rows


def start(depth: int = 1) -> Ledger:
    """Start the engine; the collector tells it when it runs."""
    gc.collect()
    gc.callbacks.append(heap.on_collection)
    heap.start(depth, "/nowhere/")
    return Ledger()


def marked(held: dict[Stack, Held], file: str, mark: str) -> Held:
    """Return what is held by stacks whose innermost line in *file* ends in `# mark`."""
    return sums({stack: figures for stack, figures in held.items() if ends(stack, file, mark)})


def details_of(details: dict[Stack, Details], file: str, mark: str) -> Details:
    """Return the one row of *details* whose innermost line in *file* ends in `# mark`."""
    (found,) = [row for stack, row in details.items() if ends(stack, file, mark)]
    return found


def ends(stack: Stack, file: str, mark: str) -> bool:
    """Tell whether the innermost line of *stack* is in *file* and ends in `# mark`."""
    return stack[0][0] == file and linecache.getline(*stack[0]).rstrip().endswith(f"# {mark}")


def all_traces() -> list[tuple[int, int, Stack, int]]:
    """Return domain, size and stack of every block tracemalloc holds, and how deep it was."""
    # Its stub knows the frames of one depth only.
    return cast("list[tuple[int, int, Stack, int]]", _tracemalloc._get_traces())  # noqa: SLF001


def traced() -> dict[Stack, Held]:
    """Return what tracemalloc holds, its domains together."""
    held: dict[Stack, Held] = {}
    for _, size, stack, _ in all_traces():
        total, blocks = held.get(stack, (0, 0))
        held[stack] = total + size, blocks + 1
    return held


def beside_tracemalloc(work: Callable[[], object], depth: int) -> None:
    """Run *work* under both; print how much tracemalloc saw, and all in which they differ."""
    gc.callbacks.append(heap.on_collection)
    _tracemalloc.start(depth)
    heap.start(depth, "/nowhere/")
    # A full collection empties the free lists, of what only one of the two knows,
    gc.collect()
    kept = work()
    # and of what would be taken, and so be moved, by what follows.
    gc.collect()
    heap.stop()
    theirs = traced()
    domains = Counter[int]()
    for domain, size, *_ in all_traces():
        domains[domain] += size
    _tracemalloc.stop()
    del kept
    ours, theirs = (
        # Until both have started, and once one has stopped, it is this module that runs.
        {stack: held for stack, held in found.items() if stack[0][0] != __file__}
        for found in (Ledger().live(), theirs)
    )
    none = (0, 0)
    wrong = [
        (stack, theirs.get(stack, none), ours.get(stack, none))
        for stack in sorted(theirs.keys() | ours.keys())
        if theirs.get(stack) != ours.get(stack)
    ]
    found = {"sums": [sums(theirs), sums(ours)], "wrong": wrong, "domains": domains}
    print(json.dumps(found))  # noqa: T201


def sums(held: dict[Stack, Held]) -> Held:
    """Return bytes and blocks of all stacks together."""
    return sum(size for size, _ in held.values()), sum(blocks for _, blocks in held.values())
