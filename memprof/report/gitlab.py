"""The verdict as GitLab's Code Quality report."""

import json
from hashlib import sha256

from memprof.analysis.places import Root
from memprof.gate.verdict import Verdict
from memprof.report.escape import terminal
from memprof.report.problems import Problem, listed
from memprof.report.sites import Row


def render(verdict: Verdict, root: Root) -> str:
    """Return the list of problems; what has no line stands at the first of the capture's name."""
    rows = [_row(one) for one in listed(verdict, root)]
    return json.dumps(rows, indent=2, allow_nan=False) + "\n"


def _row(one: Problem) -> Row:
    """Return one problem."""
    return {
        "description": terminal(one.text),
        "check_name": f"memprof/{one.rule}",
        "fingerprint": sha256(one.key.encode("utf-8", "backslashreplace")).hexdigest(),
        "severity": "major" if one.broken else "info",
        "location": {
            "path": terminal(one.file),
            "lines": {"begin": one.line},
        },
    }
