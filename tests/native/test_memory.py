"""What the tables take of memory, for many live blocks."""

from pathlib import Path

from native.inside import said

BLOCKS = 3_000_000

PROGRAM = """
import json, sys

if {measured}:
    from memprof.agent import _heap
    _heap.start(1, "/nowhere/")

kept = [None] * {blocks}
for at in range(0, {blocks}, 6):
    kept[at] = bytes(at % 97)
    kept[at + 1] = (at,)
    kept[at + 2] = float(at)
    kept[at + 3] = str(at)
    kept[at + 4] = bytes(at % 400)
    kept[at + 5] = [at]
with open("/proc/self/status") as status:
    resident = next(line for line in status if line.startswith("VmRSS"))
print(json.dumps(int(resident.split()[1]) * 1024))
"""


def test_tables_are_small_beside_what_they_tell_of(tmp_path: Path) -> None:
    bare, measured = (
        said(PROGRAM.format(blocks=BLOCKS, measured=measured), tmp_path) for measured in (0, 1)
    )
    assert (measured - bare) / BLOCKS <= 32
