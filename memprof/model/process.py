"""Facts about the process as the operating system counts it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Resident:
    """
    One look at `at_ns`, the agent's from inside or the launcher's by psutil; sizes in bytes.

    None where the system does not say; memprof's own descriptor and thread
    are not counted.
    """

    at_ns: int
    rss_bytes: int
    uss_bytes: int | None
    pss_bytes: int | None
    descriptors: int | None
    threads: int | None
