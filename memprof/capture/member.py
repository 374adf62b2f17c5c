"""Assembles one process of a tree: who it is, and its facts where it was followed."""

from dataclasses import dataclass

from memprof.capture.fields import DamagedRecord, Record
from memprof.capture.folds import Fold, Key
from memprof.capture.reader import Reader
from memprof.errors import CaptureEmpty
from memprof.model.tree import ROOT, Counted, Process


@dataclass(frozen=True, slots=True)
class _Unfollowed:
    """What the door said where no agent could begin."""

    clock_ns: int
    pid: int
    ppid: int
    token: str
    role: str
    command: str
    python: str
    why: str


class Member:
    """Takes the records of one process of a tree."""

    def __init__(self, fold: Fold, size_bytes: int) -> None:
        """Start on the records of *fold*; *size_bytes* of them bound what they may ask for."""
        self.fold = fold
        self._reader = Reader(size_bytes)
        self._unfollowed: _Unfollowed | None = None

    @property
    def token(self) -> str:
        """Return what the processes of one run have in common, empty where nobody says."""
        found = self._reader.hello or self._unfollowed
        return "" if found is None else found.token

    @property
    def key(self) -> Key | None:
        """Return what tells the process from every other, None where nobody says."""
        found = self._reader.hello or self._unfollowed
        return self.fold.key or (None if found is None else (found.pid, found.clock_ns))

    def take(self, record: Record) -> None:
        """Take one record."""
        if record.kind != "unfollowed":
            self._reader.take(record)
            return
        try:
            self._unfollowed = self._unfollowed or _unfollowed(record)
        except DamagedRecord:
            self.fold.damaged_lines += 1

    def root(self, path: str) -> Process:
        """Return the root, read from *path*; raise CaptureEmpty where there are no facts."""
        facts = self._reader.facts(path, self.fold.damaged_lines)
        hello, run = self._reader.hello, facts.run
        clock_ns, command = (0, "") if hello is None else (hello.clock_ns, hello.command)
        command = command or run.target
        return Process(run.pid, clock_ns, run.ppid, ROOT, command, run.interpreter.version, facts)

    def child(self, path: str, *, running: bool = False) -> Process | None:
        """Return a child, read from *path*; None where nothing says even which it is."""
        hello, silent, key = self._reader.hello, self._unfollowed, self.key
        if key is None:
            return None
        if hello is not None:
            try:
                facts = self._reader.facts(path, self.fold.damaged_lines)
            except CaptureEmpty:
                facts = None
            return Process(
                *key,
                ppid=hello.ppid,
                role=_role(hello.role),
                command=hello.command or hello.target,
                python=hello.interpreter.version,
                facts=facts,
                brief=hello.brief,
                running=running and not (facts is not None and facts.run.complete),
            )
        if silent is not None:
            return Process(
                *key,
                ppid=silent.ppid,
                role=_role(silent.role),
                command=silent.command,
                python=silent.python,
                facts=None,
                why=silent.why or "nobody says why",
            )
        return Process(*key, None, "", "", "", None, running=running)


def counted(record: Record) -> Counted | None:
    """Return whom a `processes` record counts, None where it says nothing of use."""
    try:
        return Counted(
            count=record.integer("count"),
            ended_0=record.optional_integer("ended0") or 0,
            unfollowed=record.optional_integer("unfollowed") or 0,
            live_bytes=record.optional_integer("live_bytes"),
            rss_peak_bytes=record.optional_integer("rss_peak_bytes"),
        )
    except DamagedRecord:
        return None


def _unfollowed(record: Record) -> _Unfollowed:
    """Return what an `unfollowed` record says."""
    return _Unfollowed(
        clock_ns=record.integer("clock_ns"),
        pid=record.integer("pid"),
        ppid=record.integer("ppid"),
        token=record.optional_text("run") or "",
        role=record.optional_text("role") or "",
        command=record.optional_text("command") or "",
        python=record.optional_text("python") or "",
        why=record.optional_text("why") or "",
    )


def _role(word: str) -> str:
    """Return the role of a child, which is never the root, whatever it says."""
    return "" if word == ROOT else word
