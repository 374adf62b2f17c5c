"""Suspects of one container stand together, by the first of them."""

from dataclasses import replace

from support.suspected import suspect

from memprof.analysis.together import together

HELD = (
    "app.POOL.idle['eu'][*]",
    "app.CACHE.<lru_cache>[*]",
    "app.POOL.idle['eu'][*].data",
    None,
    "app.POOL.idle['us'][*]",
    "app.POOL.idle['eu']",
    "unreachable garbage[*]",
    "unreachable garbage[*]",
    "<list held from C>[*]",
)


def test_what_a_container_holds_goes_with_its_own_table() -> None:
    rows = [replace(suspect(), rank=rank, held_by=path) for rank, path in enumerate(HELD, start=1)]
    found = [(group.first.rank, [row.rank for row in group.others]) for group in together(rows)]
    assert found == [(1, [3, 6]), (2, []), (4, []), (5, []), (7, []), (8, []), (9, [])]
