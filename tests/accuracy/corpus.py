"""
Programs kept elsewhere, with an environment for each of their sides.

A corpus is a folder with `prepare.py` and, a folder each, cases: `case.json`
and `target.py`.  What is used of `case.json`: `label` (leak or clean), `kind`,
`iterations`, `expected.sites`, `expected.types`, `expected.holder`, `sides`.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from accuracy.truths import Cause

_NAME = re.compile(r"\b\w+(?:\.\w+)+\b|\b_\w+\b")
_BUILDING = Lock()


@dataclass(frozen=True, slots=True)
class Side:
    """
    A side of a case: `leaky`, or `fixed` or `clean`, which are not to be accused.

    `residual` says what this side nevertheless leaves behind.
    """

    case: str
    side: str
    kind: str
    target: Path
    counts: tuple[int, ...]
    causes: tuple[Cause, ...]
    holders: tuple[str, ...]
    residual: str

    @property
    def leaks(self) -> bool:
        """Whether this is the side that does wrong."""
        return self.side == "leaky"


def sides(folder: Path, names: Sequence[str], only: str | None) -> list[Side]:
    """Return the sides of the cases in *folder*, of *names* if there are any."""
    found = []
    for file in sorted(folder.glob("*/case.json")):
        if not names or file.parent.name in names:
            found += [side for side in _sides(file) if only in {None, side.side}]
    return found


def environment(folder: Path, side: Side, scratch: Path, *, frozen: bool) -> str:
    """Return the interpreter of *side*, made in *scratch* by the corpus' own `prepare.py`."""
    command = [
        sys.executable,
        str(folder / "prepare.py"),
        side.case,
        "--dest",
        str(scratch / "venvs"),
    ]
    command += ["--side", side.side, *(["--frozen"] if frozen else [])]
    _call(command)
    return str((scratch / "venvs" / side.case / side.side / "bin" / "python").absolute())


def install(python: str, checkout: Path, scratch: Path) -> None:
    """Put the memprof of *checkout* into the environment of *python*."""
    wheel = _wheel(python, checkout, scratch)
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    # Its requirements first: they may be there; then this build and no older one.
    _call([*pip, str(wheel)])
    _call([*pip, "--force-reinstall", "--no-deps", str(wheel)])


def forget_wheels(scratch: Path) -> None:
    """Let the next installations build anew."""
    shutil.rmtree(scratch / "wheels", ignore_errors=True)


def _wheel(python: str, checkout: Path, scratch: Path) -> Path:
    """Return the wheel of *checkout* for the version of *python*, built once."""
    code = "import sys; print('cp%d%d' % sys.version_info[:2])"
    tag = _call([python, "-c", code]).strip()
    folder = scratch / "wheels" / tag
    with _BUILDING:
        if not list(folder.glob("*.whl")):
            with tempfile.TemporaryDirectory(prefix="accuracy-") as copy:
                # A copy: a build leaves files behind.
                for name in ("pyproject.toml", "README.md", "LICENSE"):
                    shutil.copy(checkout / name, copy)
                ignored = shutil.ignore_patterns("*.so", "__pycache__")
                shutil.copytree(checkout / "memprof", Path(copy, "memprof"), ignore=ignored)
                _call([python, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(folder), copy])
    (wheel,) = folder.glob("*.whl")
    return wheel


def _call(command: Sequence[str]) -> str:
    """Run *command* and return what it prints; OSError if it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        message = f"{' '.join(command[:6])}: {done.stderr.strip()[-300:]}"
        raise OSError(message)
    return done.stdout


def _sides(file: Path) -> list[Side]:
    """Return the sides of one case."""
    case = json.loads(file.read_text("utf-8"))
    target = file.parent / "target.py"
    expected = case.get("expected") or {}
    sites, types = tuple(expected.get("sites") or ()), tuple(expected.get("types") or ())
    holder = str(expected.get("holder") or "")
    # "none: ..." has no owner to name; else any dotted or underscored name in the prose is one.
    holders = () if holder.startswith("none") else tuple(dict.fromkeys(_NAME.findall(holder)))
    kind = str(case.get("kind", "")).partition(":")[0]
    causes = (Cause(str(target), sites=sites, types=types),) if sites or types else ()
    return [
        Side(
            case=case["name"],
            side=side,
            kind=kind if len(kind) == 1 else "",
            target=target,
            counts=tuple(spec.get("iterations") or case["iterations"]),
            causes=causes if side == "leaky" else (),
            holders=holders if side == "leaky" else (),
            residual=str(case.get(f"{side}_residual") or ""),
        )
        for side, spec in case["sides"].items()
    ]
