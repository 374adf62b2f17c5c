"""The tables of types, reference counts and the process show what is true by construction."""

import json
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from accuracy.twins import TARGETS, Profiled, profile
from support.running import run_memprof

TRUTH = TARGETS / "truth"
NOT_A_COUNT = 500_000_000


def test_instances_are_counted_first_last_and_growth(tmp_path: Path) -> None:
    found = profile(TRUTH / "objects.py", tmp_path)
    for name, instances in (("Counted", 1_234), ("Empty", 777)):
        row = found.type(f"__main__.{name}")
        figures = (row["count_first"], row["count_last"], row["growth"])
        assert figures == (0, instances, instances)


def test_what_the_collector_does_not_track_is_counted_too(tmp_path: Path) -> None:
    found = profile(TRUTH / "objects.py", tmp_path)
    assert found.type("bytearray", tracked=False)["growth"] == 500


def test_classes_gain_a_reference_with_each_instance(tmp_path: Path) -> None:
    found = profile(TRUTH / "objects.py", tmp_path)
    rows = {row["type"]: row for row in found.document["refcounts"] if row["kind"] == "class"}
    facts = found.facts
    for name, instances in (("Counted", 1_234), ("Empty", 777)):
        row = rows[f"__main__.{name}"]
        assert row["references_first"] == 0  # at the start there is no such class
        number = [kind.qualname for kind in facts.objects.types].index(name)
        looks = [look[number] for look in facts.refcounts.classes if look and number in look]
        # The class holds itself a few times over; each instance adds one.
        assert looks[-1] - looks[0] == instances
        assert row["references_last"] == looks[-1]


@pytest.mark.parametrize("engine", ["tracemalloc", "off"])
def test_an_object_shows_its_references_and_who_holds_them(engine: str, tmp_path: Path) -> None:
    rows = held(profile(TRUTH / "references.py", tmp_path, "--engine", engine))
    assert {(row["references"], row["explained"], row["unexplained"]) for row in rows} == {
        (7, 7, 0)
    }
    assert {tuple(row["referrers"]) for row in rows} == {("list",)}


def test_what_a_running_frame_holds_is_not_explained(tmp_path: Path) -> None:
    rows = held(profile(TRUTH / "references.py", tmp_path, args=["frames"]))
    assert {(row["references"], row["explained"], row["unexplained"]) for row in rows} == {
        (8, 7, 1)
    }


def held(found: Profiled) -> list[dict[str, Any]]:
    """Return the samples of the class `Held`, at least three."""
    rows = [
        {**row, "references": row["references_last"]}
        for row in found.document["refcounts"]
        if row["kind"] == "object" and row["type"] == "__main__.Held"
    ]
    assert len(rows) >= 3
    assert all(row["alive"] for row in rows)
    return rows


@pytest.mark.parametrize("name", ["objects", "references"])
def test_no_mark_of_an_immortal_passes_for_a_count(name: str, tmp_path: Path) -> None:
    found = profile(TRUTH / f"{name}.py", tmp_path)
    rows = found.document["refcounts"]
    assert rows
    for row in rows:
        assert 0 <= row["references_first"] < NOT_A_COUNT
        assert 0 <= row["references_last"] < NOT_A_COUNT


@pytest.mark.parametrize("engine", ["tracemalloc", "off"])
def test_the_parts_of_resident_memory_add_up(engine: str, tmp_path: Path) -> None:
    found = profile(TRUTH / "objects.py", tmp_path, "--engine", engine)
    for name in ("parts", "parts_growth"):
        parts = found.document["process"][name]
        named = {key: value for key, value in parts.items() if key not in {"at_s", "rss_bytes"}}
        assert sum(value or 0 for value in named.values()) == parts["rss_bytes"]
    parts = found.document["process"]["parts"]
    assert parts["pymalloc_used_bytes"] > 0
    assert (parts["tracing_bytes"] > 0) == (engine == "tracemalloc")
    # What nothing names: stacks, static data, maps of libraries.
    assert abs(parts["rest_bytes"]) < parts["rss_bytes"] / 2


@pytest.mark.parametrize("engine", ["native", "tracemalloc", "off"])
def test_what_is_ours_is_counted_nowhere(engine: str, tmp_path: Path) -> None:
    found = profile(TRUTH / "idle.py", tmp_path, "--engine", engine, "--no-follow")
    facts = found.facts
    looks = [shot.number for shot in facts.snapshots if shot.reason == "checkpoint"]
    assert len(looks) == 12
    held: dict[int, int] = {}
    counted = []
    for number in range(looks[-1] + 1):
        for change in facts.objects.changes[number]:
            numbers = chain(
                *(
                    range(at, at + many)
                    for at, many in zip(change.runs[::2], change.runs[1::2], strict=True)
                )
            )
            held.update(zip(numbers, change.columns[0], strict=True))
        if number in looks:
            counted.append(dict(held))
    for late in counted[3:]:
        changed = {kind: late[kind] - counted[2].get(kind, 0) for kind in late}
        assert {facts.objects.types[kind].qualname: n for kind, n in changed.items() if n} == {}


def test_uss_and_descriptors_are_those_of_the_end(tmp_path: Path) -> None:
    """What the program touched and opened since its first look is in them."""
    script = tmp_path / "held.py"
    script.write_text(
        "kept = bytearray(b'x') * (48 << 20)\nopened = [open(__file__) for _ in range(40)]\n"
        "del opened[7:]\n"
    )
    process = profile(script, tmp_path).document["process"]
    assert process["closer"] is None
    assert 48 << 20 <= process["uss_bytes"] <= process["pss_bytes"] <= process["rss_last_bytes"]
    assert 7 <= process["descriptors"] < 40


def test_of_a_program_that_is_killed_uss_is_of_the_moment_it_was_seen(tmp_path: Path) -> None:
    script = tmp_path / "killed.py"
    script.write_text(
        "import os, signal\nimport memprof\nkept = bytearray(b'x') * (48 << 20)\n"
        "memprof.checkpoint('grown')\nmore = bytearray(b'x') * (48 << 20)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    report = tmp_path / "report.json"
    run_memprof(["-q", "--json", report, "-f"], [script], cwd=tmp_path)
    process = json.loads(report.read_text("ascii"))["process"]
    seen = process["closer"] or process
    assert seen["uss_bytes"] >= 48 << 20
    assert process["uss_bytes"] in {None, seen["uss_bytes"]}
