"""The graph as Graphviz reads it."""

from memprof.analysis.graph import MEMBER, ROOT, STEP, TYPE, Graph, Node
from memprof.model.objects import Type
from memprof.report.graph import render


def test_nodes_and_edges() -> None:
    nodes = (
        Node(ROOT, "app"),
        Node(STEP, '.a"; evil'),
        Node(TYPE, "", Type("app", "Row"), 5, 1),
        Node(TYPE, "", None, 5, None),
        Node(MEMBER, "Node", Type("app", "Node"), 7),
    )
    text = render(Graph(nodes, ((0, 1, ""), (4, 4, ".me"))))
    assert text.startswith("digraph memprof {\n")
    assert 'label="#1 app.Row: 5"' in text
    assert 'label="objects: 5"' in text
    assert 'label="Node: 7"' in text
    assert 'label=".a\\"; evil"' in text
    assert "  n0 -> n1;\n" in text
    assert '  n4 -> n4 [label=".me"];\n' in text
    assert text.endswith("}\n")


def test_an_empty_graph_says_so() -> None:
    assert "no suspect has a known owner" in render(Graph((), ()))
