"""Graph: who holds the suspects, and which cycles hold garbage, as nodes and edges."""

from dataclasses import dataclass

from memprof.analysis.debt import DebtTable
from memprof.analysis.paths import is_named, steps
from memprof.analysis.suspects import SuspectTable
from memprof.model.objects import Type

ROOT, STEP, TYPE, MEMBER = "root", "step", "type", "member"
_ARROW = " -> "


@dataclass(frozen=True, slots=True)
class Node:
    """
    What something is called, and of what `kind` it is.

    A ROOT is where a path starts, a STEP one on it, a TYPE what hangs there,
    a MEMBER stands in a cycle.  `objects` is how many are held there, or are
    garbage, None where that is not the node's to say; `rank` is a suspect's.
    """

    kind: str
    words: str
    type: Type | None = None
    objects: int | None = None
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class Graph:
    """The `nodes`, and (from, to, words) of the edges between their numbers."""

    nodes: tuple[Node, ...]
    edges: tuple[tuple[int, int, str], ...]


class _Builder:
    """A graph as it grows; each thing becomes a node once."""

    def __init__(self) -> None:
        """Begin without a node."""
        self._numbers: dict[tuple[object, ...], int] = {}
        self._nodes: list[Node] = []
        self._edges: dict[tuple[int, int, str], None] = {}

    def node(self, key: tuple[object, ...], node: Node) -> int:
        """Return the number of *node*, which *key* names."""
        if key not in self._numbers:
            self._numbers[key] = len(self._nodes)
            self._nodes.append(node)
        return self._numbers[key]

    def edge(self, start: int, stop: int, words: str = "") -> None:
        """Join two nodes."""
        self._edges[start, stop, words] = None

    def built(self) -> Graph:
        """Return the graph."""
        return Graph(tuple(self._nodes), tuple(self._edges))


def build(found: SuspectTable, debt: DebtTable) -> Graph:
    """Return the graph of the suspects that were *found*, and of the cycles in the *debt*."""
    builder = _Builder()
    for row in found.rows:
        for path, held in row.held.owners:
            if is_named(path):
                end = _path(builder, path)
                node = Node(TYPE, "", row.type, held, row.rank)
                builder.edge(end, builder.node(("held", path, row.rank), node))
    for debt_row in debt.rows:
        if debt_row.cycle is not None:
            _cycle(builder, debt_row.cycle, debt_row.type, debt_row.objects)
    return builder.built()


def _path(builder: _Builder, path: str) -> int:
    """Draw *path* and return its last node."""
    first, *rest = steps(path)
    reached, number = first, builder.node(("path", first), Node(ROOT, first))
    for step in rest:
        reached += step
        following = builder.node(("path", reached), Node(STEP, step))
        builder.edge(number, following)
        number = following
    return number


def _cycle(builder: _Builder, cycle: str, kind: Type, objects: int) -> None:
    """Draw a *cycle* of garbage, `Node.parent -> Node`, through *objects* of a *kind*."""
    links = cycle.split(_ARROW)[:-1]
    holders = [
        link.partition("[")[0].rpartition(".")[0] or link.partition("[")[0] for link in links
    ]
    numbers = [
        builder.node(
            ("cycle", cycle, at),
            Node(MEMBER, holder, kind if at == 0 else None, objects if at == 0 else None),
        )
        for at, holder in enumerate(holders)
    ]
    for at, (link, holder) in enumerate(zip(links, holders, strict=True)):
        builder.edge(numbers[at], numbers[(at + 1) % len(numbers)], link.removeprefix(holder))
