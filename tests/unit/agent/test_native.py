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
from memprof.agent.settings import CAPTURE, Settings

sent = []


class Channel:
    def send(self, kind, fields, columns=b""):
        sent.append((kind, str(fields)))


settings = Settings({CAPTURE: "x", "MEMPROF_DEPTH": "2"})
engine = NativeAllocations(Names(Channel(), "/nowhere/"), settings, print, 0)
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
(traceback,) = list(engine.tracebacks_of(thing))
assert traceback[0] == ("<string>", line, "<module>"), traceback
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
from memprof.agent.settings import CAPTURE, Settings

recorder, names = recorded(os.path.dirname(memprof.__file__) + os.sep)
engine = NativeAllocations(names, Settings({CAPTURE: "x", "MEMPROF_INTERVAL": "60"}), print, 0)


MS = 1_000_000


def take(at_cs, closely):
    told = engine.tell(engine.look(), recorder.send, at_cs * 10 * MS, closely)
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
assert births["at_ns"] == 400 * MS
assert (starts[0], starts[-1], len(starts)) == (70 * MS, 390 * MS, 13), starts
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


RUNNING = """
import _thread
import os
import memprof
from unit.agent.recorder import recorded
from memprof.agent import native
from memprof.agent.native import NativeAllocations
from memprof.agent.settings import CAPTURE, Settings

recorder, names = recorded(os.path.dirname(memprof.__file__) + os.sep)
engine = NativeAllocations(names, Settings({CAPTURE: "x", "MEMPROF_INTERVAL": "60"}), print, 0)
begun, ends, over = _thread.allocate_lock(), _thread.allocate_lock(), _thread.allocate_lock()


def waits():
    begun.release()
    ends.acquire()
    over.release()


for lock in (begun, ends, over):
    lock.acquire()
_thread.start_new_thread(waits, ())
begun.acquire()
engine.watch()
engine.tell_running(recorder.send)
assert recorder.records == []
engine.start()
native._MOST_RUNNING = 0
engine.watch()
engine.tell_running(recorder.send)
assert recorder.of("running") == []
native._MOST_RUNNING = 2000
for _ in range(3):
    engine.watch()
engine.tell_running(recorder.send)
engine.tell_running(recorder.send)
((site, ticks),) = [fields["rows"] for fields in recorder.of("running")]
assert ticks == 3
texts = [text for fields in recorder.of("strings") for text in fields["texts"]]
frames = [row for fields in recorder.of("frames") for row in fields["rows"]]
(stack,) = [fields["stacks"] for fields in recorder.of("sites")]
assert [texts[frames[2 * number]] for number in stack[0]] == ["<string>"], stack
line = waits.__code__.co_firstlineno
assert line < frames[2 * stack[0][0] + 1] <= line + 2
# Lines of the agent's own are nobody's.
names.own_prefix = "<string>"
engine.watch()
engine.tell_running(recorder.send)
assert len(recorder.of("running")) == 1
ends.release()
over.acquire()
engine.stop()
print("held")
"""


def test_the_lines_that_other_threads_run_are_counted(tmp_path: Path) -> None:
    """As long as the engine works, and of so many stacks; not the thread that asks."""
    assert isolated(RUNNING, tmp_path) == "held\n"


GROWN = """
import os
import memprof
from unit.agent.recorder import recorded
from memprof.agent.native import NativeAllocations
from memprof.agent.settings import CAPTURE, Settings

recorder, names = recorded(os.path.dirname(memprof.__file__) + os.sep)
engine = NativeAllocations(names, Settings({CAPTURE: "x", "MEMPROF_INTERVAL": "60"}), print, 0)
engine.tell(engine.look(), recorder.send, 10_000_000, False)
engine.start()
early = [bytes(1000) for _ in range(900)]
engine.tell(engine.look(), recorder.send, 20_000_000, False)
many, few = [bytes(1000) for _ in range(500)], 0
few = [bytes(1000) for _ in range(100)]
engine.tell(engine.look(), recorder.send, 30_000_000, False)
texts = [text for fields in recorder.of("strings") for text in fields["texts"]]
frames = [row for fields in recorder.of("frames") for row in fields["rows"]]
stacks = [stack for fields in recorder.of("sites") for stack in fields["stacks"]]


def lines(sites):
    return [frames[2 * stacks[site][0] + 1] for site in sites]


# Of a run that is warm after a fifth, at 15 ms, at 20 ms and at once.
first = lines(engine.grown_sites(75_000_000, 2))
assert first[1] == first[0] + 1, first
assert lines(engine.grown_sites(100_000_000, 1)) == first[:1]
assert lines(engine.grown_sites(0, 1)) == [first[0] - 2]
# Nothing has been born since then.
assert engine.grown_sites(155_000_000, 5) == []
# What is there now was there before, if not the same.
def filled(number):
    return [bytes(1000) for _ in range(number)]


kept = filled(500)
engine.tell(engine.look(), recorder.send, 40_000_000, False)
engine.remember(40_000_000)
kept = filled(500)
engine.tell(engine.look(), recorder.send, 50_000_000, False)
assert len(engine.grown_sites(180_000_000, 5)) == 0
more = filled(20)
engine.tell(engine.look(), recorder.send, 60_000_000, False)
assert len(engine.grown_sites(180_000_000, 5)) == 1
# What came since a look of the second half alone may come at the end: imports do.
assert engine.grown_sites(100_000_000, 5) == []
engine.tell(engine.look(), recorder.send, 70_000_000, False)
assert len(engine.grown_sites(100_000_000, 5)) == 1
engine.stop()
print("held")
"""


