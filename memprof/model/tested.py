"""Facts about a test of the user's: what it took, and what it kept."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MeasuredTest:
    """
    One test: `kept` is what was still live after its teardown, more than before it.

    In bytes where `exact`, else in blocks of pymalloc.  `peak_bytes` is the most that
    was live above what was before, None where unknown; `collected` are the objects
    that were freed in cycles.  `verdict` is empty where nothing was kept, and `note` says what
    there is to add.

    Of a test that is `accused`, whether or not it fails for it, `per_call` is how much of
    `figure` stays of each call, `bytes_per_call` and `blocks_per_call` what that is of memory:
    None where unknown.
    """

    test: str
    kept: int
    exact: bool
    peak_bytes: int | None
    collected: int
    verdict: str = ""
    note: str = ""
    accused: bool = False
    figure: str = ""
    per_call: float | None = None
    bytes_per_call: float | None = None
    blocks_per_call: float | None = None
