"""A probe that fails is told once, and never runs again; a snapshot closes its records."""

import sys
from pathlib import Path
from typing import Any

import pytest
from unit.agent.recorder import Recorder

from memprof.agent import caches, epilogue
from memprof.agent.probes import Probes
from memprof.agent.settings import CAPTURE, Settings

built = vars(caches)["_caches"] is not None


@pytest.fixture(name="recorder")
def _recorder() -> Recorder:
    """Return what the probes send to."""
    return Recorder()


@pytest.fixture(name="probes")
def _probes(recorder: Recorder) -> Any:  # noqa: ANN401
    """Return the probes without an engine."""
    settings = Settings({CAPTURE: "unused", "MEMPROF_ENGINE": "off"})
    return Probes(settings, recorder, "/nowhere/", 0)


def test_a_failure_is_told_once(recorder: Recorder, probes: Any) -> None:  # noqa: ANN401
    assert probes.guard("odd", int, "no", default="unknown") == "unknown"
    assert probes.guard("odd", int, "9", default="unknown") == "unknown"
    assert probes.guard("other", int, "9") == 9
    (error,) = recorder.of("agent-error")
    assert (error["probe"], error["error"]) == (
        "odd",
        "ValueError: invalid literal for int() with base 10: 'no'",
    )


def test_what_the_program_raises_in_a_probe_stays_with_it(
    recorder: Recorder,
    probes: Any,  # noqa: ANN401
) -> None:
    class Odd(type):
        __name__ = property(lambda _: sys.exit("asked for its name"))

    class Told(Exception, metaclass=Odd):
        __traceback__ = property(lambda _: sys.exit("asked"))

        __str__ = property(lambda _: sys.exit("asked what it says"))

    def fail() -> None:
        raise Told("secret")  # noqa: EM101

    probes.guard("odd", fail)
    (error,) = recorder.of("agent-error")
    assert error["error"] == "Told from code that is not memprof's"


def test_without_memory_it_tries_again_with_the_ballast(
    recorder: Recorder,
    probes: Any,  # noqa: ANN401
) -> None:
    tries = []

    def work() -> str:
        tries.append(1)
        if len(tries) == 1:
            raise MemoryError
        return "done"

    assert probes.guard("hungry", work) == "done"
    assert recorder.of("agent-error") == []
    tries.clear()
    assert probes.guard("hungry", work) is None
    assert recorder.of("agent-error")[0]["error"].startswith("MemoryError")


def test_a_snapshot_comes_last_and_is_numbered(recorder: Recorder, probes: Any) -> None:  # noqa: ANN401
    assert probes.take("start", None) > 0
    kinds = [kind for kind, _ in recorder.records]
    assert kinds[-1] == "snapshot"
    assert {"census", "generations", "pools", "refcounts", "garbage"} <= set(kinds)
    probes.take("checkpoint", "here")
    first, second = recorder.of("snapshot")
    assert (first["number"], first["reason"], first["name"]) == (0, "start", None)
    assert (second["number"], second["reason"], second["name"]) == (1, "checkpoint", "here")
    assert first["live_bytes"] is None
    assert second["at_ns"] > first["at_ns"]
    assert recorder.of("agent-error") == []


def test_the_engine_looks_closer_now_and_then(
    probes: Any,  # noqa: ANN401
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """At both ends, at checkpoints, and at snapshots 1, 2, 4, 8, ... if the run pays for it."""
    asked: list[bool] = []

    def tell(_looked: object, _send: object, at_ns: int, closely: bool) -> tuple[object, ...]:  # noqa: FBT001
        assert at_ns > 0
        asked.append(closely)
        return None, None, None, 0

    monkeypatch.setattr(probes.allocations, "tell", tell)
    for reason in (
        "start",
        *["interval"] * 4,
        "growth",
        "checkpoint",
        "growth",
        "interval",
        "exit",
    ):
        probes.take(reason, None)
    assert [n for n, closely in enumerate(asked) if closely] == [0, 1, 2, 4, 6, 8, 9]
    asked.clear()
    probes.names.sites = range(1 << 60)
    probes.take("interval", None)
    probes.take("checkpoint", None)
    assert asked == [False, True]


def test_our_thread_is_not_the_target_s(recorder: Recorder, probes: Any) -> None:  # noqa: ANN401
    probes.take("start", None)
    probes.process.own_threads = 1
    probes.take("interval", None)
    first, second = recorder.of("snapshot")
    assert second["threads"] == first["threads"] - 1


def test_the_epilogue_says_what_the_end_knows(recorder: Recorder, probes: Any) -> None:  # noqa: ANN401
    probes.take("start", None)
    probes.take("exit", None)
    epilogue.tell(probes)
    assert recorder.of("agent-error") == []
    if built:
        assert len(recorder.of("caches")) == 1


def test_the_debt_is_looked_for_first_and_once(
    recorder: Recorder,
    probes: Any,  # noqa: ANN401
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def take(_names: object, _tracebacks_of: object, send: Any, ran_ns: int) -> None:  # noqa: ANN401
        send("debt", {"ran_ns": ran_ns})

    monkeypatch.setattr("memprof.agent.debt.take", take)
    for reason in ("start", "interval", "checkpoint", "exit"):
        recorder.records.clear()
        probes.take(reason, None)
        epilogue.tell(probes)
        assert [kind for kind, _ in recorder.records].count("debt") == (reason == "exit")
    assert [kind for kind, _ in recorder.records][:2] == ["resident", "debt"]


def test_a_gap_takes_a_snapshot_first(recorder: Recorder, probes: Any) -> None:  # noqa: ANN401
    reasons: list[str] = []
    probes.before_gap = reasons.append
    probes.event("tracing-restarted", "app.py:1")
    probes.event("gc-disabled", "")
    assert reasons == ["tracing-restarted"]
    assert [event["what"] for event in recorder.of("event")] == ["tracing-restarted", "gc-disabled"]


def test_every_probe_may_fail_and_a_snapshot_is_taken(
    recorder: Recorder,
    probes: Any,  # noqa: ANN401
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    def fail(*_args: object) -> None:
        raise ZeroDivisionError(str(tmp_path))

    monkeypatch.setattr("memprof.agent.pools.look", fail)
    monkeypatch.setattr("memprof.agent.process.status", fail)
    for probe in ("objects", "refcounts", "generations", "allocations"):
        setattr(probes, probe, _Failing())
    try:
        probes.take("interval", None)
    except AttributeError:
        pytest.fail("a failing probe reached its caller")
    (snapshot,) = recorder.of("snapshot")
    assert snapshot["rss_bytes"] is None


class _Failing:
    """Fails wherever it is asked."""

    follows = True
    paused_ns = 0
    own_ids: set[int] = set()  # noqa: RUF012

    def tables_bytes(self) -> int:
        """Answer; the engine's tables are asked outside any guard."""
        return 0

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        """Return a method that fails."""

        def fail(*_args: object) -> None:
            raise ZeroDivisionError(name)

        return fail
