"""
A target twice: under memprof, and bare with the interpreter's own counters.

The bare twin has a `sitecustomize` that registers the first atexit function,
so that it looks at the same moment as memprof's last snapshot: after the
target's own atexit functions, while `__main__` is alive.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.running import CHECKOUT, Result, run_bare, run_memprof

from memprof.model.facts import Facts

TARGETS = CHECKOUT / "tests" / "targets"

Stack = tuple[tuple[str, int], ...]
"""File and line of each frame, the allocating one first."""

Held = tuple[int, int]
"""Live bytes and live blocks."""

_MARK = re.compile(r"# site: (\w+)$")

_SITECUSTOMIZE = """
import atexit, os, sys

def look(path=os.environ["TWIN_LOOK"]):
    import _tracemalloc
    if not _tracemalloc.is_tracing():
        sys._debugmallocstats()
        return
    held = {}
    for _, size, stack, _ in _tracemalloc._get_traces():
        total, blocks = held.get(stack, (0, 0))
        held[stack] = total + size, blocks + 1
    import json
    with open(path, "w") as file:
        json.dump(list(held.items()), file)

atexit.register(look)
"""


@dataclass(frozen=True, slots=True)
class Profiled:
    """A target's run under memprof: how it ended, and its JSON document."""

    target: Path
    result: Result
    document: dict[str, Any]

    @property
    def facts(self) -> Facts:
        """What the capture says."""
        return self.result.facts

    def line(self, mark: str) -> int:
        """Return the line of the target that ends in `# site: *mark*`."""
        return lines(self.target)[mark]

    def site(self, mark: str) -> dict[str, Any]:
        """Return the row of the one site on the line marked *mark*."""
        (row,) = [row for row in self.sites() if row["line"] == self.line(mark)]
        return row

    def sites(self) -> list[dict[str, Any]]:
        """Return the rows of the target's own file."""
        rows = self.document["allocations"]
        return [row for row in rows if row["file"] == str(self.target)]

    def held(self) -> dict[Stack, Held]:
        """Return what each site still holds, by its whole stack."""
        found = {}
        for row in self.document["allocations"]:
            frames = row.get("stack", [row])
            stack = tuple((frame["file"], frame["line"]) for frame in frames)
            if row["live_blocks"]:
                found[stack] = (row["live_bytes"], row["live_blocks"])
        return found

    def type(self, name: str, *, tracked: bool = True) -> dict[str, Any]:
        """Return the one row of the type called *name*."""
        rows = self.document["types"]
        (row,) = [row for row in rows if row["type"] == name and row["tracked"] == tracked]
        return dict(row)

    def events(self) -> list[str]:
        """Return what the target did to its collector and its tracing, in order."""
        return [event["what"] for event in self.document["capture"]["events"]]


def profile(target: Path, cwd: Path, *options: str, args: Sequence[str] = ()) -> Profiled:
    """Run *target* under memprof in *cwd*; nothing of memprof's may have failed."""
    report = cwd / "report.json"
    result = run_memprof(["-q", "--json", report, "-f", *options], [target, *args], cwd=cwd)
    assert result.code == 0, result.stderr
    document = json.loads(report.read_text("ascii"))
    errors = document["capture"]["agent_errors"]
    assert errors == [], errors
    assert document["capture"]["complete"]
    return Profiled(target, result, document)


def bare(
    target: Path, cwd: Path, *options: str, args: Sequence[str] = ()
) -> tuple[Result, dict[Stack, Held]]:
    """
    Run *target* without memprof; return how it went and what each stack holds.

    With *options* `-X tracemalloc=N` the blocks are known; else there are none
    and stderr has the statistics of pymalloc.
    """
    folder = cwd / "twin"
    folder.mkdir(exist_ok=True)
    (folder / "sitecustomize.py").write_text(_SITECUSTOMIZE)
    look = cwd / "look.json"
    env = {"PYTHONPATH": str(folder), "TWIN_LOOK": str(look)}
    result = run_bare([*options, target, *args], cwd=cwd, env=env)
    assert result.code == 0, result.stderr
    rows = json.loads(look.read_text()) if look.exists() else []
    held = {
        tuple((file, line) for file, line in stack): (total, blocks)
        for stack, (total, blocks) in rows
    }
    return result, held


def lines(target: Path) -> dict[str, int]:
    """Return the line of each `# site: name` in *target*."""
    text = target.read_text("utf-8").splitlines()
    found = [(_MARK.search(line), number) for number, line in enumerate(text, start=1)]
    return {match[1]: number for match, number in found if match}
