"""The tally: what is live, exactly where the native engine can be had."""

import subprocess
import sys

from memprof.agent import tally

NATIVE = """
import gc
from memprof.agent import _heap
from memprof.agent.tally import Tally
tally = Tally()
assert tally.exact and not tally.why
tally.start()
kept = []
def work(size):
    before = tally.live()
    tally.peak()
    kept.append(bytes(size))
    bytearray(10 * size)
    return tally.live() - before, tally.peak() - before
kept.append(None)
work(1000)
gained, most = work(1000)
assert 1033 <= gained < 1300, gained
assert 11000 < most < 12500, most
{}.fromkeys(range(3))
before = tally.live()
[{"a": number} for number in range(50)]
# The number itself is live, and nothing that waits in the free lists.
assert tally.live() - before <= 32
tally.stop()
assert tally.peak() is None
"""


def test_what_stays_and_the_peak_by_the_native_engine() -> None:
    subprocess.run([sys.executable, "-I", "-c", NATIVE], check=True)


def test_blocks_where_the_engine_cannot_be_had() -> None:
    found = tally.Tally()
    found.exact = False
    found.start()
    before = found.live()
    kept = [object() for _ in range(1000)]
    assert 900 < found.live() - before < 1100
    assert found.peak() is None
    found.stop()
    del kept


def test_young_cycles_are_collected_and_counted() -> None:
    tally.collect_young()
    before, _ = tally.collected()
    cycle: list[object] = []
    cycle.append(cycle)
    del cycle
    tally.collect_young()
    assert tally.collected()[0] > before


def test_descriptors_and_threads() -> None:
    before = tally.others()
    with open(__file__, "rb"):
        assert tally.others()[0] == before[0] + 1
    assert tally.others() == before