def test_the_sites_that_grew_since_are_told_most_first(tmp_path: Path) -> None:
    """Born after that time and alive; what was there before does not count."""
    assert isolated(GROWN, tmp_path) == "held\n"


BEGUN = """
import os
import time
import memprof
from unit.agent.recorder import recorded
from memprof.agent.native import NativeAllocations
from memprof.agent.settings import CAPTURE, Settings

recorder, names = recorded(os.path.dirname(memprof.__file__) + os.sep)
base_ns = time.perf_counter_ns()
engine = NativeAllocations(names, Settings({CAPTURE: "x"}), print, base_ns)
closed = []
engine.tell(engine.look(), recorder.send, 0, False)
engine.start()
"""

RAW_MOMENTS = f"""{BEGUN}
import zlib

# What zlib works with comes from the raw domain.
packing = zlib.compressobj()
before = engine.tell(engine.look(), recorder.send, 0, False)[0]
packing = None
freed_ns = time.perf_counter_ns() - base_ns
kept = []
for number in range(300_000):
    kept.append(bytes(100))
    if len(kept) == 200:
        kept.clear()
engine.look()
now_ns = time.perf_counter_ns() - base_ns
engine.tell_moments(recorder.send, now_ns, lambda *moment: closed.append(moment))
live = [moment[2] for moment in closed if moment[0] > freed_ns]
assert len(live) >= 2 and before > 200_000 > 100_000 > max(live), (before, live)
engine.stop()
print("held")
"""


MOMENTS = f"""{BEGUN}
kept = []
ends_ns = time.process_time_ns() + 60_000_000
while time.process_time_ns() < ends_ns:
    kept.append(bytes(1000))
engine.look()
now_ns = time.perf_counter_ns() - base_ns
engine.tell_moments(recorder.send, now_ns, lambda *moment: closed.append(moment))
times = [moment[0] for moment in closed]
assert len(closed) >= 3 and times == sorted(times) and times[-1] < now_ns, times
# No two are nearer than two milliseconds.
assert min(map(int.__sub__, times[1:], times)) >= 2_000_000, times
live = [moment[2] for moment in closed]
assert all(later > one - 1_000 for one, later in zip(live, live[1:])) and live[0] > 1_000, live
# What malloc has of them: all blocks are larger than pymalloc's.
assert all(moment[5] >= 1_033 * (moment[3] - 2_000) for moment in closed), closed
assert closed[-1][4] is None or closed[-1][4] > closed[-1][5]
assert 0 < closed[0][1] <= closed[-1][1]
# A moment in which nothing changed, since we were kept from the processor, sends nothing.
sent = len(recorder.of("live"))
assert 2 <= sent <= len(closed), (sent, closed)
# Read once; and what is told now goes on from there.
engine.tell_moments(recorder.send, now_ns, lambda *moment: closed.append(moment))
assert len(closed) == len(times)
live_bytes = engine.tell(engine.look(), recorder.send, now_ns, False)[0]
assert live_bytes >= live[-1]
engine.stop()
print("held")
"""


UNREAD = f"""{BEGUN}
kept = []
allocate = compile("kept.append(bytes(1000))\\n" * 20_000, "many.py", "exec")
# Of many lines there is not room for all moments, and of many moments for all.
for _ in range(4):
    exec(allocate)
    time.sleep(0.1)
began_ns = time.perf_counter_ns() - base_ns
ends_ns = time.process_time_ns() + 300_000_000
while time.process_time_ns() < ends_ns:
    kept.append(bytes(1000))
engine.look()
now_ns = time.perf_counter_ns() - base_ns
engine.tell_moments(recorder.send, now_ns, lambda *moment: closed.append(moment))
times = [moment[0] for moment in closed]
late = [at for at in times if at > began_ns]
assert len(late) >= 3 and times == sorted(times) and len(times) <= 64, (began_ns, times)
live = [moment[2] for moment in closed]
assert all(later > one - 100_000 for one, later in zip(live, live[1:])), live
live_bytes = engine.tell(engine.look(), recorder.send, now_ns, False)[0]
grown = live[times.index(late[0]) :]
# All that was there before, though much of it was noted at moments that are gone.
assert grown[0] > 80_000 * 1_033 and grown[2] > grown[0], live
assert live[-1] <= live_bytes < 1.1 * live[-1], (live, live_bytes)
engine.stop()
print("held")
"""


def test_where_nobody_looks_for_long_the_last_moments_are_kept(tmp_path: Path) -> None:
    assert isolated(UNREAD, tmp_path) == "held\n"


def test_moments_know_of_memory_that_needs_no_interpreter(tmp_path: Path) -> None:
    assert isolated(RAW_MOMENTS, tmp_path) == "held\n"


def test_moments_between_two_looks_are_told_as_they_were(tmp_path: Path) -> None:
    assert isolated(MOMENTS, tmp_path) == "held\n"
