"""After a fork both processes go on with tables that are right."""

from pathlib import Path

from native.inside import said


def test_a_child_goes_on_counting_what_it_inherits(tmp_path: Path) -> None:
    program = """
    import json, os, sys
    from native.ledger import marked, start

    book = start()
    kept = [bytes(number + 1) for number in range(1_000)]  # kept
    before = marked(book.settled(), __file__, "kept")
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        inherited = marked(book.live(), __file__, "kept")
        del kept[500:]
        more = [bytes(1_000) for _ in range(300)]  # more
        live = book.live()
        rows = [inherited, *(marked(live, __file__, mark) for mark in ("kept", "more"))]
        os.write(writing, json.dumps(rows).encode())
        os._exit(0)
    _, status = os.waitpid(child, 0)
    after = marked(book.live(), __file__, "kept")
    rows = json.loads(os.read(reading, 10_000))
    print(json.dumps([status, before, after, rows]))
    """
    status, before, after, (inherited, kept, more) = said(program, tmp_path)
    assert status == 0
    assert before == after == inherited
    assert before[1] >= 1_000
    # The list gives its array back and takes a smaller one.
    assert before[1] - kept[1] in {500, 501}
    # The child's numbers are its own: more than 256 of them, and the list.
    assert 300 < more[1] < 310
    assert more[0] >= 300 * 1_033


def test_forks_while_threads_allocate(tmp_path: Path) -> None:
    """No child waits for a lock that a thread of its parent held, with the GIL or without."""
    program = """
    import ctypes, json, os, threading, warnings
    from native.ledger import marked, start

    warnings.simplefilter("ignore", DeprecationWarning)  # threads and fork
    raw = ctypes.CDLL(None)
    raw.PyMem_RawMalloc.restype, raw.PyMem_RawFree.argtypes = ctypes.c_void_p, [ctypes.c_void_p]

    def without_gil():
        while not over.is_set():
            raw.PyMem_RawFree(raw.PyMem_RawMalloc(5_000))

    def with_gil():
        number = 0
        while not over.is_set():
            number += 1
            eval(f"[{number}, 'x' * 1_000]")

    book, over = start(3), threading.Event()
    threads = [threading.Thread(target=work) for work in [without_gil, with_gil] * 2]
    for thread in threads:
        thread.start()
    wrong = []
    for _ in range(200):
        child = os.fork()
        if child == 0:
            kept = [bytes(number + 1) for number in range(100)]  # kept
            right = marked(book.live(), __file__, "kept")[1] >= 100
            os._exit(0 if right else 3)
        status = os.waitpid(child, 0)[1]
        if status:
            wrong.append(status)
    over.set()
    for thread in threads:
        thread.join()
    print(json.dumps(wrong))
    """
    assert said(program, tmp_path, timeout_s=100) == []


def test_multiprocessing_by_fork(tmp_path: Path) -> None:
    program = """
    import json, multiprocessing
    from native.ledger import heap, start

    def work(size):
        kept = bytes(size)
        return heap.live_bytes()

    start()
    with multiprocessing.get_context("fork").Pool(2) as pool:
        print(json.dumps(pool.map(work, [1_000_000] * 10, chunksize=1)))
    """
    found = said(program, tmp_path)
    assert len(found) == 10
    assert min(found) > 1_000_000
    # Nobody has what others made.
    assert max(found) < min(found) + 1_000_000
