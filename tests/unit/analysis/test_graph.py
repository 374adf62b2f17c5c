"""The graph: paths share what they share, cycles close."""

from support.suspected import COLLECTOR, suspect, table

from memprof.analysis.debt import DebtRow, DebtTable
from memprof.analysis.graph import MEMBER, ROOT, STEP, TYPE, build
from memprof.model.objects import Type

NO_DEBT = DebtTable(known=True, objects=0, islands=0, rows=(), collector=COLLECTOR)


def _debt(cycle: str | None) -> DebtTable:
    row = DebtRow(Type("app", "Node"), 50, cycle, (), None, 0, 0)
    return DebtTable(known=True, objects=50, islands=1, rows=(row,), collector=COLLECTOR)


def test_paths_share_their_beginning() -> None:
    found = build(table(suspect("app.POOL[*].name"), suspect("app.POOL[*]", "app.Row")), NO_DEBT)
    assert [(node.kind, node.words) for node in found.nodes] == [
        (ROOT, "app"),
        (STEP, ".POOL"),
        (STEP, "[*]"),
        (STEP, ".name"),
        (TYPE, ""),
        (TYPE, ""),
    ]
    assert found.edges == ((0, 1, ""), (1, 2, ""), (2, 3, ""), (3, 4, ""), (2, 5, ""))
    assert (found.nodes[5].rank, found.nodes[5].objects) == (2, 640)


def test_garbage_and_what_has_no_owner_are_not_drawn() -> None:
    assert build(table(suspect(), suspect("unreachable garbage")), NO_DEBT).nodes == ()


def test_a_cycle_closes() -> None:
    found = build(table(), _debt("Node.children -> list[...] -> Node.parent -> Node"))
    assert [(node.kind, node.words, node.objects) for node in found.nodes] == [
        (MEMBER, "Node", 50),
        (MEMBER, "list", None),
        (MEMBER, "Node", None),
    ]
    assert found.edges == ((0, 1, ".children"), (1, 2, "[...]"), (2, 0, ".parent"))
    assert build(table(), _debt(None)).nodes == ()
    assert build(table(), _debt("Node")).nodes == ()
