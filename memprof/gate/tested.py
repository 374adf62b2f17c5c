"""
The tests that a team knows to keep something, and lives with for now.

As with the suspects of a capture: what is new fails; what is known may not grow past
its value and the tolerance; what is gone is fixed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Self

from memprof.analysis import verdicts
from memprof.errors import BaselineUnreadable
from memprof.gate.budget import TOLERANCES
from memprof.gate.entry import text
from memprof.model.tested import MeasuredTest

FORMAT = "memprof-tests/1"
MOST_TESTS = 100_000
_LARGEST = 1e18
_AND = ", "
_SHRINKS = 240
"""Bytes by which the first instances of a class may be larger: CPython leaves room for 30 names."""


@dataclass(frozen=True, slots=True)
class KnownTest:
    """
    One test, and by which `rule` it was accused.

    `per_call` is how much of `figure` it keeps of each call, `bytes_per_call` and
    `blocks_per_call` what that is of memory; None where it was not counted.  For a limit the
    bytes are what it takes.  Of a test that was not called in rounds `figure` are the classes of
    which something was left.
    """

    test: str
    rule: str
    figure: str
    per_call: float | None
    bytes_per_call: float | None
    blocks_per_call: float | None

    @classmethod
    def of(cls, one: MeasuredTest) -> Self:
        """Return what a baseline keeps of *one*."""
        return cls(
            one.test,
            one.verdict,
            one.figure,
            one.per_call,
            one.bytes_per_call,
            one.blocks_per_call,
        )

    def allows(self, now: "KnownTest") -> bool:
        """
        Say whether the test may be as it is *now*.

        What was counted in rounds decides where both were.  A test that adds to what another
        keeps is not called in rounds: of such the classes are to be the known ones, and no
        more blocks and bytes may stay.  Where one of them was, classes are not compared.
        """
        if self.per_call is not None and now.per_call is not None:
            return (
                self.figure == now.figure
                and _within("count", self.per_call, now.per_call)
                and _within("bytes", self.bytes_per_call, now.bytes_per_call)
            )
        if self.blocks_per_call is not None and now.blocks_per_call is not None:
            mixed = (self.per_call is None) != (now.per_call is None)
            return (
                (mixed or self._has(now))
                and _within("count", self.blocks_per_call, now.blocks_per_call)
                and _within(
                    "bytes",
                    self.bytes_per_call,
                    now.bytes_per_call,
                    room=_SHRINKS * self.blocks_per_call,
                )
            )
        return self.figure == now.figure and _within(
            "bytes", self.bytes_per_call, now.bytes_per_call
        )

    def _has(self, now: "KnownTest") -> bool:
        """Say whether the classes of which something is left *now* are all known."""
        return set(now.figure.split(_AND)) <= {*self.figure.split(_AND), ""}


def _within(stat: str, known: float | None, now: float | None, room: float = 0) -> bool:
    """Say whether *now* is within tolerance of *known*, and *room*; what nobody counted is."""
    return known is None or now is None or now <= TOLERANCES[stat].most(known) + room


@dataclass(frozen=True, slots=True)
class KnownTests:
    """
    The tests in order, and what they are true for.

    That is Python's `X.Y`, the platform, and whether bytes were counted, or blocks.
    """

    python: str
    platform: str
    exact: bool
    entries: tuple[KnownTest, ...]

    def of(self, test: str, rule: str) -> KnownTest | None:
        """Return what is known of *test* by that *rule*."""
        return next((one for one in self.entries if (one.test, one.rule) == (test, rule)), None)


def renewed(now: KnownTests, found: Sequence[MeasuredTest]) -> KnownTests:
    """
    Return *now* with what was *found*.

    Of tests that were not run, or not judged, what was known stays.
    """
    judged = {one.test for one in found if one.verdict != verdicts.INCONCLUSIVE}
    kept = [one for one in now.entries if one.test not in judged]
    made = [KnownTest.of(one) for one in found if one.accused]
    entries = sorted([*kept, *made], key=lambda one: (one.test, one.rule))
    return KnownTests(now.python, now.platform, now.exact, tuple(entries))


def fixed(known: KnownTests, found: Sequence[MeasuredTest]) -> tuple[KnownTest, ...]:
    """Return those of *known* that were *found* to keep nothing any more."""
    judged = {one.test for one in found if one.verdict != verdicts.INCONCLUSIVE}
    accused = {(one.test, one.verdict) for one in found if one.accused}
    return tuple(
        one for one in known.entries if one.test in judged and (one.test, one.rule) not in accused
    )


def document(known: KnownTests) -> dict[str, object]:
    """Return *known* as the object its file holds."""
    return {"format": FORMAT, **asdict(known), "entries": [asdict(one) for one in known.entries]}


def read(found: object) -> KnownTests:
    """Return the tests that the object *found* is; raise BaselineUnreadable where it is none."""
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        message = f"its format is not {FORMAT}"
        raise BaselineUnreadable(message)
    rows, exact = found.get("entries"), found.get("exact")
    if not isinstance(rows, list) or len(rows) > MOST_TESTS:
        message = f"its entries are not a list of at most {MOST_TESTS:,}"
        raise BaselineUnreadable(message)
    if not isinstance(exact, bool):
        message = "its exact is neither true nor false"
        raise BaselineUnreadable(message)
    entries = [_entry(row, f"entry {count}") for count, row in enumerate(rows, start=1)]
    if len({(one.test, one.rule) for one in entries}) < len(entries):
        message = "two of its entries are of one test"
        raise BaselineUnreadable(message)
    return KnownTests(
        python=text(found, "python", "it"),
        platform=text(found, "platform", "it"),
        exact=exact,
        entries=tuple(sorted(entries, key=lambda one: (one.test, one.rule))),
    )


def _entry(row: object, where: str) -> KnownTest:
    """Return the entry that *row* is."""
    names = {field.name for field in fields(KnownTest)}
    if not isinstance(row, dict) or set(row) != names:
        message = f"{where} has not the keys {', '.join(sorted(names))}"
        raise BaselineUnreadable(message)
    return KnownTest(
        test=text(row, "test", where),
        rule=text(row, "rule", where),
        figure=text(row, "figure", where),
        per_call=_amount(row, "per_call", where),
        bytes_per_call=_amount(row, "bytes_per_call", where),
        blocks_per_call=_amount(row, "blocks_per_call", where),
    )


def _amount(row: Mapping[str, object], name: str, where: str) -> float | None:
    """Return the number that *row* has for *name*, None for none."""
    value = row.get(name)
    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < _LARGEST:
        return float(value)
    message = f"{where} has no number for {name}"
    raise BaselineUnreadable(message)
