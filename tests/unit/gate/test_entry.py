"""One known suspect, in the words of a baseline."""

import json
from dataclasses import asdict

import pytest
from support.suspected import suspect
from support.verdicts import ROOT

from memprof.errors import BaselineUnreadable
from memprof.gate import entry
from memprof.model.allocations import Frame


def test_it_says_what_it_is_and_no_line() -> None:
    made = entry.of(suspect("app.POOL[*]", "app.Conn"), ROOT, "leak:0123456789ab")
    assert (made.rule, made.file, made.function) == ("LEAK", "app/shop.py", "sell")
    assert (made.type, made.owner) == ("app.Conn", "app.POOL[*]")
    assert (made.count, made.bytes) == (640, 64 * 1024)


def test_what_hangs_on_one_container_has_one_key() -> None:
    paths = ("app.HITS", "app.HITS key", "app.HITS[*]", "app.HITS[*].name", "app.HITS['eu'][*]")
    keys = [entry.key(suspect(path), ROOT) for path in paths]
    assert len(set(keys[:4])) == 1
    assert entry.key(suspect("app.OTHER[*]"), ROOT) not in keys


def test_it_is_read_back() -> None:
    row = suspect("app.POOL[*]")
    made = entry.of(row, ROOT, entry.key(row, ROOT))
    assert entry.read(json.loads(json.dumps(asdict(made))), 1) == made


def test_the_site_does_not_know_the_owner_or_the_rule() -> None:
    one = suspect("app.POOL[*]", "app.Conn")
    other = suspect(None, "app.Other", verdict="UNBOUNDED CACHE")
    assert entry.site(one, ROOT) == entry.site(other, ROOT)
    assert entry.key(one, ROOT) != entry.key(other, ROOT)
    assert entry.key(other, ROOT) == f"unbounded-cache:{entry.site(other, ROOT)}"
    alone = suspect(kind="app.Conn", stack=())
    assert entry.site(alone, ROOT) != entry.site(suspect(kind="app.X", stack=()), ROOT)


def test_a_file_outside_goes_by_its_name() -> None:
    row = suspect(stack=(Frame("/opt/tool/run.py", 3, None),))
    assert entry.of(row, ROOT, "k").file == "run.py"
    assert entry.of(suspect(stack=()), ROOT, "k").file == ""


def test_of_two_the_larger_figures_are_kept() -> None:
    one = entry.of(suspect(growth_objects=2, growth_bytes=9), ROOT, "k")
    other = entry.of(suspect("app.A", growth_objects=5, growth_bytes=4), ROOT, "k")
    assert (entry.larger(one, other).count, entry.larger(one, other).bytes) == (5, 9)
    assert entry.larger(one, other).sites == tuple(sorted({*one.sites, *other.sites}))


def test_garbage_goes_by_where_it_was_allocated() -> None:
    row = suspect("unreachable garbage", "app.Node")
    assert entry.key(row, ROOT) == f"leak:{entry.site(row, ROOT)}"
    assert entry.key(row, ROOT) == entry.key(suspect(kind="app.Node"), ROOT)
    assert entry.key(row, ROOT) != entry.key(suspect("app.POOL[*]", "app.Node"), ROOT)


@pytest.mark.parametrize("row", [None, [], {}, {"key": 1}, "leak:0123456789ab"])
def test_what_is_none_is_said_with_its_place(row: object) -> None:
    with pytest.raises(BaselineUnreadable, match="entry 7"):
        entry.read(row, 7)
