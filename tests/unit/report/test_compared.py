"""The document of a comparison: whole, with a version."""

import json
from dataclasses import replace
from typing import Any

from support.compared import edited, side
from support.facts import facts
from support.service import service

from memprof.analysis.diff import Diff, analyse
from memprof.report.compared import FORMAT, build


def built(found: Diff) -> Any:  # noqa: ANN401  (any JSON)
    """Return the document as its reader has it."""
    made = build(found)
    assert json.loads(json.dumps(made)) == made
    return json.loads(json.dumps(made))


def test_it_holds_all_rows_and_tables() -> None:
    found = built(analyse(side(service(), "warm"), side(edited()), "site"))
    assert found["format"] == FORMAT == "memprof-diff/1"
    assert (found["by"], found["comparable"]) == ("site", True)
    assert len(found["rows"]) == 5
    assert {row["name"] for row in found["process"]} >= {"rss", "live", "peak", "blocks"}
    assert [row["generation"] for row in found["generations"]] == [0, 1, 2]
    assert found["pools"]["size_classes"][0]["size_bytes"] == 32
    assert (found["old"]["at"], found["old"]["at_s"], found["new"]["at"]) == ("warm", 40, "end")


def test_totals_have_the_rows_of_each_change() -> None:
    totals = built(analyse(side(service()), side(edited()), "site"))["totals"]
    parts = [totals[change] for change in ("new", "grown", "shrunk", "gone")]
    assert sum(part["growth_bytes"] for part in parts) == totals["growth_bytes"]
    assert sum(part["rows"] for part in parts) == 5


def test_objects_have_no_bytes() -> None:
    old, new = facts(counts=[[1, 2]]), facts(counts=[[1, 9]])
    old = replace(old, run=replace(old.run, complete=False))
    found = built(analyse(side(old), side(new), "type"))
    assert found["rows"] == [
        {
            "change": "grown",
            "type": "app.Type0",
            "tracked": True,
            "was": {"type": "app.Type0", "tracked": True},
            "before_objects": 2,
            "after_objects": 9,
            "growth_objects": 7,
        }
    ]
    assert "before_bytes" not in found["totals"]
    assert found["remarks"][0]["what"] == "incomplete"
