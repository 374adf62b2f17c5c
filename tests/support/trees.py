"""Captures of several processes made by hand: children folded in, and beside the root's."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from memprof.agent.wire import MAGIC, seal
from memprof.model.facts import Facts
from memprof.model.process import Resident
from support.captures import CLOCK_NS, LAUNCHER_KINDS, MIB, Row, capture_rows
from support.facts import SECOND_NS, facts

TOKEN = "0123456789abcdef"  # noqa: S105  (what the processes of one run have in common)
ROOT_PID = 41


def told(given: Facts, clock_ns: int = CLOCK_NS, **hello: Any) -> list[Row]:  # noqa: ANN401
    """
    Return the records that say *given*, of a process that began at *clock_ns*.

    Fields of its *hello* are put beside those the facts tell of.
    """
    rows = []
    for kind, fields in capture_rows(given):
        row = dict(fields)
        if kind == "hello":
            row |= {"run": TOKEN, "clock_ns": clock_ns, **hello}
        elif "clock_ns" in row:
            row["clock_ns"] += clock_ns - CLOCK_NS
        rows.append((kind, row))
    return rows


def child(
    pid: int,
    given: Facts | None = None,
    *,
    role: str = "fork",
    ppid: int = ROOT_PID,
    began_s: float = 2.0,
    **hello: Any,  # noqa: ANN401
) -> list[Row]:
    """Return the records of a child of the root that began so long after it."""
    made = given or facts([[1_000] * 4])
    run = replace(made.run, pid=pid, ppid=ppid)
    clock_ns = CLOCK_NS + int(began_s * SECOND_NS)
    rows = told(replace(made, run=run), clock_ns, **{"role": role, "command": "app.py", **hello})
    return [row for row in rows if row[0] != "exit"]


def unfollowed(pid: int, why: str = "its Python is 2.7", **fields: Any) -> list[Row]:  # noqa: ANN401
    """Return the record of a process that no agent could enter."""
    made = {
        "clock_ns": CLOCK_NS + SECOND_NS,
        "pid": pid,
        "ppid": ROOT_PID,
        "run": TOKEN,
        "role": "subprocess",
        "command": "old.py",
        "python": "2.7.18",
        "why": why,
    }
    return [("unfollowed", {**made, **fields})]


def key(rows: Sequence[Row]) -> tuple[int, int]:
    """Return the pid of the process that *rows* tell of, and when it began."""
    return rows[0][1]["pid"], rows[0][1]["clock_ns"]


def lines(rows: Sequence[Row]) -> bytes:
    """Return *rows* as they stand in a file, without its magic."""
    sealed = [(b"\n" if kind in LAUNCHER_KINDS else b"") + seal(kind, row) for kind, row in rows]
    return b"".join(sealed)


def folded(rows: Sequence[Row], *, whole: bool = True) -> bytes:
    """Return *rows* of a child as the launcher folds them in."""
    pid, clock_ns = key(rows)
    body, named = lines(rows), {"pid": pid, "clock_ns": clock_ns}
    end: bytes = seal("folded", named) if whole else b""
    begin: bytes = seal("process", {**named, "bytes": len(body)})
    return begin + body + b"\n" + end


def beside(path: Path, rows: Sequence[Row]) -> Path:
    """Write the capture of a child that was not folded beside that at *path*."""
    pid, clock_ns = key(rows)
    folder = Path(f"{path}.children")
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder / f"{pid}.{clock_ns}.memprof"
    found.write_bytes(MAGIC + lines(rows))
    return found


def write(path: Path, root: Facts, *children: Sequence[Row]) -> Path:
    """Write the capture of a *root* with *children* folded in, and return its path."""
    data = MAGIC + lines(told(root, role="root", command="app.py"))
    path.write_bytes(data + b"".join(map(folded, children)))
    return path


def steady(number: int = 16, size: int = 5_000_000, **given: Any) -> Facts:  # noqa: ANN401
    """Return a run of *number* seconds in which nothing grows."""
    return facts([[size] * number, [1_000] * number], **given)


def leaky(number: int = 16, grown: int = 100_000, start: int = 5_000_000) -> Facts:
    """Return a run of *number* seconds whose first site keeps *grown* bytes in each."""
    return facts([[start + grown * n for n in range(number)], [1_000] * number])


def resident(*looks: tuple[float, int, int | None, int | None]) -> tuple[Resident, ...]:
    """Return looks at a process: when, in seconds, and RSS, USS and PSS in MiB."""
    return tuple(
        Resident(
            int(at_s * SECOND_NS),
            rss * MIB,
            None if uss is None else uss * MIB,
            None if pss is None else pss * MIB,
            None,
            None,
        )
        for at_s, rss, uss, pss in looks
    )
