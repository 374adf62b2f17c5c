"""The baseline of captures: its file."""

import os
from collections.abc import Sequence

from memprof.analysis.findings import Findings
from memprof.analysis.places import Root
from memprof.errors import BaselineNotMade
from memprof.files import BASELINE_MODE, read_baseline, write_whole
from memprof.gate import baseline
from memprof.gate.baseline import Baseline
from memprof.gate.figures import unseen
from memprof.report.document import written
from memprof.report.gaps import because

DEFAULT_NAME = "memprof-baseline.json"


def read(path: str) -> Baseline:
    """Return the baseline at *path*; raise BaselineNotFound or BaselineUnreadable."""
    return read_baseline(path, baseline.read)


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
    write_whole(path, written(baseline.document(made)), BASELINE_MODE)
    return made


def exists(path: str) -> bool:
    """Say whether there is anything at *path*."""
    return os.path.lexists(path)
