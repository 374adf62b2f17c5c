"""Earlier runs as tables."""

import json

import pytest

from memprof.model.past import Kind, Past
from memprof.report import past

KIND = Kind("main", "3.12", "linux", "app.py", "native", 1)


def runs(number: int) -> list[Past]:
    """Return *number* runs that grow."""
    return [
        Past(KIND, 1.0 * n, n, "abc", {"max-rss": (30 + n) * 2.0**20, "max-suspects": 0.0})
        for n in range(number)
    ]


def test_each_figure_has_its_row() -> None:
    lines = past.render([runs(8)]).splitlines()
    assert lines[0] == "app.py on main, Python 3.12, linux, engine native, depth 1: 8 runs"
    (rss,) = [line for line in lines if line.startswith("rss peak")]
    assert rss.split("  ")[0] == "rss peak"
    assert "30.0 MiB" in rss
    assert "33.5 MiB" in rss
    assert "37.0 MiB" in rss
    assert rss.endswith("▁▂▃▄▄▅▆█")
    (suspects,) = [line for line in lines if line.startswith("suspects")]
    assert suspects.endswith("────────")
    assert any(line.startswith("longest gc pause") and "n/a" in line for line in lines)


def test_how_many_more_are_needed_is_said() -> None:
    assert "3 more runs needed before" in past.render([runs(2)])
    assert "needed" not in past.render([runs(5)])


@pytest.mark.parametrize("figures", [[-9.0], [-9.0] * 3, [0.0], [-3.0, -3.001]])
def test_memory_that_falls_and_hardly_varies_is_a_line(figures: list[float]) -> None:
    found = [Past(KIND, 1.0, n, "", {"max-growth": one}) for n, one in enumerate(figures)]
    (growth,) = [line for line in past.render([found]).splitlines() if line.startswith("growth")]
    assert growth.endswith("  " + "─" * len(figures))


def test_memory_that_falls_and_varies_has_bars() -> None:
    found = [Past(KIND, 1.0, n, "", {"max-growth": -9000.0 * n}) for n in range(3)]
    assert "█▄▁" in past.render([found])


def test_an_empty_history_says_so() -> None:
    assert past.render([]) == "There are no runs.\n"


def test_the_document() -> None:
    (kind,) = json.loads(past.dumps([runs(2)]))["kinds"]
    assert (kind["branch"], len(kind["runs"])) == ("main", 2)
    assert kind["runs"][1]["figures"]["max-rss"] == 31 * 2**20
