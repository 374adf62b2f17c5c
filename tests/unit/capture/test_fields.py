"""Fields: what each check takes and refuses."""

from array import array

import pytest
from support.captures import record

from memprof.capture.fields import MAX_INTEGER, DamagedRecord, Record, flag, integer, integers

NOT_COUNTS: list[object] = [None, True, -1, 1.0, "1", [1], {}, MAX_INTEGER + 1]


@pytest.mark.parametrize("value", NOT_COUNTS)
def test_an_integer_is_one_from_zero_up(value: object) -> None:
    """Anything else than an integer of 0 to 2**63-1 is damaged, bools included."""
    with pytest.raises(DamagedRecord):
        integer(value)
    with pytest.raises(DamagedRecord):
        integers([1, value])


@pytest.mark.parametrize("value", NOT_COUNTS)
def test_a_column_refuses_what_is_no_count(value: object) -> None:
    """A column checks as much as single integers do, though at another speed."""
    with pytest.raises(DamagedRecord):
        record("live", bytes=[1, value]).column("bytes")


def test_a_column_is_an_array() -> None:
    """A column of counts becomes an array of 64 bits a value."""
    assert record("live", bytes=[1, MAX_INTEGER]).column("bytes") == array("q", [1, MAX_INTEGER])


def test_a_column_of_a_record_with_a_bool_elsewhere() -> None:
    """A bool or a minus sign in another field does not damage a column."""
    one = record("live", bytes=[1, 2], other=True, more=-1)
    assert list(one.column("bytes")) == [1, 2]


def test_flat_rows_are_read_by_column() -> None:
    """Flat rows of a width come as columns; a row cut short is damaged."""
    one = record("cycles", rows=[1, -1, 2, 3, 4, 5])
    assert one.columns("rows", 3) == [[1, 3], [-1, 4], [2, 5]]
    with pytest.raises(DamagedRecord):
        one.columns("rows", 4)


def test_null_and_missing_are_unknown() -> None:
    """An optional field may be null or missing, an other one may not."""
    one = record("resident", uss=None)
    assert one.optional_integer("uss") is None
    assert one.optional_text("missing") is None
    with pytest.raises(DamagedRecord):
        one.integer("uss")
    with pytest.raises(DamagedRecord):
        one.text("missing")


UNFIT: list[object] = [None, "", -0.5, True, float("inf"), float("nan"), 10**400, 2.0]


@pytest.mark.parametrize("value", UNFIT)
def test_a_number_is_within_its_range(value: object) -> None:
    """A number is an integer or a fraction from 0 up, below its limit."""
    one = Record("hello", {"started_unix_s": value}, b"")
    with pytest.raises(DamagedRecord):
        one.number("started_unix_s", 2)


def test_a_flag_is_a_bool() -> None:
    """A flag is true or false, or 1 or 0 as C programs say."""
    assert [flag(value) for value in (True, False, 1, 0)] == [True, False, True, False]
    others: list[object] = [None, 2, "true", [], 1.0]
    for value in others:
        with pytest.raises(DamagedRecord):
            flag(value)


def test_paired_columns_are_of_one_length() -> None:
    """Types and their counts of different length are damaged."""
    assert record("garbage", types=[1], counts=[2]).counts() == ([1], [2])
    with pytest.raises(DamagedRecord):
        record("garbage", types=[1], counts=[2, 3]).counts()
