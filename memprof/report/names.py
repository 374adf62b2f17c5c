"""Names: of types, places, signals and moments, as every table writes them."""

import signal

from memprof.model.allocations import Frame
from memprof.model.objects import Type
from memprof.quantity import format_duration

UNKNOWN = "n/a"


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
