"""What the agent adds to a process, against its budget, and that no table shows it."""

import compileall
import json
import statistics
from pathlib import Path

import pytest
from support.running import Result, run_bare, run_command, run_memprof

import memprof
from memprof.agent import graph, survey

MAX_MODULES = 16
MAX_OBJECTS = 1_500
MAX_RSS_BYTES = 2 << 20
MAX_WALKED = 250
"""Of them those that the collector walks, where the agent's can be taken out of its way."""

RUNS = 5

# Memory first, before this adds anything of its own.
MEASURE = """
import os
with open("/proc/self/statm", "rb", buffering=0) as file:
    statm = file.read()
import gc, sys
objects, modules = len(gc.get_objects()), list(sys.modules)
print(int(statm.split()[1]) * os.sysconf("SC_PAGE_SIZE"), objects, *modules)
"""

WORK = """
import gc, json, sys, tracemalloc, memprof
class Node:
    def __init__(self):
        self.own = self
kept = []
for number in range(40):
    kept += [bytearray(2000) for _ in range(100)]
    for _ in range(500):
        Node()
    if not number % 5:
        gc.collect()
        memprof.checkpoint(str(number))
kept_by = {"kept": kept}
"""


@pytest.fixture(scope="module", autouse=True)
def _compiled() -> None:
    """Compile the package where it is, as its installation does."""
    compileall.compile_dir(Path(memprof.__file__).parent, quiet=2)


def numbers(result: Result) -> tuple[int, int, set[str]]:
    """Return the resident bytes, the tracked objects and the modules that *result* tells of."""
    assert result.code == 0, result.stderr
    rss, objects, *modules = result.stdout.split()
    return int(rss), int(objects), set(modules)


@pytest.mark.parametrize("engine", ["native", "tracemalloc", "off"])
def test_the_agent_keeps_its_budget(engine: str, tmp_path: Path) -> None:
    (tmp_path / "measure.py").write_text(MEASURE)
    bare, profiled = [], []
    for _ in range(RUNS):
        bare.append(numbers(run_bare(["measure.py"], cwd=tmp_path)))
        options = ["-q", "-f", "--engine", engine]
        profiled.append(numbers(run_memprof(options, ["measure.py"], cwd=tmp_path)))
    modules = profiled[0][2] - bare[0][2]
    assert len(modules) <= MAX_MODULES, sorted(modules)
    objects = statistics.median(p[1] - b[1] for b, p in zip(bare, profiled, strict=True))
    assert objects <= (MAX_OBJECTS if graph.withdraw is survey.withdraw else MAX_WALKED)
    rss = statistics.median(p[0] for p in profiled) - statistics.median(b[0] for b in bare)
    assert rss - tables_bytes(tmp_path, engine) <= MAX_RSS_BYTES


def tables_bytes(cwd: Path, engine: str) -> int:
    """Return what the native engine's tables take, which grow with what it follows; else 0."""
    if engine != "native":
        return 0
    found = run_memprof(["-q", "-f", "--engine", engine], ["measure.py"], cwd=cwd).facts
    return found.snapshots[-1].tracing_bytes


def names_in(value: object, path: str = "") -> list[tuple[str, str]]:
    """Return every text in the JSON *value*, each with the way to it."""
    if isinstance(value, dict):
        return [pair for name, part in value.items() for pair in names_in(part, f"{path}.{name}")]
    if isinstance(value, list):
        return [pair for part in value for pair in names_in(part, path)]
    return [(path, value)] if isinstance(value, str) else []


@pytest.mark.parametrize(
    "options",
    [[], ["--depth", "10"], ["--engine", "off"], ["--cycles"], ["--interval", "10ms"]],
    ids=" ".join,
)
def test_no_table_shows_the_agent(options: list[str], tmp_path: Path) -> None:
    (tmp_path / "work.py").write_text(WORK)
    done = run_memprof(["-q", *options], ["work.py"], cwd=tmp_path)
    assert done.code == 0, done.stderr
    assert done.facts.run.agent_errors == ()
    assert len(done.facts.snapshots) > 2
    shown = run_command(["report", "--json", "test.memprof"], cwd=tmp_path)
    document = json.loads(shown.stdout)
    agent = str(Path(memprof.__file__).parent / "agent")
    tables = {"allocations", "types", "refcounts", "suspects", "cycles", "collections"}
    assert tables <= set(document)
    found = [
        (path, text)
        for path, text in names_in({name: document[name] for name in tables})
        if agent in text or "memprof.agent" in text or "sitecustomize" in text
    ]
    assert found == []
    if options != ["--engine", "off"]:
        assert any("work.py" in text for _, text in names_in(document["allocations"]))
