"""The import contracts hold, and each breaks by name where a wrong import is planted."""

import shutil
import subprocess
import sysconfig
import tomllib
from pathlib import Path

import pytest
from support.running import CHECKOUT

PLANTS = {
    "Imports only go down; launch, capture and history do not know each other": [
        ("launch/door.py", "memprof.capture.reader"),
        ("capture/reader.py", "memprof.launch.door"),
        ("history/store.py", "memprof.capture.reader"),
        ("analysis/suspects.py", "memprof.gate.verdict"),
        ("gate/verdict.py", "memprof.report.page"),
        ("report/page.py", "memprof.cli.run"),
        ("report/repeat.py", "memprof.exact.growth"),
        ("exact/growth.py", "memprof.testing.watch"),
    ],
    "The agent imports nothing of ours but itself": [("agent/pools.py", "memprof.quantity")],
    "Of the agent, others read the treaty only; exact runs its rounds": [
        ("capture/reader.py", "memprof.agent.session"),
        ("exact/growth.py", "memprof.agent.session"),
    ],
    "The model is facts alone": [("model/run.py", "memprof.quantity")],
    "click lives in cli": [("report/page.py", "click")],
    "psutil lives in launch": [("cli/run.py", "psutil")],
    "pytest lives in testing": [("exact/growth.py", "pytest")],
    "tabulate lives in report.table": [("report/page.py", "tabulate")],
    "objgraph lives in agent.referrers": [("analysis/suspects.py", "objgraph")],
}


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """Return a copy of the package and its contracts, to be spoilt."""
    shutil.copytree(
        CHECKOUT / "memprof", tmp_path / "memprof", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy(CHECKOUT / "pyproject.toml", tmp_path)
    return tmp_path


def broken(house: Path) -> set[str]:
    """Return the names of the contracts that *house* breaks."""
    lint_imports = Path(sysconfig.get_path("scripts")) / "lint-imports"
    done = subprocess.run(
        [lint_imports, "--no-cache"], cwd=house, capture_output=True, text=True, check=False
    )
    assert "Contracts: " in done.stdout, done.stdout + done.stderr
    return {name for name in PLANTS if f"{name} BROKEN" in done.stdout}


def test_every_contract_has_a_plant() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())
    contracts = project["tool"]["importlinter"]["contracts"]
    assert [contract["name"] for contract in contracts] == list(PLANTS)


def test_the_contracts_know_every_floor() -> None:
    """A floor nobody lists would be bound by nothing."""
    floors = {path.parent.name for path in (CHECKOUT / "memprof").glob("*/__init__.py")}
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())
    layers, agent, treaty = project["tool"]["importlinter"]["contracts"][:3]
    assert floors <= set(" ".join(layers["layers"]).replace("(", "").replace(")", "").split())
    others = {f"memprof.{floor}" for floor in floors - {"agent"}}
    assert others <= set(agent["forbidden_modules"])
    assert others <= set(treaty["source_modules"])


def test_the_contracts_hold(house: Path) -> None:
    assert broken(house) == set()


@pytest.mark.parametrize(
    ("name", "module", "wrong"),
    [(name, *plant) for name, plants in PLANTS.items() for plant in plants],
)
def test_a_wrong_import_is_named(house: Path, name: str, module: str, wrong: str) -> None:
    with (house / "memprof" / module).open("a") as spoilt:
        spoilt.write(f"\nimport {wrong}\n")
    assert name in broken(house)
