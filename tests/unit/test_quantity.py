"""Quantities: written for people, read back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memprof import quantity
from memprof.errors import UsageError

S = 1_000_000_000


@pytest.mark.parametrize(
    ("size_bytes", "text"),
    [
        (None, "n/a"),
        (0, "0 B"),
        (1, "1 B"),
        (1023, "1023 B"),
        (1024, "1.0 KiB"),
        (-1024, "-1.0 KiB"),
        (100 * 1024, "100 KiB"),
        (1024 * 1024 - 1, "1.0 MiB"),
        (43_200_000, "41.2 MiB"),
        (5 * 1024**5, "5.0 PiB"),
        (5000 * 1024**5, "5000 PiB"),
    ],
)
def test_bytes_have_a_fitting_unit(size_bytes: int | None, text: str) -> None:
    assert quantity.format_bytes(size_bytes) == text


@given(st.integers(-(1 << 60), 1 << 60))
def test_bytes_are_short_and_near_the_truth(size_bytes: int) -> None:
    text = quantity.format_bytes(size_bytes)
    figure, unit = text.split()
    factor = 1024 ** ["B", "KiB", "MiB", "GiB", "TiB", "PiB"].index(unit)
    assert abs(float(figure) * factor - size_bytes) <= 0.051 * abs(size_bytes)
    assert len(text) <= len("-1023.9 KiB")


@pytest.mark.parametrize(
    ("size_bytes", "text"), [(None, "n/a"), (0, "0 B"), (2048, "+2.0 KiB"), (-1, "-1 B")]
)
def test_growth_has_its_sign(size_bytes: int | None, text: str) -> None:
    assert quantity.format_growth(size_bytes) == text


@pytest.mark.parametrize(
    ("count", "plain", "growth"),
    [
        (None, "n/a", "n/a"),
        (0, "0", "0"),
        (1_234_567, "1,234,567", "+1,234,567"),
        (-5, "-5", "-5"),
    ],
)
def test_counts_have_separators(count: int | None, plain: str, growth: str) -> None:
    assert quantity.format_count(count) == plain
    assert quantity.format_count_growth(count) == growth


@pytest.mark.parametrize(
    ("duration_ns", "text"),
    [
        (None, "n/a"),
        (0, "0 ns"),
        (999, "999 ns"),
        (1_000, "1.0 µs"),
        (12_500_000, "12.5 ms"),
        (250_000_000, "250 ms"),
        (S, "1.0 s"),
        (119 * S, "119 s"),
        (125 * S, "2 min 5 s"),
        (3_600 * S, "1 h 0 min"),
        (90_000 * S, "25 h 0 min"),
    ],
)
def test_durations_have_a_fitting_unit(duration_ns: int | None, text: str) -> None:
    assert quantity.format_duration(duration_ns) == text


@pytest.mark.parametrize(
    ("share", "text"), [(None, "n/a"), (0.0, "0.0 %"), (0.123, "12.3 %"), (1.0, "100.0 %")]
)
def test_shares_are_percentages(share: float | None, text: str) -> None:
    assert quantity.format_share(share) == text


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("2", 2.0), ("0.5", 0.5), (".5", 0.5), ("250ms", 0.25), (" 1.5 min ", 90.0), ("2h", 7200.0)],
)
def test_seconds_are_read(text: str, seconds: float) -> None:
    assert quantity.read_seconds(text) == seconds


@pytest.mark.parametrize("text", ["", "x", "-1", "1e3", "nan", "inf", "1 day", "1.2.3", "٣"])
def test_what_says_no_seconds_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is not a duration") as caught:
        quantity.read_seconds(text)
    assert "250ms" in caught.value.hint


@given(st.floats(0, 1e6, allow_nan=False))
def test_written_seconds_read_back(seconds: float) -> None:
    assert quantity.read_seconds(f"{seconds:.6f}") == pytest.approx(seconds, abs=1e-6)


@pytest.mark.parametrize(
    ("text", "size_bytes"),
    [("4096", 4096), ("512KiB", 512 << 10), ("1.5 MiB", 3 << 19), (" 7 B ", 7), ("2GiB", 2 << 30)],
)
def test_sizes_are_read(text: str, size_bytes: int) -> None:
    assert quantity.read_bytes(text) == size_bytes


@pytest.mark.parametrize("text", ["", "many", "-1", "1e9", "5 apples", "1.2.3", "KiB", "9" * 99])
def test_what_is_no_size_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        quantity.read_bytes(text)


@pytest.mark.parametrize(
    ("text", "bytes_per_min"),
    [("0", 0.0), ("1KiB/s", 61440.0), (" 0.5 MiB / min ", 524288.0), ("60KiB/h", 1024.0)],
)
def test_growths_are_read(text: str, bytes_per_min: float) -> None:
    assert quantity.read_bytes_per_min(text) == pytest.approx(bytes_per_min)


@pytest.mark.parametrize("text", ["", "1MiB", "1MiB/", "/min", "1MiB/day", "-1KiB/s", "0/"])
def test_what_says_no_growth_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is not a growth") as caught:
        quantity.read_bytes_per_min(text)
    assert caught.value.hint


@pytest.mark.parametrize(("text", "share"), [("5%", 0.05), (" 0.5 % ", 0.005), ("150%", 1.5)])
def test_shares_are_read(text: str, share: float) -> None:
    assert quantity.read_share(text) == pytest.approx(share)


@pytest.mark.parametrize("text", ["", "5", "%", "-1%", "1e2%", "nan%", "٣%"])
def test_what_says_no_share_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is not a share"):
        quantity.read_share(text)


def test_numbers_are_read() -> None:
    assert quantity.read_count(" 12 ") == 12
    for text in ("", "1.0", "-1", "٣", "1,000"):
        with pytest.raises(UsageError, match="is not a whole number from 0 up"):
            quantity.read_count(text)


def test_a_growth_is_written_by_the_minute() -> None:
    assert quantity.format_rate(524288.0) == "512 KiB/min"
    assert quantity.format_rate(-2048.0) == "-2.0 KiB/min"
    assert quantity.format_rate(None) == "n/a"


@pytest.mark.parametrize(("text", "flag"), [("true", True), ("On", True), ("0", False)])
def test_flags_are_read(text: str, *, flag: bool) -> None:
    assert quantity.read_flag(text) is flag


@pytest.mark.parametrize("text", ["", "2", "tru", "true false"])
def test_what_says_neither_yes_nor_no_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is neither true nor false"):
        quantity.read_flag(text)
