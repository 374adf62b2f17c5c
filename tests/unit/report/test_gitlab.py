"""GitLab's Code Quality report, against its schema."""

import json

import jsonschema
from support.schemas import GITLAB
from support.verdicts import ROOT, honest, leaky, measure, told

from memprof.report import gitlab


def test_suspects_and_figures_are_issues() -> None:
    found = told(leaky(), honest(4), by=measure(max_rss="1MiB", max_suspects="0"))
    rows = json.loads(gitlab.render(found, ROOT))
    jsonschema.validate(rows, GITLAB)
    assert [row["check_name"] for row in rows] == [
        "memprof/max-suspects",
        "memprof/max-rss",
        "memprof/max-rss",
        "memprof/max-suspects",
    ]
    assert [row["severity"] for row in rows] == ["major", "major", "major", "info"]
    assert rows[0]["location"] == {"path": "app.py", "lines": {"begin": 1}}
    assert len({row["fingerprint"] for row in rows}) == 4


def test_what_passed_is_an_empty_list() -> None:
    assert json.loads(gitlab.render(told(honest()), ROOT)) == []
