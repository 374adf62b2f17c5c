"""The store: what is added is there, for jobs that write at once, and nothing else is."""

import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from support.hostile import STRINGS
from support.running import CHECKOUT

from memprof.errors import HistoryUnreadable
from memprof.history import store
from memprof.model.past import Kind, Past

KIND = Kind("main", "3.12", "linux", "app.py", "native", 1)


def run(number: int, kind: Kind = KIND, **figures: float) -> Past:
    """Return run *number* of a *kind*."""
    return Past(kind, 1000.0 + number, number, "abc", figures or {"max-rss": 5.0 + number})


@pytest.fixture
def path(tmp_path: Path) -> str:
    """Return where a history may be, in a folder with a hard name."""
    folder = tmp_path / "odd ?#% é"
    folder.mkdir()
    return str(folder / "runs.sqlite")


def test_what_is_added_is_read_back_in_order(path: str) -> None:
    runs = [run(number) for number in range(5)]
    assert store.add(path, list(reversed(runs))) == 5
    assert store.latest(path, KIND, 10) == runs
    assert store.latest(path, KIND, 2) == runs[-2:]
    assert store.kinds(path) == [KIND]


def test_a_job_that_is_tried_again_adds_nothing(path: str) -> None:
    assert store.add(path, [run(1)]) == 1
    assert store.add(path, [run(1), run(2)]) == 1
    assert len(store.latest(path, KIND, 10)) == 2


@pytest.mark.parametrize(
    "other",
    [{"branch": "x"}, {"python": "3.13"}, {"platform": "x"}, {"engine": "off"}, {"depth": 2}],
    ids=str,
)
def test_runs_of_another_kind_are_apart(path: str, other: dict[str, str]) -> None:
    kind = replace(KIND, **other)  # type: ignore[arg-type]
    store.add(path, [run(1), run(2, kind)])
    assert store.latest(path, kind, 10) == [run(2, kind)]
    assert len(store.kinds(path)) == 2


def test_prune_keeps_the_last_of_each_kind(path: str) -> None:
    other = replace(KIND, branch="x")
    store.add(path, [*(run(n) for n in range(6)), run(9, other)])
    assert store.prune(path, 2) == 4
    assert store.latest(path, KIND, 10) == [run(4), run(5)]
    assert store.latest(path, other, 10) == [run(9, other)]
    with sqlite3.connect(path) as base:
        assert base.execute("SELECT count(*) FROM figures").fetchone() == (3,)
    base.close()


@pytest.mark.parametrize("word", STRINGS, ids=range(len(STRINGS)))
def test_names_are_no_commands(path: str, word: str) -> None:
    kind = replace(KIND, branch=f"'; DROP TABLE runs; --{word}", target=word)
    store.add(path, [run(1, kind)])
    (found,) = store.latest(path, kind, 10)
    assert found.figures == {"max-rss": 6.0}


@pytest.mark.parametrize("content", [b"no database", b"SQLite format 3\x00" + b"x" * 4000])
def test_what_is_no_history_is_one_line(path: str, content: bytes) -> None:
    Path(path).write_bytes(content)
    for use in (lambda: store.kinds(path), lambda: store.add(path, [run(1)])):
        with pytest.raises(HistoryUnreadable) as raised:
            use()
        assert "\n" not in str(raised.value)
    assert Path(path).read_bytes() == content


def test_what_is_not_there_is_not_made_by_looking(path: str) -> None:
    for use in (lambda: store.kinds(path), lambda: store.prune(path, 1)):
        with pytest.raises(HistoryUnreadable, match="there is no history /") as raised:
            use()
        assert str(raised.value).endswith(path)
    assert not Path(path).exists()


def _spoil(path: str, *statements: str) -> None:
    with sqlite3.connect(path) as base:
        for statement in statements:
            base.execute(statement)
    base.close()


def test_another_format_and_other_types_are_refused(path: str) -> None:
    store.add(path, [run(1)])
    for statement in (
        "UPDATE figures SET value = 'text'",
        "UPDATE figures SET value = 9e999",
        "UPDATE figures SET value = -9e999",
    ):
        _spoil(path, statement)
        with pytest.raises(HistoryUnreadable, match="it holds what memprof did not") as raised:
            store.latest(path, KIND, 10)
        assert path in str(raised.value)
    _spoil(path, "PRAGMA user_version = 9")
    for use in (lambda: store.kinds(path), lambda: store.add(path, [run(1)])):
        with pytest.raises(HistoryUnreadable, match="not a history of format 1"):
            use()


def test_a_change_that_fails_leaves_all_as_it_was(path: str) -> None:
    store.add(path, [run(1)])
    with pytest.raises(HistoryUnreadable):
        store.add(path, [run(2), run(3, **{"max-rss": None})])  # type: ignore[arg-type]
    assert store.latest(path, KIND, 10) == [run(1)]


JOB = """
import sys
from memprof.history import store
from memprof.model.past import Kind, Past
path, job = sys.argv[1], int(sys.argv[2])
kind = Kind("main", "3.12", "linux", "app.py", "native", 1)
sys.stdin.readline()
for n in range(20):
    store.add(path, [Past(kind, 1000.0 * job + n, job, "", {"max-rss": 1.0, "max-live": 2.0})])
    if n % 5 == 0:
        store.latest(path, kind, 5)
"""


def test_eight_jobs_on_one_file_lose_nothing(path: str) -> None:
    jobs = [
        subprocess.Popen(
            [sys.executable, "-c", JOB, path, str(job)],
            cwd=CHECKOUT,
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for job in range(8)
    ]
    for job in jobs:
        assert job.stdin is not None
        job.stdin.write("\n")
        job.stdin.flush()
    for job in jobs:
        _, said = job.communicate(timeout=100)
        assert (job.returncode, said) == (0, "")
    found = store.latest(path, KIND, 1000)
    assert len(found) == 160
    assert all(len(one.figures) == 2 for one in found)
