"""Blocks of the raw domain, which needs no GIL, and blocks that move between threads."""

from pathlib import Path

from native.inside import said, unindented

RAW = """
import ctypes, json, threading
from native.ledger import marked, start

raw = ctypes.CDLL(None)  # its calls release the GIL
for name in ("PyMem_RawMalloc", "PyMem_RawCalloc", "PyMem_RawRealloc"):
    getattr(raw, name).restype = ctypes.c_void_p
malloc, calloc, realloc, free = (
    raw.PyMem_RawMalloc, raw.PyMem_RawCalloc, raw.PyMem_RawRealloc, raw.PyMem_RawFree
)
address, size = ctypes.c_void_p, ctypes.c_size_t
malloc.argtypes, calloc.argtypes = [size], [size, size]
realloc.argtypes, free.argtypes = [address, size], [address]
"""


def test_threads_allocate_and_free_without_the_gil(tmp_path: Path) -> None:
    """Half of what every thread allocates is freed by the next one."""
    program = """
    def run(own, other):
        gate.wait()
        for number in range(1_500):
            own.append(malloc(number))  # own
            if number % 2:
                free(other.pop())

    held = [[malloc(0) for _ in range(1_500)] for _ in range(4)]
    book, gate = start(), threading.Barrier(4)
    threads = [threading.Thread(target=run, args=(held[at], held[at - 1])) for at in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    before = marked(book.live(), __file__, "own")
    for blocks in held:
        while blocks:
            free(blocks.pop())
    print(json.dumps([before, marked(book.settled(), __file__, "own")]))
    """
    before, after = said(RAW + unindented(program), tmp_path)
    assert before[1] > 0
    assert after[1] <= LISTS


LISTS = 4
"""The arrays of the four lists in which the line keeps what it allocates."""


def test_moving_blocks_of_many_threads_are_counted_with_their_sizes(tmp_path: Path) -> None:
    """An address that one thread leaves by moving may be another's at once."""
    program = """
    from native.ledger import heap

    def run():
        gate.wait()
        for number in range(6_000):
            block = malloc(2_000 + number % 7 * 16)  # made
            block = realloc(block, 9_000 + number % 50 * 64)  # moved
            free(block)
        kept.append(malloc(5_000))  # kept

    kept = []
    book, gate = start(), threading.Barrier(4)
    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    live = book.live()
    held = [marked(live, __file__, mark) for mark in ("made", "moved", "kept")]
    print(json.dumps([held, heap.totals()[0]]))
    """
    # With one arena for all threads addresses go round among them.
    env = {"MALLOC_ARENA_MAX": "1", "GLIBC_TUNABLES": "glibc.malloc.tcache_count=0"}
    (made, moved, kept), total = said(RAW + unindented(program), tmp_path, env=env)
    assert kept[0] >= 4 * 5_000
    assert 0 <= made[0] < 1_000
    assert 0 <= moved[0] < 1_000
    assert 20_000 < total < 1_000_000


def test_a_block_of_more_than_4_gib_counts_in_full(tmp_path: Path) -> None:
    program = """
    block = None
    book = start()
    block = calloc(5, 1 << 30)  # made
    live = marked(book.settled(), __file__, "made")
    free(block)
    print(json.dumps([live, marked(book.settled(), __file__, "made")]))
    """
    (size, blocks), freed = said(RAW + unindented(program), tmp_path)
    # The line also makes the number that is the address.
    assert 5 << 30 <= size < (5 << 30) + 100
    assert blocks == freed[1] + 1
    assert freed[0] < 100


def test_a_failed_realloc_leaves_the_block_counted(tmp_path: Path) -> None:
    program = """
    blocks, failed = [0] * 4, []
    book = start()
    for at, size in enumerate((100, 1_000, 100_000, 3_000_000)):
        blocks[at] = malloc(size)  # made
    before = marked(book.settled(), __file__, "made")
    for block in blocks:
        failed.append(realloc(block, (1 << 62) - 1))
    after = marked(book.settled(), __file__, "made")
    for block in blocks:
        free(block)
    print(json.dumps([failed, before, after, marked(book.settled(), __file__, "made")]))
    """
    failed, before, after, freed = said(RAW + unindented(program), tmp_path)
    assert failed == [None] * 4
    assert before == after
    assert before[0] - freed[0] == 100 + 1_000 + 100_000 + 3_000_000
    assert before[1] - freed[1] == 4


