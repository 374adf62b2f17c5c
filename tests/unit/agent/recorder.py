"""A channel that keeps what it is sent, and names over it."""

import json
from copy import deepcopy
from typing import Any

from memprof.agent.names import Names

Record = tuple[str, dict[str, Any]]


class Recorder:
    """Stands where the channel stands."""

    def __init__(self) -> None:
        """Start with nothing sent."""
        self.records: list[Record] = []
        self.written_bytes = 0
        self.lost = 0

    def send(self, kind: str, fields: dict[str, Any], columns: bytes = b"") -> None:
        """Keep one record as it is now, with the *columns* that come as text."""
        self.records.append((kind, deepcopy(fields) | json.loads(b"{%b}" % columns)))

    def is_open(self) -> bool:
        """Say that it has no descriptor."""
        return False

    def of(self, kind: str) -> list[dict[str, Any]]:
        """Return the fields of the records of one *kind*."""
        return [fields for one, fields in self.records if one == kind]

    def types(self) -> list[str]:
        """Return the qualified names that were declared, by type number."""
        texts = [text for fields in self.of("strings") for text in fields["texts"]]
        rows = [row for fields in self.of("types") for row in fields["rows"]]
        return [texts[number] for number in rows[1::2]]


def recorded(own_prefix: str = "/nowhere/") -> tuple[Recorder, Any]:
    """Return a recorder and names that send to it."""
    recorder = Recorder()
    return recorder, Names(recorder, own_prefix)
