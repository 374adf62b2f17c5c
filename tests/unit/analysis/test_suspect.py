"""Suspects that are made of one figure: of the process, or of garbage."""

import pytest
from support.facts import KIB, SECOND_NS, frame

from memprof.analysis.debt import DebtRow
from memprof.analysis.resources import Rising
from memprof.analysis.suspect import of_debt, of_process
from memprof.analysis.trend import measure
from memprof.model.objects import Type

TIMES = tuple(n * SECOND_NS for n in range(10))


def _rising(step: int) -> Rising:
    series = tuple(step * n for n in range(10))
    return Rising(series, tuple(range(10)), TIMES, measure(TIMES, series), float(step), SECOND_NS)


def test_threads_and_descriptors_are_counted() -> None:
    row = of_process("THREADS", "threads", _rising(2), (), None)
    assert (row.growth_objects, row.objects_per_s) == (18, 2)
    assert (row.growth_bytes, row.bytes_per_s, row.type) == (None, None, None)
    assert row.confidence == pytest.approx(1)
    assert row.series == tuple(range(0, 20, 2))


def test_native_memory_is_in_bytes_and_has_the_line_that_ran() -> None:
    stack = (frame(9, "/usr/lib/python3.12/zlib.py"), frame(3))
    row = of_process("NATIVE GROWTH", "native bytes", _rising(KIB), stack, frame(3))
    assert (row.growth_bytes, row.bytes_per_s) == (9 * KIB, KIB)
    assert (row.growth_objects, row.objects_per_s) == (None, None)
    assert (row.stack, row.caller) == (stack, frame(3))


def test_garbage_is_as_sure_as_its_share() -> None:
    found = DebtRow(Type("app", "Node"), 700, "Node.next -> Node", (frame(4),), None, 9, 9)
    row = of_debt("CYCLIC DEBT", found, 0.7)
    assert (row.confidence, row.share, row.growth_objects) == (0.7, 0.7, 700)
    assert (row.cycle, row.stack, row.judged_on) == ("Node.next -> Node", (frame(4),), "garbage")
    assert row.series == ()
