"""The native engine behind the seam: names go out once, sites when they change."""

import subprocess
import sys

CODE = """
import sys
from memprof.agent import _heap
from memprof.agent.names import Names
from memprof.agent.native import NativeAllocations

sent = []


class Channel:
    def send(self, kind, fields):
        sent.append((kind, str(fields)))


engine = NativeAllocations(Names(Channel(), "/nowhere/"), 2, print)
assert engine.live_bytes() == 0
engine.start()
kept = [bytes(1000) for _ in range(100)]
looked = engine.look()
first = engine.tell(looked, Channel().send)
assert first[0] >= 100 * 1033 and first[1] >= 100, first
kinds = [kind for kind, _ in sent]
assert kinds == ["strings", "frames", "sites", "functions", "live"], kinds
live_bytes = engine.live_bytes()
kept.clear()
assert live_bytes - engine.live_bytes() >= 100 * 1033
second = engine.tell(engine.look(), Channel().send)
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
