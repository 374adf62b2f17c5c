"""Properties: how what is known of a test travels, on its report, as JSON."""

import json
from collections.abc import Iterable
from dataclasses import asdict, fields

from memprof.model.tested import MeasuredTest

NAME = "memprof"
"""The property's name, in JUnit's XML too."""


def write(found: MeasuredTest) -> tuple[str, object]:
    """Return *found* as a property of a report."""
    return NAME, json.dumps(asdict(found), sort_keys=True)


def read(properties: Iterable[tuple[str, object]]) -> MeasuredTest | None:
    """Return what was written, None where nothing was, or something else has our name."""
    for name, value in properties:
        if name == NAME and isinstance(value, str):
            try:
                found = json.loads(value)
            except ValueError:
                continue
            if isinstance(found, dict) and set(found) == {one.name for one in fields(MeasuredTest)}:
                return MeasuredTest(**found)
    return None
