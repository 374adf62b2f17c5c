"""Trees the user names: a capture with all its processes, or one of them by its pid."""

from collections.abc import Iterator

from memprof.analysis import findings, tree
from memprof.analysis.findings import Findings
from memprof.analysis.suppression import Rules
from memprof.capture.reader import read
from memprof.capture.records import Progress
from memprof.capture.tree import processes
from memprof.cli.terminal import say_note
from memprof.errors import NoSuchProcess
from memprof.model.facts import Facts
from memprof.model.tree import ROOT, Process

_NAMED = 10

Key = tuple[int, int]


def findings_of(
    capture: str, rules: Rules, told: Progress | None = None, pid: int | None = None
) -> Findings:
    """
    Return what the capture at *capture* means: all its processes, or that with *pid* alone.

    Raises NoSuchProcess, and what reading a capture raises.
    """
    if pid is None:
        return tree.analyse(processes(capture, told), rules)
    one, earlier = _latest(capture, pid, told)
    if earlier:
        say_note(f"process {pid} is the latest of {earlier + 1} with that number")
    if one.role != ROOT:
        parent = "" if one.ppid is None else f" of {one.ppid}"
        say_note(f"process {pid} alone, {one.role or 'child'}{parent}")
    return findings.analyse(_facts(one), rules)


def facts_of(capture: str, pid: int | None) -> Facts:
    """Return the facts of the latest process with *pid*, of the root where that is None."""
    return read(capture) if pid is None else _facts(_latest(capture, pid)[0])


def facts_at(capture: str, key: Key) -> Facts:
    """Return the facts of the process *key* is of; raise NoSuchProcess where it is gone."""
    for one in _each(capture):
        if (one.pid, one.clock_ns) == key and one.facts is not None:
            return one.facts
    message = f"{capture} knows no process {key[0]} any more"
    raise NoSuchProcess(message)


def _latest(capture: str, pid: int, told: Progress | None = None) -> tuple[Process, int]:
    """Return the latest process with *pid*, and how many had that number before it."""
    best: Process | None = None
    known, earlier = dict[int, None](), 0
    for one in _each(capture, told):
        known[one.pid] = None
        if one.pid == pid:
            earlier += best is not None
            best = one if best is None else max(best, one, key=_began)
        del one
    if best is None:
        pids = sorted(known)
        rest = f" and {len(pids) - _NAMED:,} more" if len(pids) > _NAMED else ""
        names = ", ".join(map(str, pids[:_NAMED]))
        message = f"{capture} knows no process {pid}: it has {names}{rest}"
        raise NoSuchProcess(message)
    return best, earlier


def _facts(one: Process) -> Facts:
    """Return the facts of *one* process; raise NoSuchProcess where there are none."""
    if one.facts is None:
        why = one.why or "there is no snapshot of it"
        message = f"there is nothing to show of process {one.pid}: {why}"
        raise NoSuchProcess(message)
    return one.facts


def _each(capture: str, told: Progress | None = None) -> Iterator[Process]:
    """Yield the processes of a capture that are more than a count."""
    for one in processes(capture, told):
        if isinstance(one, Process):
            yield one


def _began(one: Process) -> int:
    """Return when a process began."""
    return one.clock_ns
