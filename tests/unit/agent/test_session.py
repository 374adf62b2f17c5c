"""Snapshots at the moments due, one at a time, and an orderly end."""

# ruff: noqa: SLF001  (a session has no other way in)

import os
from pathlib import Path
from typing import Any

import pytest

from memprof.agent import session as module
from memprof.agent.session import Session
from memprof.agent.settings import CAPTURE, Settings
from memprof.capture.records import parse


@pytest.fixture(name="path")
def _path(tmp_path: Path) -> Path:
    """Return an empty capture."""
    path = tmp_path / "capture"
    path.touch()
    return path


@pytest.fixture(name="session")
def _session(path: Path) -> Any:  # noqa: ANN401
    """Return a session that observes this process, without a thread or an engine."""
    return Session(Settings({CAPTURE: str(path), "MEMPROF_ENGINE": "off"}))


def kinds(path: Path, *wanted: str) -> list[str]:
    """Return the kinds of records in the capture, of those *wanted*."""
    found = [parse(line + b"\n").kind for line in path.read_bytes().splitlines()]
    return [kind for kind in found if kind in wanted]


def test_a_checkpoint_is_a_snapshot(session: Any, path: Path) -> None:  # noqa: ANN401
    session.checkpoint("here")
    assert kinds(path, "snapshot", "skip", "agent-error") == ["snapshot"]
    assert b'"name":"here"' in path.read_bytes()


def test_a_checkpoint_too_dear_is_a_skip(session: Any, path: Path) -> None:  # noqa: ANN401
    session.schedule.affords_checkpoint = lambda *_: False
    session.checkpoint("here")
    assert kinds(path, "snapshot", "skip") == ["skip"]
    assert b'"reason":"budget"' in path.read_bytes()


def test_a_checkpoint_that_does_not_fit_is_a_skip(session: Any, path: Path) -> None:  # noqa: ANN401
    session.spending.fits = lambda: False
    session.checkpoint("here")
    assert kinds(path, "snapshot", "skip") == ["skip"]
    assert b'"reason":"memory"' in path.read_bytes()


def test_work_within_work_is_refused(session: Any, path: Path) -> None:  # noqa: ANN401
    """A finalizer or a signal handler may run while this thread works."""
    assert session._enter()
    session.checkpoint("within")
    session._leave()
    assert kinds(path, "snapshot", "skip") == []
    session.checkpoint("after")
    assert kinds(path, "snapshot") == ["snapshot"]


def test_a_tick_takes_what_is_due(session: Any, path: Path) -> None:  # noqa: ANN401
    session.schedule.due = lambda *_: None
    assert session._tick() > 0
    assert kinds(path, "snapshot") == []
    session.schedule.due = lambda *_: "interval"
    session.schedule.affords = lambda *_: True
    session._tick()
    assert kinds(path, "snapshot") == ["snapshot"]


def test_a_tick_tells_of_a_skip_when_it_is_worth_it(session: Any, path: Path) -> None:  # noqa: ANN401
    session.schedule.due = lambda *_: "growth"
    session.schedule.affords = lambda *_: False
    session.schedule.tells_skip = lambda _now: False
    session._tick()
    assert kinds(path, "snapshot", "skip") == []
    session.schedule.tells_skip = lambda _now: True
    session._tick()
    assert kinds(path, "snapshot", "skip") == ["skip"]


def test_the_end_is_a_snapshot_and_a_footer_once(session: Any, path: Path) -> None:  # noqa: ANN401
    session.end("exit")
    assert kinds(path, "snapshot", "footer", "agent-error") == ["snapshot", "footer"]
    session.end("exit")
    session.checkpoint("after")
    assert kinds(path, "snapshot", "footer") == ["snapshot", "footer"]


def test_a_second_interrupt_at_the_end_still_leaves_a_footer(
    session: Any,  # noqa: ANN401
    path: Path,
) -> None:
    def interrupt(*_args: object) -> None:
        raise KeyboardInterrupt

    session.probes.take = interrupt
    session.end("exit")
    assert kinds(path, "snapshot", "footer") == ["footer"]


def test_a_child_lets_go(session: Any, path: Path) -> None:  # noqa: ANN401
    session.after_fork_in_child()
    session.checkpoint("child")
    session.end("exit")
    assert path.read_bytes() == b""


def test_another_process_does_not_end_it(
    session: Any,  # noqa: ANN401
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "_getpid", lambda: os.getpid() + 1)
    session.end("exit")
    assert path.read_bytes() == b""


def test_without_a_session_a_checkpoint_does_nothing() -> None:
    assert module._session is None
    module.checkpoint("nobody")


def test_a_name_that_is_no_string_becomes_one(
    session: Any,  # noqa: ANN401
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "_session", session)
    module.checkpoint(7)
    assert b'"name":"7"' in path.read_bytes()
