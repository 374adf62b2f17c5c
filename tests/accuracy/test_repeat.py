"""Every planted leak is found, with what each call keeps; no honest function is accused."""

import inspect
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from accuracy import library
from support.running import CHECKOUT, run_bare

TARGETS = CHECKOUT / "tests" / "targets" / "repeated"
MEASURING = """
import importlib, json, sys
from memprof.exact.growth import measure
from memprof.report import repeat

module = importlib.import_module(sys.argv[1])
for name in sys.argv[2:]:
    # On a busy machine, too, each is called as often as it is on an idle one.
    found = measure(getattr(module, name), limit_s=300)
    print(json.dumps([name, repeat.document(found), repeat.text(found)]), flush=True)
"""


def functions(name: str) -> dict[str, str]:
    """Return {name: docstring} of the functions of the targets *name* that are judged."""
    source = (TARGETS / f"{name}.py").read_text("utf-8")
    return dict(
        re.findall(r'^(?:async )?def (\w+)\(\) -> None:\n    """([A-Z ]+:.*)', source, re.MULTILINE)
    )


def measured(name: str, names: list[str], cwd: Path) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield (function, document, text), each measured in one process."""
    env = {"PYTHONPATH": str(TARGETS)}
    result = run_bare(["-c", MEASURING, name, *names], cwd=cwd, env=env, timeout_s=110)
    assert result.code == 0, result.stderr
    for line in result.stdout.splitlines():
        yield tuple(json.loads(line))


def parts(names: dict[str, str], count: int) -> list[list[str]]:
    """Return *names* in *count* parts."""
    return [list(names)[first::count] for first in range(count)]


@pytest.mark.parametrize("names", parts(functions("leaks"), 4), ids=",".join)
def test_every_leak_is_found_with_what_a_call_keeps(names: list[str], tmp_path: Path) -> None:
    truths, seen = functions("leaks"), []
    for name, said, text in measured("leaks", names, tmp_path):
        word, _, figures = truths[name].partition(":")
        assert said["verdict"] == word, text
        strengths = {
            (one["type"] or one["what"]).rpartition(".")[2].split(" ")[0]: one["per_call"]
            for one in said["per_call"]
        }
        for rate, figure in re.findall(r"\+([\d.]+) (\w+)", figures):
            assert strengths[figure] == pytest.approx(float(rate), rel=0.02), (name, text)
        assert text.startswith(f"{word}: leaks.{name} keeps +"), text
        seen.append(name)
    assert seen == names


@pytest.mark.parametrize("names", parts(functions("honest"), 4), ids=",".join)
def test_no_honest_function_is_accused(names: list[str], tmp_path: Path) -> None:
    truths, seen = functions("honest"), []
    for name, said, text in measured("honest", names, tmp_path):
        assert said["verdict"] == truths[name].partition(":")[0], text
        seen.append(name)
    assert seen == names


def test_there_are_enough_of_both() -> None:
    assert len(functions("leaks")) >= 25
    assert sum(text.startswith("CLEAN") for text in functions("honest").values()) >= 20


def test_functions_of_the_library_are_chosen_by_the_rule_and_clean() -> None:
    """The first of them; `python tests/accuracy/library.py` judges all."""
    found = library.judged(12)
    assert [row for row in found if row[1] not in library.HONEST] == []
    assert found[0][0].startswith(library.MODULES.split()[0])
    many: list[tuple[str, Callable[..., object], tuple[object, ...]]] = library.chosen(60)
    assert len({name for name, _, _ in many}) == 60
    assert not any(inspect.isgeneratorfunction(function) for _, function, _ in many)
