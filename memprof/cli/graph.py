"""The graph of `memprof report --graph`: as text, or drawn where Graphviz is there."""

import shutil
import subprocess

from memprof.analysis.findings import Findings
from memprof.analysis.graph import build
from memprof.errors import NoGraphviz, UsageError
from memprof.files import write_whole
from memprof.report.graph import render

_LONGEST_S = 120


def check(path: str) -> None:
    """Raise UsageError or NoGraphviz where a graph at *path* cannot be made."""
    if not path.endswith((".dot", ".png")):
        message = f"{path} is neither a .dot nor a .png file"
        raise UsageError(message, "Give --graph FILE.dot or --graph FILE.png.")
    if path.endswith(".png"):
        _dot()


def write(findings: Findings, path: str) -> None:
    """Write the graph of *findings* to *path*, as its ending says."""
    text = render(build(findings.suspects, findings.debt))
    write_whole(path, _drawn(text) if path.endswith(".png") else text)


def _dot() -> str:
    """Return where Graphviz's `dot` is; raise NoGraphviz where it is not."""
    found = shutil.which("dot")
    if found is None:
        message = "there is no 'dot' on PATH to draw a .png with"
        raise NoGraphviz(message)
    return found


def _drawn(text: str) -> bytes:
    """Return *text* as a picture."""
    try:
        done = subprocess.run(
            [_dot(), "-Tpng"],
            input=text.encode("utf-8", "backslashreplace"),
            capture_output=True,
            check=True,
            timeout=_LONGEST_S,
        )
    except (OSError, subprocess.SubprocessError) as error:
        message = f"'dot' could not draw the graph: {error}"
        raise NoGraphviz(message) from error
    return done.stdout
