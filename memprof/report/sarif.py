"""The verdict as SARIF 2.1.0, for code scanning."""

import json

from memprof import __version__
from memprof.analysis.places import Root
from memprof.gate.outcome import NO_FIGURE
from memprof.gate.verdict import Verdict
from memprof.report.escape import sarif, uri
from memprof.report.problems import RULES, Problem, listed
from memprof.report.sites import Row

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
MOST = 25_000
"""Results that GitHub takes of one run."""


def render(verdict: Verdict, root: Root) -> str:
    """Return the log: a result for what is broken, a notification for what is not known."""
    problems = listed(verdict, root)
    broken = [one for one in problems if one.broken]
    names = list(RULES)
    run: Row = {
        "tool": {
            "driver": {
                "name": "memprof",
                "semanticVersion": __version__,
                "rules": [_rule(name) for name in names],
            }
        },
        "invocations": [
            {
                "executionSuccessful": verdict.outcome != NO_FIGURE,
                "exitCode": verdict.exit_code,
                "toolExecutionNotifications": [
                    {"level": "warning", "message": {"text": sarif(one.text)}}
                    for one in problems
                    if not one.broken
                ],
            }
        ],
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, names) for one in broken[:MOST]],
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, allow_nan=False) + "\n"


def _rule(name: str) -> Row:
    """Return what SARIF is told of a rule."""
    return {
        "id": f"memprof/{name}",
        "shortDescription": {"text": RULES[name]},
        "defaultConfiguration": {"level": "error"},
    }


def _result(one: Problem, names: list[str]) -> Row:
    """Return one broken rule; code scanning wants a place of every one."""
    physical = {"artifactLocation": {"uri": uri(one.file)}, "region": {"startLine": one.line}}
    return {
        "ruleId": f"memprof/{one.rule}",
        "ruleIndex": names.index(one.rule),
        "level": "error",
        "message": {"text": sarif(one.text)},
        "locations": [{"physicalLocation": physical}],
        "partialFingerprints": {"memprof/v1": sarif(one.key)},
    }
