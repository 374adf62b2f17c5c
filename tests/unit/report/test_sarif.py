"""SARIF 2.1.0, against its schema."""

import json
from typing import Any

import jsonschema
from support.schemas import SARIF
from support.verdicts import ROOT, honest, leaky, measure, told

from memprof.gate.verdict import Verdict
from memprof.report import sarif


def run(found: Verdict) -> dict[str, Any]:
    """Return the one run of the log, which is valid."""
    document = json.loads(sarif.render(found, ROOT))
    jsonschema.validate(document, SARIF)
    (only,) = document["runs"]
    assert isinstance(only, dict)
    return only


def test_a_result_has_a_stable_rule_place_and_fingerprint() -> None:
    one, again = run(told(leaky())), run(told(leaky(grown=200_000)))
    (result,), (later,) = one["results"], again["results"]
    assert result["ruleId"] == "memprof/max-suspects"
    rules = one["tool"]["driver"]["rules"]
    assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    place = result["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "app.py"}, "region": {"startLine": 1}}
    assert result["partialFingerprints"] == later["partialFingerprints"]
    assert one["invocations"][0]["exitCode"] == 1


def test_what_is_not_known_is_a_notification() -> None:
    found = run(told(honest(4), by=measure(max_rss="1GiB", max_suspects="0")))
    assert found["results"] == []
    (invocation,) = found["invocations"]
    assert invocation["executionSuccessful"] is False
    (notification,) = invocation["toolExecutionNotifications"]
    assert "6 are needed" in notification["message"]["text"]


def test_what_passed_has_no_result() -> None:
    found = run(told(honest()))
    assert found["results"] == []
    assert found["invocations"][0]["executionSuccessful"] is True
