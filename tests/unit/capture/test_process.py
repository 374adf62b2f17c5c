"""The process from outside."""

from support.captures import record

from memprof.capture.process import ProcessReader
from memprof.model.process import Resident


def test_looks_count_from_the_agents_hello() -> None:
    """Times count from the hello; what was seen before it is left out."""
    reader = ProcessReader()
    for clock_ns in (90, 130, 120):
        reader.take(record("resident", clock_ns=clock_ns, rss=clock_ns, uss=None, threads=2))
    assert reader.facts(clock_ns=100) == (
        Resident(20, 120, None, None, None, 2),
        Resident(30, 130, None, None, None, 2),
    )
