"""Facts of one moment: a snapshot's totals."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Snapshot:
    """
    The state at `at_ns`, after `cpu_ns` of processor time; sizes in bytes.

    None is what the system cannot say.
    Of a moment between two looks only live blocks and native heap are known.

    `live_*` counts what the target allocated since tracing began and has not
    freed, memprof's own blocks left out; they are `own_bytes`.  `peak_bytes`
    is the highest live so far.  `tracing_bytes` is what the engine's tables
    take of the native heap, `native_python_bytes` what of the native heap in
    use are the Python heap's blocks.  `name` is the checkpoint's, None for others.
    """

    number: int
    at_ns: int
    name: str | None
    reason: str
    cost_ns: int
    cpu_ns: int | None
    live_bytes: int | None
    live_blocks: int | None
    peak_bytes: int | None
    own_bytes: int
    tracing_bytes: int
    allocated_blocks: int | None
    native_used_bytes: int | None
    native_held_bytes: int | None
    native_python_bytes: int | None
    rss_bytes: int | None
    rss_peak_bytes: int | None
    file_bytes: int | None
    threads: int | None
