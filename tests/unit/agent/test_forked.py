"""A forked child waits, begins if it lives, and tells of its end if it does not."""

# ruff: noqa: SLF001  (a session has no other way in)

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from memprof.agent import forked
from memprof.agent.session import Session
from memprof.agent.settings import CAPTURE, CHILDREN, LAUNCHER, RUN, Settings
from memprof.capture.records import parse

OLD_NS = 10_000_000_000


@pytest.fixture(name="capture")
def _capture(tmp_path: Path) -> Path:
    """Return the root's capture."""
    path = tmp_path / "a.memprof"
    path.touch()
    return path


@pytest.fixture(name="session")
def _session(capture: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Return a session that takes itself for a child just forked, without a thread."""
    environ = {
        CAPTURE: str(capture),
        CHILDREN: f"{capture}.children",
        RUN: "0123456789abcdef",
        LAUNCHER: str(os.getpid()),
        "MEMPROF_ENGINE": "off",
    }
    session: Any = Session(Settings(environ))
    monkeypatch.setattr(session.companion, "start", lambda: None)
    monkeypatch.setattr(session.companion, "_soon", lambda: False)
    session.probes.names.site((("app.py", 1),))
    session.checkpoint("the parent's")
    session.spending.waits = True
    session.after_fork_in_child()
    yield session
    session.channel.close()


def told(capture: Path) -> dict[str, list[dict[str, Any]]]:
    """Return the fields of the child's records by kind."""
    (path,) = Path(f"{capture}.children").iterdir()
    found: dict[str, list[dict[str, Any]]] = {"": [{"name": path.name}]}
    for line in path.read_bytes().splitlines()[1:]:
        record = parse(line + b"\n")
        found.setdefault(record.kind, []).append(record.fields)
    return found


def test_at_the_fork_there_is_neither_file_nor_record(session: Any, capture: Path) -> None:  # noqa: ANN401
    size = capture.stat().st_size
    assert session.stage == forked.WAITING
    assert 0 < forked.waits_s(session) <= 0.1
    assert 0 < session._tick() <= 0.1
    session.probes.event("what", "detail")
    assert (capture.stat().st_size, list(capture.parent.iterdir())) == (size, [capture])
    assert not session.channel.is_open()


def test_one_that_is_soon_over_tells_of_its_end(session: Any, capture: Path) -> None:  # noqa: ANN401
    session.end("_exit", 3)
    found = told(capture)
    assert found[""] == [{"name": f"{os.getpid()}.{session.base_ns}.brief.memprof"}]
    assert list(found)[1:] == ["hello", "resident", "snapshot", "footer"]
    hello, snapshot, footer = found["hello"][0], found["snapshot"][0], found["footer"][0]
    assert (hello["brief"], hello["role"], hello["run"]) == (True, "fork", "0123456789abcdef")
    assert (snapshot["number"], snapshot["live_bytes"], snapshot["reason"]) == (0, None, "_exit")
    assert (footer["reason"], footer["code"], footer["overhead_ns"]) == ("_exit", 3, 0)
    session.end("exit")
    assert told(capture) == found


def test_one_that_lives_is_told_of_whole(session: Any, capture: Path) -> None:  # noqa: ANN401
    session.base_ns -= OLD_NS
    assert session._tick() < 0.1
    assert session.stage == forked.WHOLE
    session.checkpoint("here")
    session.end("_exit")
    found = told(capture)
    assert "brief" not in found["hello"][0]
    assert [one["number"] for one in found["snapshot"]] == [0, 1, 2]
    assert "agent-error" not in found
    # What was named before the fork is named again.
    assert found["strings"][0]["texts"][0] == "app.py"
    assert found["sites"] == [{"first": 0, "stacks": [[0]]}]


def test_a_checkpoint_begins_it_at_once(session: Any, capture: Path) -> None:  # noqa: ANN401
    session.checkpoint("early")
    assert [one["name"] for one in told(capture)["snapshot"]] == [None, "early"]


def test_one_that_had_no_thread_begins_at_its_end(session: Any, capture: Path) -> None:  # noqa: ANN401
    session.base_ns -= OLD_NS
    session.end("_exit")
    found = told(capture)
    assert found[""][0]["name"].count("brief") == 0
    assert found["snapshot"][-1]["at_ns"] >= OLD_NS


def test_one_without_a_place_is_told_at_its_end(
    session: Any,  # noqa: ANN401
    capture: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("memprof.agent.children.MOST_WHOLE", 0)
    session.base_ns -= OLD_NS
    assert session._tick() > 60
    assert session.stage == forked.BRIEF
    session.checkpoint("nothing")
    session.end("_exit")
    assert told(capture)["hello"][0]["brief"] is True


def test_children_of_a_forkserver_are_spawned(session: Any) -> None:  # noqa: ANN401
    session.settings.role = "forkserver"
    session.after_fork_in_child()
    assert session.settings.role == "spawn"
    session.after_fork_in_child()
    assert session.settings.role == "fork"


def test_a_fork_within_our_own_work_is_left_alone(session: Any, capture: Path) -> None:  # noqa: ANN401
    """A signal's handler may fork while this thread works."""
    session.stage = forked.WHOLE
    assert session._enter()
    session.after_fork_in_child()
    session.checkpoint("half done")
    session.end("_exit")
    assert not Path(f"{capture}.children").exists()
