"""The document: the contract other programs read."""

import json
from dataclasses import replace
from typing import Any

from support import prefork
from support.facts import RUN, facts, snapshots
from support.service import service

from memprof.analysis.findings import analyse
from memprof.model.allocations import Allocations, Frame
from memprof.model.cycles import CyclePass, Cycles
from memprof.report.document import FORMAT, build, dumps

# As the contract lists them, in its order; more may follow.
KEYS = {
    "capture": [
        "path",
        "python",
        "engine",
        "engine_note",
        "sample_bytes",
        "depth",
        "started",
        "duration_s",
        "exit",
        "complete",
        "snapshots",
        "checkpoints",
        "overhead_s",
    ],
    "process": [
        "rss_first_bytes",
        "rss_peak_bytes",
        "rss_last_bytes",
        "uss_bytes",
        "python_live_bytes",
        "python_peak_bytes",
        "pymalloc_idle_bytes",
        "native_used_bytes",
        "native_held_bytes",
    ],
    "generations": [
        "generation",
        "threshold",
        "count",
        "collections",
        "collected",
        "uncollectable",
        "pause_total_s",
        "pause_p50_s",
        "pause_p99_s",
        "pause_max_s",
    ],
    "pools": ["size_bytes", "pools", "blocks_used", "blocks_free"],
    "types": ["type", "count_first", "count_last", "growth"],
    "allocations": [
        "file",
        "line",
        "function",
        "live_bytes",
        "live_blocks",
        "peak_bytes",
        "growth_bytes",
    ],
    "suspects": [
        "rank",
        "verdict",
        "confidence",
        "file",
        "line",
        "function",
        "type",
        "growth_bytes",
        "growth_blocks",
        "bytes_per_s",
        "held_by",
        "evidence",
    ],
}


def _keys_of(value: object) -> list[str]:
    row = value[0] if isinstance(value, list) else value
    assert isinstance(row, dict)
    return list(row)


def test_every_key_of_the_contract_in_its_order() -> None:
    made = build(analyse(service()))
    listed = [
        "format",
        "capture",
        "process",
        "generations",
        "collections",
        "cycles",
        "pools",
        "types",
        "refcounts",
        "allocations",
        "suspects",
        "verdict",
    ]
    assert [key for key in made if key in listed] == listed
    assert made["format"] == FORMAT == "memprof-report/1"
    for section, keys in KEYS.items():
        assert _keys_of(made[section])[: len(keys)] == keys


def test_cycle_rows_have_their_keys() -> None:
    given = facts([[1]], counts=[[1]], cycles=Cycles((CyclePass(1, 3, ((0, 0, 3),)),), {}))
    made = build(analyse(given))
    assert _keys_of(made["cycles"])[:4] == ["type", "objects", "file", "line"]


def test_the_figures_of_the_service() -> None:
    made = json.loads(dumps(analyse(service())))
    assert made["verdict"] == "LEAK"
    (suspect,) = made["suspects"]
    assert (suspect["file"], suspect["line"]) == ("/srv/shop/sessions.py", 41)
    assert suspect["type"] == "shop.sessions.Session"
    assert suspect["held_by"] == "shop.sessions.STORE.by_id[*]"
    assert suspect["verdict"] == "LEAK"
    assert made["capture"]["exit"] == {"code": None, "signal": 15, "reason": None}
    assert made["capture"]["checkpoints"] == ["warm"]
    assert made["capture"]["started"] == "2026-09-21T14:13:20.000+00:00"
    sessions = next(row for row in made["types"] if row["type"] == "shop.sessions.Session")
    assert (sessions["count_first"], sessions["count_last"]) == (0, 4_200)
    assert {row["kind"] for row in made["refcounts"]} == {"class", "object"}
    assert "dict" in [row["type"] for row in made["types"]]


def test_a_document_is_ascii_whatever_names_say() -> None:
    given = facts([[1, 2]])
    sites = ((Frame("caf\udce9\x1b\n.py", 1, None),),)
    given = replace(given, allocations=Allocations(sites, given.allocations.changes))
    text = dumps(analyse(given))
    assert text.isascii()
    assert "\x1b" not in text
    assert json.loads(text)["allocations"][0]["file"] == "caf\udce9\x1b\n.py"


def test_unknown_is_null_never_zero() -> None:
    given = facts(snapshots=snapshots(2, live_bytes=None, peak_bytes=None, native_used_bytes=None))
    process = json.loads(dumps(analyse(given)))["process"]
    assert process["python_live_bytes"] is None
    assert process["native_used_bytes"] is None
    assert process["uss_bytes"] is None
    assert process["parts"] is None


def test_stacks_join_where_more_than_a_line_was_kept() -> None:
    settings = replace(RUN.settings, depth=2)
    shallow, deep = facts([[1]]), facts([[1]], run=replace(RUN, settings=settings))
    assert "stack" not in json.loads(dumps(analyse(shallow)))["allocations"][0]
    assert len(json.loads(dumps(analyse(deep)))["allocations"][0]["stack"]) == 1


def test_a_start_that_is_no_moment_is_null() -> None:
    given = facts(run=replace(RUN, started_unix_s=1e300))
    assert json.loads(dumps(analyse(given)))["capture"]["started"] is None


def test_processes_stand_there_where_there_are_several() -> None:
    """What is said of the root alone keeps its meaning."""
    found = prefork.findings()
    told: dict[str, Any] = json.loads(dumps(found))
    alone = json.loads(dumps(analyse(service())))
    more = {"processes", "processes_together", "allocations_by_process"}
    assert told.keys() - alone.keys() == more
    assert told["capture"]["pid"] == found.run.pid
    assert told["process"]["rss_peak_bytes"] == found.process.rss_peak_bytes
    assert len(told["allocations"]) == len(found.allocations.rows)
    (row,) = told["suspects"]
    assert [one["pid"] for one in row["processes"]] == list(prefork.WORKERS)
    assert row["processes_alike"] == 4
    assert "processes" not in alone["suspects"][0]
