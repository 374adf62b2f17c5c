"""The baseline's file: read as data that anybody may have edited, written whole."""

import json
import os
from collections.abc import Sequence

from memprof.analysis.findings import Findings
from memprof.analysis.places import Root
from memprof.cli.files import write_whole
from memprof.errors import BaselineNotFound, BaselineNotMade, BaselineUnreadable
from memprof.gate import baseline
from memprof.gate.baseline import Baseline
from memprof.gate.figures import unseen
from memprof.report.document import written
from memprof.report.gaps import because

DEFAULT_NAME = "memprof-baseline.json"
_MOST_BYTES = 16_000_000
_MODE = 0o644
"""It is committed, and names code: nothing in it is secret."""


def read(path: str) -> Baseline:
    """Return the baseline at *path*; raise BaselineNotFound or BaselineUnreadable."""
    try:
        with open(path, "rb") as file:
            content = file.read(_MOST_BYTES + 1)
    except OSError as error:
        message = f"the baseline {path} cannot be read: {error.strerror}"
        raise BaselineNotFound(message) from error
    if len(content) > _MOST_BYTES:
        message = f"{path} is not a baseline: it is larger than {_MOST_BYTES:,} bytes"
        raise BaselineUnreadable(message)
    try:
        return baseline.read(json.loads(content))
    except BaselineUnreadable as error:
        message = f"{path} is not a baseline: {error}"
        raise BaselineUnreadable(message) from error
    except (ValueError, RecursionError) as error:
        message = f"{path} is not a baseline: it is not JSON"
        raise BaselineUnreadable(message) from error


def write(path: str, captures: Sequence[tuple[str, Findings]], root: Root) -> Baseline:
    """
    Write the suspects of *captures* (name, findings) to *path* as the known ones.

    Raises BaselineNotMade where they do not say which suspects there are: a
    baseline of half a run would take leaks for fixed.
    """
    for name, findings in captures:
        gap = unseen(findings)
        if gap is not None:
            message = f"no baseline was written: {name}: {because(gap)}"
            raise BaselineNotMade(message)
    every = [findings for _, findings in captures]
    made = baseline.build(every, root)
    for name, findings in captures:
        other = baseline.gap(made, findings.run)
        if other is not None:
            message = (
                f"no baseline was written: {name} is not as {captures[0][0]}: {because(other)}"
            )
            raise BaselineNotMade(message)
    write_whole(path, written(baseline.document(made)), _MODE)
    return made


def exists(path: str) -> bool:
    """Say whether there is anything at *path*."""
    return os.path.lexists(path)
