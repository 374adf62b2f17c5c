"""Code in a process of its own, for probes that stand before the interpreter's functions."""

from pathlib import Path
from textwrap import dedent

from support.running import CHECKOUT, run_bare


def isolated(code: str, cwd: Path, *options: str) -> str:
    """Run *code* by `python -c`; it must end well and say nothing on stderr."""
    env = {"PYTHONPATH": str(CHECKOUT / "tests")}
    result = run_bare([*options, "-c", dedent(code)], cwd=cwd, env=env)
    assert (result.code, result.stderr) == (0, ""), result.stderr
    return result.stdout
