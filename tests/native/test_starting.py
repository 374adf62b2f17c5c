"""Starting, stopping, and sharing the process with tracemalloc and with threads."""

from pathlib import Path

from native.inside import said


def test_a_second_start_is_refused(tmp_path: Path) -> None:
    program = """
    import json
    from native.ledger import heap, start

    start()
    said = []
    for _ in range(2):
        try:
            heap.start(1, "/nowhere/")
        except RuntimeError as error:
            said.append(str(error))
    print(json.dumps([said, heap.stands()]))
    """
    (first, second), stands = said(program, tmp_path)
    assert first == second == "it has been started before"
    assert stands


def test_impossible_depths_are_refused(tmp_path: Path) -> None:
    program = """
    import json
    from native.ledger import heap

    said = []
    for depth in (0, -1, 100_000):
        try:
            heap.start(depth, "/nowhere/")
        except RuntimeError as error:
            said.append(str(error))
    print(json.dumps([said, heap.stands()]))
    """
    assert said(program, tmp_path) == [["the depth is out of range"] * 3, False]


def test_nothing_counts_after_the_end(tmp_path: Path) -> None:
    program = """
    import json
    from native.ledger import heap, marked, start

    book = start()
    first = [bytes(100) for _ in range(1_000)]  # first
    heap.stop()
    second = [bytes(100) for _ in range(1_000)]  # second
    del first
    live = book.live()
    print(json.dumps([heap.stands(), *(marked(live, __file__, m) for m in ("first", "second"))]))
    """
    stands, first, second = said(program, tmp_path)
    assert not stands
    assert first[1] >= 1_000
    assert second == [0, 0]


def test_tracemalloc_started_and_stopped_later(tmp_path: Path) -> None:
    """Both count in between, and the engine as before afterwards."""
    program = """
    import json, tracemalloc
    from native.ledger import heap, marked, start

    book = start()
    before = [bytes(100) for _ in range(1_000)]  # before
    tracemalloc.start(3)
    during = [bytes(100) for _ in range(1_000)]  # during
    del before
    theirs = sum(trace.size for trace in tracemalloc.take_snapshot().traces)
    tracemalloc.stop()
    stands = heap.stands()
    after = [bytes(100) for _ in range(1_000)]  # after
    during.clear()
    live = book.settled()
    marks = ("before", "during", "after")
    print(json.dumps([theirs, stands, [marked(live, __file__, mark)[1] for mark in marks]]))
    """
    theirs, stands, (before, during, after) = said(program, tmp_path)
    assert theirs > 100_000
    assert stands
    # What is left waits in free lists.
    assert before <= 5
    assert during <= 5
    assert after >= 1_000


def test_tracemalloc_stopped_that_was_started_earlier(tmp_path: Path) -> None:
    """It puts back the allocators it found: the engine is out, and says so."""
    program = """
    import json, tracemalloc
    from native.ledger import heap, marked, start

    tracemalloc.start()
    book = start()
    before = [bytes(100) for _ in range(1_000)]  # before
    stood = heap.stands()
    tracemalloc.stop()
    stands = heap.stands()
    live = book.live()
    print(json.dumps([stood, stands, marked(live, __file__, "before")]))
    """
    stood, stands, before = said(program, tmp_path)
    assert (stood, stands) == (True, False)
    assert before[1] >= 1_000


def test_the_engine_stops_below_tracemalloc(tmp_path: Path) -> None:
    program = """
    import json, tracemalloc
    from native.ledger import heap, start

    start()
    first = [bytes(100) for _ in range(1_000)]
    tracemalloc.start()
    heap.stop()
    kept = [bytes(100) for _ in range(1_000)]
    size = tracemalloc.get_traced_memory()[0]
    del first, kept
    tracemalloc.stop()
    print(json.dumps([size, heap.stands(), len([bytes(100) for _ in range(1_000)])]))
    """
    size, stands, blocks = said(program, tmp_path)
    assert size > 100_000
    assert not stands
    assert blocks == 1_000


THREADS = """
import json, threading
from native.ledger import heap, marked, start, sums

over, begun = threading.Event(), threading.Barrier(5)

def churn(kept):
    begun.wait()
    while not over.is_set():
        kept.append(bytes(500))
        if len(kept) > 100:
            kept.clear()
            rounds.append(1)

rounds, lists = [], [[] for _ in range(4)]
threads = [threading.Thread(target=churn, args=(kept,)) for kept in lists]
for thread in threads:
    thread.start()
begun.wait()

def some_rounds():
    before = len(rounds)
    while len(rounds) < before + 40:
        [bytes(50) for _ in range(100)]

def finish():
    over.set()
    for thread in threads:
        thread.join()
"""


def test_start_while_threads_run(tmp_path: Path) -> None:
    program = f"""{THREADS}
some_rounds()
book = start()
some_rounds()
finish()
for kept in lists:
    kept.clear()
del rounds[:]
print(json.dumps([heap.stands(), sums(book.live())]))
"""
    stands, (size, blocks) = said(program, tmp_path)
    assert stands
    # All is freed but what the interpreter and the ledger keep.
    assert 0 <= size < 100_000
    assert 0 <= blocks < 1_000


def test_stop_while_threads_run(tmp_path: Path) -> None:
    program = f"""{THREADS}
book = start()
some_rounds()
heap.stop()
stopped = sums(book.live())
some_rounds()
finish()
print(json.dumps([stopped, sums(book.live()), heap.totals()[4]]))
"""
    stopped, end, lost = said(program, tmp_path)
    assert stopped[1] > 0
    # Contexts that the threads met while the ledger read are named afterwards.
    assert end == stopped
    assert lost is False
