"""The tables of generations and of cycles show what is true by construction."""

from pathlib import Path
from typing import Any

import pytest
from accuracy.twins import TARGETS, profile
from support.running import run_bare

TRUTH = TARGETS / "truth"


def by_generation(document: dict[str, Any], column: str) -> list[int]:
    """Return *column* of the three generations."""
    return [row[column] for row in document["generations"]]


@pytest.mark.parametrize("state", ["on", "off"])
@pytest.mark.parametrize("engine", ["tracemalloc", "off"])
def test_manual_collections_are_counted_exactly(state: str, engine: str, tmp_path: Path) -> None:
    target = TRUTH / "collected.py"
    found = profile(target, tmp_path, "--engine", engine, args=[state])
    assert found.result.stdout == run_bare([target, state], cwd=tmp_path).stdout
    assert found.result.stdout.splitlines()[0] == "642"
    assert by_generation(found.document, "manual") == [3, 2, 2]
    assert found.document["generation_disagreements"] == []
    largest = found.document["collections"][0]
    assert (largest["collected"], largest["generation"], largest["manual"]) == (642, 2, True)
    assert by_generation(found.document, "collected")[2] >= 642
    assert by_generation(found.document, "uncollectable") == [0, 0, 0]


def test_collections_agree_with_the_interpreter_under_load(tmp_path: Path) -> None:
    """Many collections, none seen twice, none missed, none of them manual."""
    loop = "for n in range(100_000):\n    kept.append([n])\n    one = []\n    one.append(one)\n"
    target = tmp_path / "load.py"
    target.write_text(f"kept = []\n{loop}")
    found = profile(target, tmp_path)
    assert found.document["generation_disagreements"] == []
    assert by_generation(found.document, "manual") == [0, 0, 0]
    assert sum(by_generation(found.document, "collections")) >= 20
    assert sum(by_generation(found.document, "collected")) >= 90_000


def test_what_the_target_does_to_its_collector_is_noted(tmp_path: Path) -> None:
    found = profile(TRUTH / "interferes.py", tmp_path)
    assert found.events() == [
        "gc-disabled",
        "gc-enabled",
        "gc-threshold",
        "gc-frozen",
        "gc-unfrozen",
        "gc-callbacks-cleared",
    ]
    assert by_generation(found.document, "threshold") == [50_000, 20, 30]


@pytest.mark.parametrize("options", [[], ["--cycles"]])
def test_looking_at_cycles_changes_nothing(options: list[str], tmp_path: Path) -> None:
    target = TRUTH / "cycles.py"
    found = profile(target, tmp_path, *options)
    assert found.result.stdout == run_bare([target], cwd=tmp_path).stdout
    assert found.result.stdout.splitlines() == ["600", "200 200 200 0", "[] 0 False 0"]
    assert found.document["generation_disagreements"] == []
    assert found.document["garbage"] == []
    assert found.document["collections"][0]["collected"] == 600


def test_cycles_show_type_number_and_line(tmp_path: Path) -> None:
    found = profile(TRUTH / "cycles.py", tmp_path, "--cycles")
    rows = [row for row in found.document["cycles"] if row["file"] == str(found.target)]
    seen = {(row["type"], row["line"], row["objects"]) for row in rows}
    assert seen == {
        ("__main__.Finalized", found.line("finalized"), 200),
        ("__main__.Ring", found.line("ring"), 200),
        ("__main__.Ring", found.line("ring_too"), 200),
    }


def test_cycles_are_known_without_the_engine_but_for_their_lines(tmp_path: Path) -> None:
    found = profile(TRUTH / "cycles.py", tmp_path, "--cycles", "--engine", "off")
    rows = {row["type"]: row for row in found.document["cycles"]}
    assert rows["__main__.Ring"]["objects"] == 400
    assert rows["__main__.Ring"]["file"] is None


@pytest.mark.parametrize("options", [[], ["--cycles"]])
def test_garbage_is_counted_by_type(options: list[str], tmp_path: Path) -> None:
    target = TRUTH / "garbage.py"
    found = profile(target, tmp_path, *options)
    assert found.result.stdout == run_bare([target], cwd=tmp_path).stdout == "60\n"
    assert found.document["garbage"] == [{"type": "__main__.Saved", "objects": 60}]
