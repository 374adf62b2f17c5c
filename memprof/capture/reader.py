"""Reads a capture: every record to the word it belongs to, then the facts."""

from collections.abc import Callable
from pathlib import Path

from memprof.capture.allocations import AllocationsReader, Frames, Sites
from memprof.capture.caches import CachesReader
from memprof.capture.cycles import CyclesReader
from memprof.capture.debt import DebtReader
from memprof.capture.fields import DamagedRecord, Record
from memprof.capture.folds import Folds
from memprof.capture.generations import GenerationsReader
from memprof.capture.history import HistoryReader
from memprof.capture.names import Strings
from memprof.capture.objects import ObjectsReader, Types
from memprof.capture.owners import OwnersReader
from memprof.capture.pools import PoolsReader
from memprof.capture.process import ProcessReader
from memprof.capture.records import Progress, open_records
from memprof.capture.refcounts import RefCountsReader
from memprof.capture.run import Hello, RunReader
from memprof.capture.running import RunningReader
from memprof.capture.snapshots import SnapshotsReader
from memprof.errors import CaptureEmpty
from memprof.model.facts import Facts


def read(path: str | Path, progress: Progress | None = None) -> Facts:
    """
    Return what the capture at *path* says of the process that was started.

    The records of the processes that it started are passed over; `memprof.capture.tree` reads them.
    *progress* is called now and then with the bytes read and the bytes there
    are.  Whatever the file holds, the outcome is facts or one of
    CaptureNotFound, NotACapture, CaptureTooNew and CaptureEmpty.
    """
    with open_records(path, progress) as records:
        reader, folds = Reader(records.total_bytes), Folds(records)
        for fold, record in folds:
            if fold is folds.root:
                reader.take(record)
        return reader.facts(str(path), folds.root.damaged_lines)


class Reader:
    """Takes the records of one capture in order; returns its facts at the end."""

    def __init__(self, file_bytes: int) -> None:
        """Start on a capture of *file_bytes*, which bounds what it may ask for."""
        self._damaged = 0
        self._strings = Strings(file_bytes)
        self._frames = Frames(self._strings, file_bytes)
        self._sites = Sites(self._frames, file_bytes)
        self._types = Types(self._strings, file_bytes)
        self._run = RunReader()
        self._snapshots = SnapshotsReader()
        self._process = ProcessReader()
        self._allocations = AllocationsReader(self._sites)
        self._history = HistoryReader(self._sites)
        self._objects = ObjectsReader(self._types)
        self._generations = GenerationsReader()
        self._cycles = CyclesReader(self._types, self._sites)
        self._pools = PoolsReader()
        self._refcounts = RefCountsReader(self._types, self._sites, self._strings)
        self._debt = DebtReader(self._types, self._sites, self._strings)
        self._caches = CachesReader(self._strings)
        self._owners = OwnersReader(self._types, self._sites, self._strings)
        self._running = RunningReader(self._sites)
        self._takers = self._at_once() | self._until_snapshot()

    @property
    def hello(self) -> Hello | None:
        """Return the agent's first record, None where it has not come."""
        return self._run.hello

    def take(self, record: Record) -> None:
        """
        Take one record; one whose fields are wrong is counted and left out.

        A kind we do not know is passed over: a later memprof may add some
        that an earlier one can do without.
        """
        # Were this one among them, each reader would be a cycle, and stay until it is collected.
        snapshot = record.kind == "snapshot"
        taker = self._take_snapshot if snapshot else self._takers.get(record.kind)
        if taker is None:
            return
        try:
            taker(record)
        except DamagedRecord:
            self._damaged += 1

    def facts(self, path: str, damaged_lines: int) -> Facts:
        """Return the facts; raise CaptureEmpty without a hello or a snapshot."""
        hello, snapshots = self._run.hello, self._snapshots.facts()
        if hello is None or not snapshots:
            end = "before the agent reported" if hello is None else "before the first snapshot"
            message = f"{path} ends {end}"
            raise CaptureEmpty(message)
        return Facts(
            run=self._run.facts(path, hello, damaged_lines + self._damaged),
            snapshots=snapshots,
            resident=self._process.facts(hello.clock_ns),
            allocations=self._allocations.facts(),
            history=self._history.facts(),
            objects=self._objects.facts(),
            generations=self._generations.facts(),
            cycles=self._cycles.facts(),
            pools=self._pools.facts(),
            refcounts=self._refcounts.facts(),
            debt=self._debt.facts(),
            caches=self._caches.facts(),
            owners=self._owners.facts(),
            owners_midway=self._owners.midway(),
            running=self._running.facts(),
        )

    def _at_once(self) -> dict[str, Callable[[Record], None]]:
        """Return who takes the records that count as soon as they are read."""
        return {
            "hello": self._run.take_hello,
            "strings": self._strings.take,
            "frames": self._frames.take,
            "functions": self._frames.take_functions,
            "sites": self._sites.take,
            "types": self._types.take,
            "shallow": self._objects.take_shallow,
            "explained": self._refcounts.take_explained,
            "holders": self._refcounts.take_holders,
            "lost": self._refcounts.take_lost,
            "debt": self._debt.take,
            "caches": self._caches.take,
            "owners": self._owners.take,
            "skip": self._run.take_skip,
            "event": self._run.take_event,
            "agent-error": self._run.take_agent_error,
            "footer": self._run.take_footer,
            "resident": self._process.take,
            "exit": self._run.take_exit,
        }

    def _until_snapshot(self) -> dict[str, Callable[[Record], None]]:
        """Return who takes the records that wait for their snapshot."""
        return {
            "live": self._allocations.take,
            "peak": self._history.take,
            "traffic": self._history.take,
            "collected": self._history.take,
            "error": self._history.take,
            "births": self._history.take_births,
            "census": self._objects.take_census,
            "untracked": self._objects.take_untracked,
            "generations": self._generations.take,
            "garbage": self._cycles.take_garbage,
            "pools": self._pools.take,
            "refcounts": self._refcounts.take,
            "cycles": self._cycles.take,
            "running": self._running.take,
        }

    def _take_snapshot(self, record: Record) -> None:
        """Close the records before it into one snapshot."""
        snapshot = self._snapshots.take(record)
        self._run.close(snapshot.at_ns, snapshot.cost_ns)
        self._allocations.close()
        self._history.close()
        self._objects.close()
        self._generations.close()
        self._cycles.close(snapshot.at_ns)
        self._pools.close()
        self._refcounts.close()
        self._running.close()
