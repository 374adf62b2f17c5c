"""The native engine behind the seam: names go out once, sites when they change."""

import subprocess
import sys
from pathlib import Path

from unit.agent.isolated import isolated

CODE = """
import sys
from memprof.agent import _heap
from memprof.agent.names import Names
from memprof.agent.native import NativeAllocations

sent = []


class Channel:
    def send(self, kind, fields):
        sent.append((kind, str(fields)))


engine = NativeAllocations(Names(Channel(), "/nowhere/"), 2, 0, print)
assert engine.live_bytes() == 0
engine.start()
kept = [bytes(1000) for _ in range(100)]
looked = engine.look()
first = engine.tell(looked, Channel().send, 0, False)
assert first[0] >= 100 * 1033 and first[1] >= 100, first
kinds = [kind for kind, _ in sent]
assert kinds == ["strings", "frames", "sites", "functions", "live"], kinds
live_bytes = engine.live_bytes()
kept.clear()
assert live_bytes - engine.live_bytes() >= 100 * 1033
second = engine.tell(engine.look(), Channel().send, 1, False)
assert second[0] < first[0] and second[2] >= first[0], second
line = sys._getframe().f_lineno + 1
thing = [object()]
((traceback, other),) = list(engine.tracebacks_of(thing))
assert other is None and traceback[0] == ("<string>", line, "<module>"), traceback
engine.stop()
engine.stop()
assert engine.tables_bytes() > 0 and engine.estimated_blocks() == engine.least_ns() == 0
engine.settle()
print("held")
"""


def test_the_seam() -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-c", CODE], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.stdout, done.stderr) == ("held\n", "")


CLOSELY = """
import os
import memprof
from unit.agent.recorder import recorded
from memprof.agent.native import NativeAllocations

recorder, names = recorded(os.path.dirname(memprof.__file__) + os.sep)
engine = NativeAllocations(names, 1, 0, print)


def take(at_ns, closely):
    told = engine.tell(engine.look(), recorder.send, at_ns, closely)
    engine.tell_closely(recorder.send)
    return told


def rows(fields):
    runs = zip(fields["runs"][::2], fields["runs"][1::2])
    return [site for first, count in runs for site in range(first, first + count)]


take(7, True)
assert recorder.records == []
engine.start()
kept, high = [], [bytes(5000) for _ in range(1000)]
take(20, False)
high.clear()
for number in range(1, 21):
    kept.append([bytes(1000) for _ in range(10)])
    blocks = take(20 + number, number == 20)[1]
kinds = [kind for kind, _ in recorder.records if kind in {"peak", "traffic", "collected", "births"}]
assert kinds == ["peak", "traffic", "collected", "births"], kinds
(births,) = recorder.of("births")
starts = births["starts"]
assert births["at_ns"] == 40
assert (starts[0], starts[-1], len(starts)) == (7, 39, 13), starts
assert sum(births["blocks"]) == blocks
assert len(births["blocks"]) == len(starts) * len(rows(births))
each = [births["blocks"][at :: len(starts)] for at in range(len(starts))]
# Neighbours were merged once.
each = [sum(one) for one in each]
assert min(each[1:8]) > max(each[8:]) and min(each[8:]) >= 10, each
(peak,) = recorder.of("peak")
assert max(peak["bytes"]) > 4_900_000 and sum(peak["bytes"]) < 5_400_000
traffic = dict(zip(rows(recorder.of("traffic")[0]), recorder.of("traffic")[0]["blocks"]))
live = {}
for fields in recorder.of("live"):
    live.update(zip(rows(fields), fields["blocks"]))
assert all(traffic[site] >= count for site, count in live.items() if count)
assert sorted(one for one, count in live.items() if count) == rows(births)
seen = len(recorder.records)
engine.tell_closely(recorder.send)
engine.stop()
take(60, True)
assert len(recorder.of("births")) == 2
print("held")
"""


def test_a_closer_look_is_of_one_moment(tmp_path: Path) -> None:
    """Epochs are named as the engine merges them; births sum to the live blocks."""
    assert isolated(CLOSELY, tmp_path) == "held\n"
