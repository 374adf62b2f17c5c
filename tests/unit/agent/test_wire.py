"""A record is a line with a checksum; numbers in a row are written as runs."""

import json

import pytest

from memprof.agent.wire import MAGIC, MAGIC_PREFIX, bucket, bucket_floor, checksum, runs, seal


def test_a_record_is_one_ascii_line() -> None:
    line = seal("event", {"what": "caf\u00e9\n", "detail": "\udc80", "at_ns": 1 << 70})
    assert line.isascii()
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    text = line[9:-1]
    assert line[:9] == b"%08x " % checksum(text)
    assert json.loads(text) == [
        "event",
        {"what": "caf\u00e9\n", "detail": "\udc80", "at_ns": 1 << 70},
    ]


def test_a_checksum_finds_every_changed_byte() -> None:
    text = b'["strings",{"first":0,"texts":["a"]}]'
    for place in range(len(text)):
        changed = text[:place] + bytes([text[place] ^ 0x41]) + text[place + 1 :]
        assert checksum(changed) != checksum(text)


def test_what_json_cannot_say_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        seal("event", {"at_ns": float("nan")})


@pytest.mark.parametrize(
    ("ids", "found"),
    [
        ([], []),
        ([7], [7, 1]),
        ([0, 1, 2], [0, 3]),
        ([0, 2, 3, 9], [0, 1, 2, 2, 9, 1]),
    ],
)
def test_runs(ids: list[int], found: list[int]) -> None:
    assert runs(ids) == found
    assert runs(iter(ids)) == found


def test_a_bucket_is_within_six_percent() -> None:
    for shift in range(50):
        for pause_ns in {1 << shift, (1 << shift) + (1 << shift) // 3, (2 << shift) - 1}:
            number = bucket(pause_ns)
            floor = bucket_floor(number)
            assert floor <= pause_ns < bucket_floor(number + 1)
            assert pause_ns - floor <= pause_ns / 16


def test_buckets_rise_with_pauses() -> None:
    buckets = [bucket(pause_ns) for pause_ns in range(5_000)]
    assert buckets == sorted(buckets)
    assert bucket(0) == 0
    assert bucket(1 << 62) < 1 << 16  # it shares an integer with the generation


def test_the_first_line_names_the_format() -> None:
    assert MAGIC.startswith(MAGIC_PREFIX)
    assert MAGIC.endswith(b"\n")
