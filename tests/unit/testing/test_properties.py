"""What is known of a test travels as JSON, and comes back."""

import json

from memprof.model.tested import MeasuredTest
from memprof.testing import properties

FOUND = MeasuredTest(
    "test_it[\u202e]", 12, exact=True, peak_bytes=None, collected=3, verdict="LEAK"
)


def test_what_is_written_is_read() -> None:
    assert properties.read([("other", 1), properties.write(FOUND)]) == FOUND


def test_what_somebody_else_wrote_is_none() -> None:
    for value in (7, "no JSON", "[]", json.dumps({"test": "a"})):
        assert properties.read([("memprof", value)]) is None
    assert properties.read([]) is None
