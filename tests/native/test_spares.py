"""Small blocks that were freed wait in the engine's hand for the next of their size."""

from pathlib import Path

import pytest
from native.inside import said

TRACED = "_tracemalloc.start({depth}); held = lambda: traced()"
COUNTED = "start({depth}); held = lambda: (heap.stop(), Ledger().live())[1]"


@pytest.mark.parametrize("depth", [1, 10])
@pytest.mark.parametrize("name", ["matched", "recursive", "grown"])
def test_blocks_that_waited_count_where_they_are_given_out(
    name: str, depth: int, tmp_path: Path
) -> None:
    # Before tracemalloc's hooks the engine keeps none: each has a process of its own.
    theirs, ours = (
        said(
            f"""
            import _tracemalloc, gc, json
            from native import programs
            from native.ledger import Ledger, heap, start, traced
            {begin.format(depth=depth)}
            gc.collect()
            kept = programs.{name}()
            gc.collect()
            rows = held().items()
            print(json.dumps(sorted(row for row in rows if row[0][0][0] == programs.__file__)))
            """,
            tmp_path,
            env={"PYTHONHASHSEED": "0"},
        )
        for begin in (TRACED, COUNTED)
    )
    assert theirs
    assert ours == theirs


def test_a_large_block_that_shrank_is_no_spare(tmp_path: Path) -> None:
    program = """
    from native.ledger import start
    start()
    def shrunk(size):
        block = bytearray(2000)
        del block[size:]
        return block
    for size in range(1, 513):
        held = [shrunk(size) for _ in range(40)]
        del held
        # As large as any of the size class: the neighbours behind would suffer.
        filled = [b"x" * (size + extra) for extra in range(16) for _ in range(8)]
        assert all(block.strip(b"x") == b"" for block in filled)
    print(1)
    """
    assert said(program, tmp_path) == 1


@pytest.mark.parametrize("end", ["heap.settle()", "heap.stop()", "gc.collect()"])
def test_spares_go_back(end: str, tmp_path: Path) -> None:
    program = f"""
    import gc, json, sys
    from native.ledger import heap, start
    start()
    def burst():
        held = [b"x" * (size % 400) for size in range(4000)]
        del held
    gc.disable()
    gc.collect()
    before = sys.getallocatedblocks()
    burst()
    waiting = sys.getallocatedblocks() - before
    {end}
    print(json.dumps([waiting, sys.getallocatedblocks() - before]))
    """
    waiting, left = said(program, tmp_path)
    assert waiting >= 400
    assert left < 100


def test_another_allocator_keeps_none(tmp_path: Path) -> None:
    program = """
    import json
    from native.ledger import start
    start()
    held = [bytes(size % 400) for size in range(4000)]
    del held
    print(json.dumps(1))
    """
    assert said(program, tmp_path, env={"PYTHONMALLOC": "malloc"}) == 1
