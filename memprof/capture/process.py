"""Assembles the facts about the process as the operating system counts it."""

from memprof.capture.fields import Record
from memprof.model.process import Resident


class ProcessReader:
    """Collects the looks from inside and outside."""

    def __init__(self) -> None:
        """Start with no looks."""
        self._looks: list[Resident] = []

    def take(self, record: Record) -> None:
        """Add a `resident` record; its clock is kept until the agent's is known."""
        look = Resident(
            at_ns=record.integer("clock_ns"),
            rss_bytes=record.integer("rss"),
            uss_bytes=record.optional_integer("uss"),
            pss_bytes=record.optional_integer("pss"),
            descriptors=record.optional_integer("descriptors"),
            threads=record.optional_integer("threads"),
        )
        self._looks.append(look)

    def facts(self, clock_ns: int) -> tuple[Resident, ...]:
        """
        Return the looks since the agent's `hello` at *clock_ns*, by time.

        Earlier ones saw an interpreter that had not reached the target.
        """
        found = [_since(clock_ns, look) for look in self._looks if look.at_ns >= clock_ns]
        return tuple(sorted(found, key=lambda look: look.at_ns))


def _since(clock_ns: int, look: Resident) -> Resident:
    """Return *look* with its time counted from *clock_ns*."""
    return Resident(
        look.at_ns - clock_ns,
        look.rss_bytes,
        look.uss_bytes,
        look.pss_bytes,
        look.descriptors,
        look.threads,
    )
