"""One limit: read what people write, refuse the rest with the way out."""

import pytest

from memprof.errors import UsageError
from memprof.gate import limit as grammar
from memprof.gate.limit import Limit, limit, nearest, tolerance

UNITS = {
    "max-rss": grammar.BYTES,
    "max-growth": grammar.BYTES_PER_MIN,
    "max-suspects": grammar.COUNT,
    "max-gc-pause": grammar.DURATION,
    "max-gc-share": grammar.SHARE,
    "no-uncollectable": grammar.FORBIDDEN,
}
STATS = {"blocks": grammar.COUNT, "bytes": grammar.BYTES}


@pytest.mark.parametrize(
    ("name", "text", "most"),
    [
        ("max-rss", "300MiB", 300 << 20),
        ("max-rss", " 1.5 GiB ", 3 << 29),
        ("max-growth", "0.5MiB/min", 1 << 19),
        ("max-growth", "1 KiB/s", 60 << 10),
        ("max-growth", "60MiB/h", 1 << 20),
        ("max-growth", "0", 0),
        ("max-suspects", "0", 0),
        ("max-gc-pause", "50ms", 50_000_000),
        ("max-gc-share", "5%", 0.05),
        ("no-uncollectable", "true", 0),
    ],
)
def test_a_limit_is_a_word_and_an_amount(name: str, text: str, most: float) -> None:
    made = limit(name, text, UNITS, "pyproject.toml")
    assert made == Limit(name, UNITS[name], made.most if made else -1, text, "pyproject.toml")
    assert made.most == pytest.approx(most)


def test_a_flag_that_says_no_is_no_limit() -> None:
    assert limit("no-uncollectable", "false", UNITS) is None


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("max-rss", "300Mb"),
        ("max-rss", "-1"),
        ("max-rss", "nan"),
        ("max-rss", ""),
        ("max-growth", "5MiB"),
        ("max-growth", "5MiB/day"),
        ("max-growth", "/min"),
        ("max-suspects", "1.5"),
        ("max-suspects", "٣"),
        ("max-gc-pause", "fast"),
        ("max-gc-share", "0.05"),
        ("no-uncollectable", "maybe"),
    ],
)
def test_an_amount_that_cannot_be_is_said_with_how_to_write_it(name: str, text: str) -> None:
    with pytest.raises(UsageError) as raised:
        limit(name, text, UNITS)
    assert str(raised.value).startswith(f"{name}: {text!r} is not ")
    assert raised.value.hint == f"Write it as {grammar.WORDS[UNITS[name]][1]}."


def test_the_hint_names_the_nearest() -> None:
    with pytest.raises(UsageError, match="there is no 'max_rs' to limit") as raised:
        limit("max_rs", "1", UNITS)
    assert raised.value.hint.startswith("Did you mean max-rss? Known: max-rss, ")
    assert nearest("quite other", UNITS).startswith("Known: ")


def test_what_equals_the_limit_is_within_it() -> None:
    made = limit("max-suspects", "2", UNITS)
    assert made is not None
    assert made.allows(2)
    assert not made.allows(3)


def test_a_tolerance_is_a_share_or_absolute() -> None:
    assert tolerance("bytes:5%", STATS).most(1000) == pytest.approx(1050)
    assert tolerance("bytes:1KiB", STATS).most(1000) == 2024
    assert tolerance("blocks:0", STATS).most(7) == 7
    assert tolerance("blocks: 5 %", STATS).most(0) == 0


@pytest.mark.parametrize("text", ["bytes", "bytes:", ":5%", "bytes:-5%", "blocks:1KiB", "bits:1"])
def test_what_is_no_tolerance(text: str) -> None:
    with pytest.raises(UsageError) as raised:
        tolerance(text, STATS)
    assert raised.value.hint.startswith(("Write it as ", "Known: ", "Did you mean "))
