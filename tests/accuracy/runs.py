"""One run of a program under an installed memprof, read back as its JSON report."""

import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TIMEOUT_S = 300


@dataclass(frozen=True, slots=True)
class Run:
    """What one run said, `document`; None, and `failure` says why, where there is no report."""

    document: Mapping[str, Any] | None
    failure: str
    seconds: float


def run(python: str, options: Sequence[str], words: Sequence[str], keep: Path | None = None) -> Run:
    """
    Run `memprof run *options* *words*` with the interpreter *python*, in a folder of its own.

    The folder is not the checkout, so that memprof is the one *python* has.  Its
    report and capture become *keep*.json and *keep*.memprof.
    """
    env = {key: value for key, value in os.environ.items() if not key.startswith("MEMPROF_")}
    env["PYTHONDONTWRITEBYTECODE"] = "1"
    with tempfile.TemporaryDirectory(prefix="accuracy-") as folder:
        report = Path(folder, "report.json")
        command = [python, "-m", "memprof", "run", "-q", "-o", "run.memprof", "--json", report.name]
        began = time.perf_counter()
        try:
            done = subprocess.run(
                [*command, *options, *words],
                cwd=folder,
                env=env,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=TIMEOUT_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return Run(None, f"not done after {TIMEOUT_S} s", TIMEOUT_S)
        took_s = time.perf_counter() - began
        if keep is not None:
            _keep(Path(folder), keep)
        if done.returncode or not report.exists():
            last = done.stderr.strip().splitlines()[-1:] or ["no word on stderr"]
            return Run(None, f"exit {done.returncode}: {last[0]}", took_s)
        document = json.loads(report.read_text("ascii"))
    errors = document["capture"]["agent_errors"]
    return Run(document, f"agent errors: {errors}" if errors else "", took_s)


def _keep(folder: Path, keep: Path) -> None:
    """Copy what the run left in *folder*."""
    keep.parent.mkdir(parents=True, exist_ok=True)
    for name in ("report.json", "run.memprof"):
        if (folder / name).exists():
            shutil.copy(folder / name, keep.with_name(keep.name + Path(name).suffix))
