"""Dictionaries and their tables count at the line that makes them, whoever drops others."""

from pathlib import Path

from native.inside import said

KEPT_AMONG_DROPPED = """
import json
from native.ledger import marked, start

KEPT = []

def dropped(number):
    for part in range(5):
        found = {"a": number, "b": part}  # dropped
    return len(found)

def kept(number):
    KEPT.append({"kept": number})  # kept

ledger = start()
for number in range(1000):
    dropped(number)
    kept(number)
held = ledger.settled()
print(json.dumps([marked(held, __file__, mark)[1] for mark in ("kept", "dropped")]))
"""

NEST = """
import json
from native.ledger import heap, start

class Named(dict):
    pass

def nest(kind, depth):
    found = {}
    for number in range(depth):
        found = kind(inner=found) if number % 2 else {"inner": found}
    return found

ledger = start()
for kind in (dict, Named):
    nest(kind, 300_000)
heap.stop()
nest(Named, 300_000)
print(json.dumps(len(nest(dict, 3))))
"""


def test_what_is_kept_counts_where_it_is_made(tmp_path: Path) -> None:
    kept, dropped = said(KEPT_AMONG_DROPPED, tmp_path)
    # Each is a dictionary and its table; the list that has them grows at their line as well.
    assert kept == 2001
    assert dropped == 0


def test_a_deep_nest_dies_while_it_works_and_after(tmp_path: Path) -> None:
    """The interpreter's own way with deep ones is ours meanwhile."""
    assert said(NEST, tmp_path) == 1
