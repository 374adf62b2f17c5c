"""The verdict as workflow commands of GitHub Actions: annotations beside the lines."""

from memprof.analysis.places import Root
from memprof.gate.verdict import Verdict
from memprof.report.escape import annotation, annotation_property
from memprof.report.problems import Problem, listed

MOST = 10
"""GitHub shows so many of a kind for each step."""


def render(verdict: Verdict, root: Root) -> str:
    """Return an `::error` for each of the first problems, and how many more there are."""
    problems = listed(verdict, root)
    lines = [_command(one) for one in problems[:MOST]]
    if len(problems) > MOST:
        more = f"{len(problems) - MOST:,} more in the summary"
        lines.append(f"::notice title=memprof::{annotation(more)}")
    return "".join(f"{line}\n" for line in lines)


def _command(one: Problem) -> str:
    """Return the workflow command for one problem."""
    properties = {"title": one.title}
    if one.place is not None:
        properties = {"file": one.place.file, "line": str(one.place.line), **properties}
    given = ",".join(f"{name}={annotation_property(text)}" for name, text in properties.items())
    return f"::error {given}::{annotation(one.text)}"