def test_a_realloc_counts_where_it_was_called(tmp_path: Path) -> None:
    """In place or moved, smaller or larger than what is kept by address, and from nothing."""
    program = """
    blocks = [0] * 5
    book = start()
    for at in range(5):
        blocks[at] = malloc(100)  # made
    first = marked(book.settled(), __file__, "made")
    for at, size in enumerate((101, 50, 5_000, 500_000, 50_000_000)):
        blocks[at] = realloc(blocks[at], size)  # moved
    second = [marked(book.settled(), __file__, mark) for mark in ("made", "moved")]
    for at in range(5):
        blocks[at] = realloc(blocks[at], 100)  # back
    third = [marked(book.settled(), __file__, mark) for mark in ("made", "moved", "back")]
    blocks.append(realloc(None, 200))  # nothing
    nothing = marked(book.settled(), __file__, "nothing")
    for at in range(6):
        free(blocks[at])
        blocks[at] = 0
    marks = ("made", "moved", "back", "nothing")
    end = [marked(book.settled(), __file__, mark) for mark in marks]
    print(json.dumps([first, second, third, nothing, end]))
    """
    first, second, third, nothing, end = said(RAW + unindented(program), tmp_path)
    numbers = 5 * 32, 5
    assert first == [500 + numbers[0], 5 + numbers[1]]
    assert second == [[0, 0], [101 + 50 + 5_000 + 500_000 + 50_000_000 + numbers[0], 10]]
    assert third == [[0, 0], [0, 0], [500 + numbers[0], 10]]
    # The array of the list grows there as well.
    assert nothing[0] >= 200
    assert [held for held in end[:3] if held != [0, 0]] == []
    assert end[3] == [nothing[0] - 232, nothing[1] - 2]


def test_libraries_without_the_gil(tmp_path: Path) -> None:
    """Big data in zlib, hashlib, bz2 and lzma, all four at once; nothing of it stays."""
    program = """
    import bz2, hashlib, lzma, zlib

    data = bytes(range(256)) * 4_000

    def run(work):
        gate.wait()
        for _ in range(3):
            work()

    works = [
        lambda: zlib.decompress(zlib.compress(data)),
        lambda: hashlib.sha256(data).digest(),
        lambda: bz2.decompress(bz2.compress(data)),
        lambda: lzma.decompress(lzma.compress(data, preset=0)),
    ]
    for work in works:
        work()
    book, gate = start(), threading.Barrier(4)
    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    live, totals = book.live(), __import__("memprof.agent._heap").agent._heap.totals()
    print(json.dumps([sum(size for size, _ in live.values()), totals]))
    """
    live, totals = said(RAW + unindented(program), tmp_path)
    assert 0 < live < 500_000
    assert 0 < totals[0] < 500_000
    assert totals[1] > len(range(256)) * 4_000
    assert totals[4] is False


def test_objects_are_freed_by_other_threads(tmp_path: Path) -> None:
    program = """
    import queue

    passed, done = queue.SimpleQueue(), []

    def make():
        for number in range(5_000):
            passed.put(bytearray(number % 3_000))  # made
        passed.put(None)

    def drop():
        while (block := passed.get()) is not None:
            done.append(len(block))
            del block

    book = start()
    threads = [threading.Thread(target=work) for work in (make, drop)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps([len(done), marked(book.live(), __file__, "made")]))
    """
    count, live = said(RAW + unindented(program), tmp_path)
    assert count == 5_000
    # The queue keeps an array of its own.
    assert live[1] <= 2
    assert live[0] < 100_000
