"""
Fields of a record, checked one by one.

A capture may come from anyone, so no field is trusted: each is asked for by
its type and range, and the first that is wrong raises DamagedRecord.  The
reader then drops the record whole.
"""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

MAX_INTEGER = (1 << 63) - 1
"""The largest integer a capture may carry: it must fit an array('q')."""

NO_ID = -1
"""Stands for "none" where a record has room for an id."""


class DamagedRecord(Exception):
    """The record cannot be used; the reader counts it and reads on."""


def integer(value: object, low: int = 0) -> int:
    """Return *value* if it is an integer from *low* up, a bool being none."""
    if type(value) is not int or not low <= value <= MAX_INTEGER:
        raise DamagedRecord
    return value


def optional_integer(value: object) -> int | None:
    """Return *value* if it is None or an integer from 0 up."""
    return None if value is None else integer(value)


def text(value: object) -> str:
    """Return *value* if it is a string, which may hold any character."""
    if type(value) is not str:
        raise DamagedRecord
    return value


def flag(value: object) -> bool:
    """Return *value* if it is a bool; 0 and 1 are taken for one as well."""
    if value not in (0, 1) or type(value) not in (bool, int):
        raise DamagedRecord
    return bool(value)


def integers(value: object, low: int = 0) -> list[int]:
    """Return *value* if it is a list of integers from *low* up."""
    found = cast("list[int]", items(value))
    if found and set(map(type, found)) != {int}:
        raise DamagedRecord
    if found and (min(found) < low or max(found) > MAX_INTEGER):
        raise DamagedRecord
    return found


def pairs(values: list[object], low: int = 0) -> list[tuple[int, int]]:
    """Return *values* if each is two integers, the first from *low* up, the other from 0."""
    found = [integers(value, low) for value in values]
    if any(len(pair) != 2 or pair[1] < 0 for pair in found):
        raise DamagedRecord
    return [(first, second) for first, second in found]


def ids(numbers: list[int]) -> list[int]:
    """Return *numbers* if none is below 0."""
    if numbers and min(numbers) < 0:
        raise DamagedRecord
    return numbers


def items(value: object) -> list[object]:
    """Return *value* if it is a list, of anything."""
    if type(value) is not list:
        raise DamagedRecord
    return value


def highest(numbers: Iterable[int]) -> int:
    """Return the largest of *numbers*, -1 where there are none."""
    return max(numbers, default=NO_ID)


@dataclass(frozen=True, slots=True)
class Record:
    """One record whose checksum holds: its fields, and the JSON they came from."""

    kind: str
    fields: dict[str, object]
    json: bytes

    def integer(self, name: str) -> int:
        """Return the field *name*, an integer from 0 up."""
        return integer(self.fields.get(name))

    def optional_integer(self, name: str) -> int | None:
        """Return the field *name*, an integer from 0 up; None if null or missing."""
        return optional_integer(self.fields.get(name))

    def text(self, name: str) -> str:
        """Return the field *name*, a string."""
        return text(self.fields.get(name))

    def optional_text(self, name: str) -> str | None:
        """Return the field *name*, a string; None if null or missing."""
        value = self.fields.get(name)
        return None if value is None else text(value)

    def flag(self, name: str) -> bool:
        """Return the field *name*, a bool."""
        return flag(self.fields.get(name))

    def number(self, name: str, below: float) -> float:
        """Return the field *name*, a number from 0 up to *below*."""
        value = self.fields.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise DamagedRecord
        if not 0 <= value < below:
            raise DamagedRecord
        return float(value)

    def items(self, name: str) -> list[object]:
        """Return the field *name*, a list of anything."""
        return items(self.fields.get(name))

    def integers(self, name: str) -> list[int]:
        """Return the field *name*, a list of integers from 0 up."""
        return integers(self.fields.get(name))

    def columns(self, name: str, width: int) -> list[list[int]]:
        """Return the field *name*, flat rows of *width* integers from -1 up, by column."""
        flat = integers(self.fields.get(name), NO_ID)
        if len(flat) % width:
            raise DamagedRecord
        return [flat[place::width] for place in range(width)]

    def column(self, name: str) -> "array[int]":
        """
        Return the field *name*, a list of integers from 0 up, as array('q').

        Millions of values pass here.  Where the JSON has neither a minus sign
        nor a bool, building the array checks the rest: it takes integers of
        64 bits only.  That is four times faster than looking at each value.
        """
        values = self.items(name)
        if b"-" in self.json or b"true" in self.json or b"false" in self.json:
            integers(values)
        try:
            return array("q", cast("list[int]", values))
        except (TypeError, OverflowError) as wrong:
            raise DamagedRecord from wrong

    def counts(self) -> tuple[list[int], list[int]]:
        """Return the fields `types` and `counts`, two lists of one length."""
        return self.paired("types", "counts")

    def paired(self, first: str, second: str) -> tuple[list[int], list[int]]:
        """Return the fields *first* and *second*, lists of integers of one length."""
        one, other = self.integers(first), self.integers(second)
        if len(one) != len(other):
            raise DamagedRecord
        return one, other
