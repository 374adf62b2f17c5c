"""Names: of types, places, signals and moments, as every table writes them."""

import signal

from memprof.model.allocations import Frame
from memprof.model.objects import Type
from memprof.quantity import format_duration

UNKNOWN = "n/a"

_NO_LINE = ("<unknown>", 0)
"""Where engines say a block is from that was allocated while no Python line ran."""


def type_name(kind: Type | None) -> str:
    """Return the name of *kind*: `package.module.Class`, builtins bare."""
    if kind is None:
        return UNKNOWN
    if kind.module in {"builtins", ""}:
        return kind.qualname
    return f"{kind.module}.{kind.qualname}"


def place(frame: Frame | None) -> str:
    """Return where *frame* is: `file:line function`."""
    if frame is None:
        return UNKNOWN
    if (frame.file, frame.line) == _NO_LINE:
        return "no Python line: the interpreter itself"
    line = f"{frame.file}:{frame.line}"
    return f"{line} {frame.function}" if frame.function else line


def signal_name(number: int) -> str:
    """Return the name of signal *number* with the number: `SIGKILL (9)`."""
    try:
        return f"{signal.Signals(number).name} ({number})"
    except ValueError:
        return f"signal {number}"


def moment(at_ns: int | None) -> str:
    """Return how far into the run *at_ns* is."""
    return format_duration(at_ns)
