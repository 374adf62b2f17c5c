"""What a snapshot costs is told; what cannot be paid is not taken, and said."""

from types import SimpleNamespace
from typing import Any

import pytest

from memprof.agent import process
from memprof.agent.schedule import MIDWAY_FIRST_NS, Schedule
from memprof.agent.spending import Spending

MIB = 1 << 20


class Probes:
    """Stands where the probes stand."""

    found_new = False
    tracked = 1000

    def __init__(self) -> None:
        """Cost nothing."""
        self.taken: list[str] = []
        self.copied_bytes = 0
        self.guarded: list[str] = []

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        """Answer 0 to every question."""
        return lambda *_: 0

    def guard(self, name: str, *_: object) -> None:
        """Note who is asked."""
        self.guarded.append(name)

    def copy_bytes(self) -> int:
        """Return what a copy takes."""
        return self.copied_bytes

    def take(self, reason: str, _name: str | None) -> int:
        """Note that a snapshot was taken."""
        self.taken.append(reason)
        return 5_000_000


class Channel:
    """Stands where the channel stands."""

    written_bytes = 0

    def __init__(self) -> None:
        """Start with nothing sent."""
        self.sent: list[str] = []

    def send(self, kind: str, fields: dict[str, Any]) -> None:
        """Note a record."""
        self.sent.append(f"{kind} {fields['reason']}")


def parts() -> tuple[Any, Any, Any, Any]:
    """Return the probes, the schedule, the channel, and what spends."""
    probes, schedule, channel = Probes(), Schedule(None), Channel()
    return probes, schedule, channel, Spending(probes, schedule, channel)


def test_what_is_due_is_taken_and_its_cost_told() -> None:
    probes, schedule, _, spending = parts()
    spending.take("interval", None)
    assert probes.taken == ["interval"]
    assert schedule.predicted_ns(1) == 5_000_000


def test_midway_is_looked_for_owners_once_as_often_as_the_run_doubles() -> None:
    probes, schedule, _, spending = parts()
    schedule.due = lambda *_: "interval"
    schedule.affords = lambda *_: True
    probes.allocations = SimpleNamespace(watch=None, least_ns=lambda: 0)
    probes.generations = SimpleNamespace(shorten=None)

    def owners_at(now_ns: int) -> int:
        probes.now_ns = lambda: now_ns
        spending.tick()
        asked: int = probes.guarded.count("owners")
        return asked

    first_ns = MIDWAY_FIRST_NS
    times = (first_ns - 1, first_ns, 2 * first_ns - 1, 2 * first_ns)
    assert [owners_at(now_ns) for now_ns in times] == [0, 1, 1, 2]
    probes.now_ns = lambda: 5 * first_ns
    spending.take("checkpoint", None)
    probes.tracked = 10**7
    assert owners_at(5 * first_ns) == 2


def test_a_copy_that_does_not_fit_is_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    probes, _, channel, spending = parts()
    probes.copied_bytes = 100 * MIB
    for headroom, fits in ((None, True), (400 * MIB, True), (399 * MIB, False)):
        monkeypatch.setattr(process, "headroom", lambda headroom=headroom: headroom)
        assert spending.fits() is fits
    spending.take_last("exit")
    assert (probes.taken, channel.sent) == ([], ["skip memory"])


def test_a_look_is_charged() -> None:
    _, schedule, _, spending = parts()
    schedule.affords_extra = lambda _now: False
    spending.charge(None)
    assert schedule.spent_ns >= 0
