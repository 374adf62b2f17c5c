"""What each site holds, counted by tracemalloc; only changes are sent."""

from pathlib import Path

from unit.agent.isolated import isolated

_PREPARE = """
import gc, sys
gc.disable()
from unit.agent.recorder import recorded
from memprof.agent.allocations import Allocations

recorder, names = recorded("/nowhere/")
probe = Allocations(names, {depth}, print)

def take():
    told = probe.tell(probe.look(), recorder.send, 0, 1)
    probe.tell_closely(recorder.send)
    return told

def held():
    names.flush()
    texts = [text for fields in recorder.of("strings") for text in fields["texts"]]
    frames = [row for fields in recorder.of("frames") for row in fields["rows"]]
    stacks = [stack for fields in recorder.of("sites") for stack in fields["stacks"]]
    state = {{}}
    for fields in recorder.of("live"):
        runs = fields["runs"]
        ids = [n for i in range(0, len(runs), 2) for n in range(runs[i], runs[i] + runs[i + 1])]
        state.update(zip(ids, zip(fields["blocks"], fields["bytes"])))
    where = lambda frame: (texts[frames[2 * frame]], frames[2 * frame + 1])
    return {{tuple(map(where, stacks[site])): value for site, value in state.items()}}

def made(lines, depth=1):
    return [value for stack, value in held().items() if stack[0] == ("made.py", lines)]

kept = [None] * 3_000
fill = compile("for n in range(500): kept[n] = dot * n", "made.py", "exec")
dot = b"."
"""


def prepared(code: str, cwd: Path, depth: int = 1) -> str:
    """Run *code* after the preparations."""
    return isolated(_PREPARE.format(depth=depth) + code, cwd)


def test_a_site_holds_what_it_allocated(tmp_path: Path) -> None:
    code = """
probe.start()
exec(fill)
live_bytes, live_blocks, peak_bytes, own_bytes = take()
(value,) = made(1)
# The empty one is a constant; small integers are, too.
assert value[0] in range(499, 499 + 250), value
assert live_blocks >= value[0] and peak_bytes >= live_bytes >= value[1]
assert own_bytes == 0
kept[:] = [None] * len(kept)
n = None
take()
assert made(1)[0][0] <= 1, made(1)
probe.stop()
"""
    prepared(code, tmp_path)


def test_sites_that_stay_are_not_sent_again(tmp_path: Path) -> None:
    code = """
probe.start()
exec(fill)
take()
site = [s for s, stack in enumerate(recorder.of("sites")[0]["stacks"])]
recorder.records.clear()
take()
texts = [text for fields in recorder.of("strings") for text in fields["texts"]]
assert "made.py" not in texts
changed = sum(len(fields["bytes"]) for fields in recorder.of("live"))
assert changed < 60, changed
"""
    prepared(code, tmp_path)


def test_own_files_hold_nothing(tmp_path: Path) -> None:
    code = """
import os, memprof
from memprof.agent.names import Names
names.own_prefix = os.path.dirname(memprof.__file__) + os.sep
probe.start()
take()
live_bytes, live_blocks, _, own_bytes = take()
assert own_bytes > 1_000
assert not [stack for stack in held() if "/memprof/" in stack[0][0]]
"""
    prepared(code, tmp_path)


def test_a_snapshot_leaves_no_untraced_tuples_behind(tmp_path: Path) -> None:
    for depth in (1, 5):
        code = """
probe.start()
first = [(n,) * size for size in range(1, 6) for n in range(100)]
loops = ["for n in range(2_500): kept[n] = " + text
         for text in ("(dot,)", "(dot, n)", "(dot, n, n)", "(dot, n, n, n)", "(dot, n, n, n, n)")]
for number, text in enumerate(loops):
    code = compile("\\n" * number + text, "made.py", "exec")
    take()
    gone = [n for n in range(1 << 20, (1 << 20) + 4_000)]
    del gone
    exec(code)
    take()
    blocks = sum(value[0] for value in made(number + 1))
    # And the integers that are made, not kept: above 256, from 3.15 on above 1024.
    integers = 0 if number == 0 else 2_500 - (1025 if sys.version_info >= (3, 15) else 257)
    assert 0 <= blocks - 2_500 - integers <= 3, (number, blocks)
    kept[:] = [None] * len(kept)
"""
        prepared(code, tmp_path, depth)


def test_the_peak_between_snapshots_is_seen_and_our_own_is_not(tmp_path: Path) -> None:
    code = """
probe.start()
take()
passing = bytes(5_000_000)
del passing
peak = take()[2]
assert 5_000_000 <= peak < 6_000_000, peak
assert take()[2] == peak
"""
    prepared(code, tmp_path)


def test_before_the_start_there_is_nothing(tmp_path: Path) -> None:
    code = """
assert take() == (0, 0, 0, 0)
assert probe.live_bytes() == 0
assert recorder.of("live") == []
"""
    prepared(code, tmp_path)
