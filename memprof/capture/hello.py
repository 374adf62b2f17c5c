"""Whether an agent reported in a capture, asked without reading it all."""

import os

from memprof.agent.wire import MAX_LINE_BYTES
from memprof.capture.records import open_records
from memprof.errors import MemprofError


def has_hello(path: str | os.PathLike[str]) -> bool:
    """
    Return whether an agent reported in the capture at *path*.

    Reads up to the agent's first record, which is near the beginning.
    """
    try:
        with open_records(path) as records:
            for record in records:
                if record.kind == "hello":
                    return True
                if records.read_bytes > MAX_LINE_BYTES:
                    return False
    except MemprofError:
        pass
    return False
