"""A child tells what it inherits, and then of itself alone."""

from pathlib import Path

from native.inside import said, unindented

PREPARE = """
import json, os
from native.ledger import heap, rows_of, start

class Told:
    def __init__(self):
        self.strings, self.frames, self.sites = {}, {}, {}
        self.fresh = [], [], [], []

    def read(self):
        heap.name_new(self.strings, self.frames, self.sites, *self.fresh)
        records, live_bytes, live_blocks = heap.changes()
        held = {site: figures for site, *figures in rows_of(records)}
        return held, live_bytes, live_blocks

def in_child(work):
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, json.dumps(work()).encode())
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    os.close(writing)
    return json.loads(os.read(reading, 1 << 16))

start()
told = Told()
kept = [bytes(number + 600) for number in range(1_000)]
before = told.read()
"""


def test_all_is_told_again(tmp_path: Path) -> None:
    program = """
    def work():
        heap.forked()
        unchanged = len(told.read()[0])
        functions = heap.begin_again()
        names = list(told.strings)
        known = {names[number] for number in functions[1::2]}
        again = told.read()
        sums = [sum(row[at] for row in again[0].values()) for at in (0, 1)]
        return unchanged < len(again[0]), "<module>" in known, sums == list(again[1:]), again[1]

    after = in_child(work)
    print(json.dumps([after, before[1]]))
    """
    (fewer, named, summed, live_bytes), before = said(PREPARE + unindented(program), tmp_path)
    assert fewer
    assert named
    assert summed
    assert abs(live_bytes - before) < 100_000


def test_the_first_moment_is_the_fork(tmp_path: Path) -> None:
    program = """
    import time
    heap.note_moments()
    more = [bytes(700) for number in range(500)]  # its parent has not read these yet

    def work():
        heap.forked()
        own = [bytes(800) for number in range(2_000)]
        heap.begin_again()
        heap.name_new(told.strings, told.frames, told.sites, *told.fresh)
        moments = heap.moments(time.perf_counter_ns())
        return [*moments[0][:4], told.read()[1]], heap.live_bytes()

    at_fork = heap.live_bytes()
    moment, live_bytes = in_child(work)
    print(json.dumps([at_fork, moment[2], moment[4], live_bytes]))
    """
    at_fork, moment, last, live_bytes = said(PREPARE + unindented(program), tmp_path)
    assert abs(moment - at_fork) < 50_000
    assert last - moment > 1_600_000
    assert abs(last - live_bytes) < 100_000


def test_history_begins_anew(tmp_path: Path) -> None:
    program = """
    gone = [bytes(5_000) for number in range(1_000)]
    del gone
    heap.next_epoch()
    late = [bytes(900) for number in range(100)]

    def work():
        heap.forked()
        heap.begin_again()
        told.read()
        live, peak = heap.totals()[:2]
        held = [bytes(5_000) for number in range(500)]
        higher = heap.totals()[1]
        told.read()
        peaks, traffic, collected, _, births = heap.details()
        freed = sum(row[1] for row in rows_of(collected))
        return peak - live, higher - peak, freed, {len(row) for row in rows_of(births)} == {2}

    print(json.dumps([heap.totals()[1] - heap.totals()[0], in_child(work)]))
    """
    parents, (peak, higher, collected, one_epoch) = said(PREPARE + unindented(program), tmp_path)
    assert parents > 4_000_000
    assert peak < 100_000
    assert higher > 2_500_000
    assert collected == 0
    assert one_epoch
