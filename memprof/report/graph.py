"""The graph in the language of Graphviz."""

from memprof.analysis.graph import MEMBER, ROOT, TYPE, Graph, Node
from memprof.quantity import format_count
from memprof.report.escape import dot
from memprof.report.names import type_name

_LOOKS = {
    ROOT: "shape=box, style=filled, fillcolor=lightgrey",
    TYPE: "shape=box, style=filled, fillcolor=mistyrose",
    MEMBER: "shape=ellipse, style=filled, fillcolor=lightyellow",
}
_STEP_LOOKS = "shape=box, style=rounded"


def render(found: Graph) -> str:
    """Return *found* as the text of a .dot file."""
    text = ["digraph memprof {", "  rankdir=LR;", '  node [fontname="sans-serif"];']
    if not found.nodes:
        text.append(f"  empty [shape=plaintext, label={dot('no suspect has a known owner')}];")
    text += [
        f"  n{number} [{_LOOKS.get(node.kind, _STEP_LOOKS)}, label={dot(_label(node))}];"
        for number, node in enumerate(found.nodes)
    ]
    for start, stop, words in found.edges:
        label = f" [label={dot(words)}]" if words else ""
        text.append(f"  n{start} -> n{stop}{label};")
    return "\n".join([*text, "}", ""])


def _label(node: Node) -> str:
    """Return what is written in one node."""
    if node.kind == TYPE:
        rank = "" if node.rank is None else f"#{node.rank} "
        kind = type_name(node.type) if node.type else "objects"
        return f"{rank}{kind}: {format_count(node.objects)}"
    if node.objects is None:
        return node.words
    return f"{node.words}: {format_count(node.objects)}"
