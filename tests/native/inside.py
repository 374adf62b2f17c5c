"""Programs that import the native engine, each in a process of its own."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent
from typing import Any

from support.running import CHECKOUT, Result, run_bare

TESTS = CHECKOUT / "tests"


def run_inside(
    program: str, cwd: Path, *, env: Mapping[str, str] | None = None, timeout_s: float = 60
) -> Result:
    """Run *program*, which may import `native.ledger`, in *cwd* to its end."""
    script = cwd / "program.py"
    script.write_text(dedent(program), "utf-8")
    paths = [str(TESTS), *filter(None, [os.environ.get("PYTHONPATH")])]
    added = {"PYTHONPATH": os.pathsep.join(paths), "PYTHONFAULTHANDLER": "1", **(env or {})}
    return run_bare([script], cwd=cwd, env=added, timeout_s=timeout_s)


def said(
    program: str, cwd: Path, *, env: Mapping[str, str] | None = None, timeout_s: float = 60
) -> Any:  # noqa: ANN401  (whatever the program prints)
    """Run *program*, which must succeed and say nothing on stderr; return the JSON it prints."""
    done = run_inside(program, cwd, env=env, timeout_s=timeout_s)
    assert (done.code, done.stderr) == (0, ""), done
    return json.loads(done.stdout)


def line(program: str, mark: str) -> int:
    """Return the number of the line of *program* that ends in `# mark`."""
    lines = dedent(program).splitlines()
    (number,) = [at for at, text in enumerate(lines, 1) if text.endswith(f"# {mark}")]
    return number


def unindented(program: str) -> str:
    """Return *program* as it may follow another."""
    return dedent(program)
