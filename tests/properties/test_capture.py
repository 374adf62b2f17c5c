"""Whatever the bytes, a capture gives facts or an error that says what is wrong."""

import json
import os
import random
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.captures import (
    LAUNCHER_KINDS,
    Row,
    build_capture,
    capture_bytes,
    capture_rows,
    example_facts,
    growing_facts,
)
from support.mutations import HOSTILE, mutate

from memprof.agent.wire import EPOCHS, MAGIC, checksum
from memprof.analysis.findings import analyse
from memprof.capture.reader import read
from memprof.errors import MemprofError
from memprof.model.allocations import Change
from memprof.model.facts import Facts
from memprof.model.history import History
from memprof.report.document import dumps
from memprof.report.page import render

WHOLE = example_facts(snapshots=4, sites=3)
ROWS = capture_rows(WHOLE)
BYTES = capture_bytes(ROWS)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where the captures of this module are written, one after another."""
    return tmp_path_factory.mktemp("captures") / "app.memprof"


def read_bytes(path: Path, data: bytes) -> Facts | None:
    """Return the facts in *data*, None where reading them is a MemprofError."""
    path.write_bytes(data)
    try:
        facts = read(path)
    except MemprofError:
        return None
    check(facts)
    return facts


def sealed(row: Row) -> bytes:
    """Return *row* with a checksum that holds, as a forger would; NaN and all."""
    text = json.dumps(list(row)).encode("ascii")
    newline = b"\n" if row[0] in LAUNCHER_KINDS else b""
    return b"%b%08x %b\n" % (newline, checksum(text), text)


def check(facts: Facts) -> None:
    """Assert what whoever uses *facts* relies on."""
    number = len(facts.snapshots)
    sites, types = len(facts.allocations.sites), len(facts.objects.types)
    assert number
    assert [one.number for one in facts.snapshots] == list(range(number))
    assert [one.at_ns for one in facts.snapshots] == sorted(one.at_ns for one in facts.snapshots)
    assert all(facts.allocations.sites)
    by_snapshot = (facts.allocations.changes, facts.objects.changes, facts.objects.untracked)
    looks = (facts.history, facts.generations.intervals, facts.pools, facts.refcounts.classes)
    assert all(ticks >= 0 for running in facts.running for ticks in running.values())
    for values in (*by_snapshot, *looks, facts.running):
        assert len(values) == number
    for one in facts.history:
        check_history(one, sites)
    check_changes(facts.allocations.changes, 2, sites)
    check_changes(facts.objects.changes, 1, types)
    assert all(0 <= one < types for one in type_ids(facts))
    assert all(0 <= one < sites for one in site_ids(facts))
    for sample in facts.refcounts.samples:
        assert len(sample.snapshots) == len(sample.references) > 0
        assert list(sample.snapshots) == sorted(set(sample.snapshots))


def check_changes(changes: tuple[tuple[Change, ...], ...], columns: int, ids: int) -> None:
    """Assert that every change names *ids* ids at most, once and in order."""
    for change in (one for group in changes for one in group):
        end = length = 0
        for first, count in zip(change.runs[::2], change.runs[1::2], strict=True):
            assert end <= first < first + count <= ids
            end, length = first + count, length + count
        assert [len(column) for column in change.columns] == [length] * columns
        assert all(min(column, default=0) >= 0 for column in change.columns)


def check_history(history: History | None, sites: int) -> None:
    """Assert what whoever uses a closer look at *sites* sites relies on."""
    if history is None:
        return
    for changes in (history.peak, history.traffic, history.collected):
        check_changes((changes or (),), 2, sites)
    if history.births is not None:
        starts = history.births.starts_ns
        assert 0 < len(starts) <= EPOCHS
        assert list(starts) == sorted(starts)
        check_changes((history.births.changes,), len(starts), sites)


def type_ids(facts: Facts) -> Iterator[int]:
    """Yield every type id *facts* speak of."""
    counted = (*facts.objects.untracked, *facts.refcounts.classes)
    for ids in (*counted, facts.objects.shallow_bytes, facts.cycles.garbage):
        yield from ids or ()
    yield from facts.refcounts.holders
    for sample in facts.refcounts.samples:
        yield from (sample.type_id, *sample.referrer_types)
    yield from (row[0] for one in facts.cycles.passes for row in one.rows)
    if facts.debt is not None:
        yield from facts.debt.counts
        yield from (row.type_id for row in facts.debt.rows)
    if facts.owners is not None:
        yield from facts.owners.types
        yield from (row[0] for site in facts.owners.sites.values() for row in site.types)


def site_ids(facts: Facts) -> Iterator[int]:
    """Yield every site id *facts* speak of."""
    found = [row[1] for one in facts.cycles.passes for row in one.rows]
    found += [sample.site_id for sample in facts.refcounts.samples]
    if facts.debt is not None:
        found += [site for row in facts.debt.rows for site, _ in row.sites]
    if facts.owners is not None:
        found += facts.owners.sites
    found += [site for running in facts.running for site in running]
    yield from (one for one in found if one is not None)


# No \r or \n is special to the format: JSON escapes them.
words = st.text(st.characters(categories=("L", "N", "P", "Cc", "Cs", "Cf")), max_size=8)


@given(st.integers(1, 12), st.integers(1, 12), words)
@settings(max_examples=40, deadline=None)
def test_what_is_written_is_read(path: Path, snapshots: int, sites: int, word: str) -> None:
    """Facts written as a capture are read as the same facts, whatever the names."""
    facts = build_capture(path, snapshots, sites, word)
    assert read(path) == facts


def test_every_prefix_reads_as_a_prefix(path: Path) -> None:
    """A capture cut at any byte gives the first of its snapshots, or an error."""
    path.write_bytes(BYTES)
    seen = []
    for end in range(len(BYTES) - 1, -1, -1):
        os.truncate(path, end)
        try:
            facts = read(path)
        except MemprofError:
            seen.append(0)
            continue
        number = len(facts.snapshots)
        seen.append(number)
        check(facts)
        assert facts.snapshots == WHOLE.snapshots[:number]
        assert facts.allocations.changes == WHOLE.allocations.changes[:number]
        assert facts.history == WHOLE.history[:number]
        assert facts.objects.changes == WHOLE.objects.changes[:number]
        assert facts.pools == WHOLE.pools[:number]
        assert facts.running == WHOLE.running[:number]
        assert facts.run.damaged_records <= 1
    assert seen == sorted(seen, reverse=True)
    assert set(seen) == {0, 1, 2, 3, 4}


@given(st.data())
@settings(max_examples=250, deadline=None)
def test_damaged_bytes(path: Path, data: st.DataObject) -> None:
    """Flipped, inserted, deleted and repeated bytes leave facts or an error."""
    found = bytearray(BYTES)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(found)))
        kind = data.draw(st.sampled_from(["flip", "insert", "delete", "repeat"]))
        if kind == "flip" and at < len(found):
            found[at] ^= 1 << data.draw(st.integers(0, 7))
        elif kind == "insert":
            found[at:at] = data.draw(st.binary(min_size=1, max_size=20))
        elif kind == "delete":
            del found[at : at + data.draw(st.integers(1, 2_000))]
        else:
            found[at:at] = found[at : at + data.draw(st.integers(1, 2_000))]
    read_bytes(path, bytes(found))


def test_every_lost_record_leaves_the_others(path: Path) -> None:
    """One damaged record is counted, and all snapshots but its own are read."""
    lines = BYTES.splitlines(keepends=True)
    for number, line in enumerate(lines[1:], 1):
        if line == b"\n":
            continue
        damaged = [*lines[:number], line.replace(b"[", b"(", 1), *lines[number + 1 :]]
        facts = read_bytes(path, b"".join(damaged))
        if b'["hello"' in line:
            assert facts is None
            continue
        assert facts is not None
        assert facts.run.damaged_records == 1
        assert len(facts.snapshots) == 4 - (b'["snapshot"' in line)


@given(st.lists(st.sampled_from(ROWS), max_size=2 * len(ROWS)), st.booleans())
@settings(max_examples=150, deadline=None)
def test_records_in_any_order(path: Path, rows: list[Row], hello: bool) -> None:  # noqa: FBT001
    """Records missing, repeated and out of order leave facts or an error."""
    read_bytes(path, capture_bytes(([ROWS[0]] if hello else []) + rows))


@given(st.permutations(BYTES.splitlines(keepends=True)[1:]))
@settings(max_examples=50, deadline=None)
def test_lines_in_any_order(path: Path, lines: list[bytes]) -> None:
    """Shuffled lines leave facts or an error."""
    read_bytes(path, MAGIC + b"".join(lines))


@given(st.integers(0, 1 << 32), st.integers(1, 12))
@settings(max_examples=600, deadline=None)
def test_hostile_fields_under_a_checksum_that_holds(path: Path, seed: int, number: int) -> None:
    """Fields of any type and size leave facts others can rely on, or an error."""
    chance = random.Random(seed)  # noqa: S311 - reproducible, not secret
    rows = list(ROWS)
    for _ in range(number):
        at = chance.randrange(len(rows))
        rows[at] = (rows[at][0], mutate(rows[at][1], chance))
    read_bytes(path, MAGIC + b"".join(map(sealed, rows)))


SEALED = [sealed(row) for row in ROWS]


@pytest.mark.parametrize("hostile", HOSTILE, ids=repr)
def test_every_field_hostile(path: Path, hostile: object) -> None:
    """Each field of each kind of record in turn may be any value."""
    kinds = {row[0]: at for at, row in enumerate(ROWS)}
    for at in kinds.values():
        kind, fields = ROWS[at]
        for name in fields:
            row = sealed((kind, {**fields, name: hostile}))
            read_bytes(path, MAGIC + b"".join([*SEALED[:at], row, *SEALED[at + 1 :]]))


LONG = capture_rows(growing_facts())
AT_THE_END = [at for at, row in enumerate(LONG) if row[0] in {"owners", "debt", "caches"}]
RUNNING = [at for at, row in enumerate(LONG) if row[0] == "running"]


def test_what_grows_is_judged(path: Path) -> None:
    """The capture that is made hostile below has suspects that use all of these records."""
    path.write_bytes(capture_bytes(LONG))
    found = analyse(read(path)).suspects
    assert {row.verdict for row in found.rows} == {"UNBOUNDED CACHE", "NATIVE GROWTH"}
    assert any(row.judged_on == "native bytes" and row.stack for row in found.rows)


@given(st.integers(0, 1 << 32), st.integers(1, 6))
@settings(max_examples=150, deadline=None)
def test_whatever_owners_debt_caches_and_running_say_is_judged(
    path: Path, seed: int, number: int
) -> None:
    """Hostile records of who holds what are left out, or judged and shown."""
    chance = random.Random(seed)  # noqa: S311 - reproducible, not secret
    rows = list(LONG)
    for _ in range(number):
        at = chance.choice([*AT_THE_END, chance.choice(RUNNING)])
        rows[at] = (rows[at][0], mutate(rows[at][1], chance))
    facts = read_bytes(path, MAGIC + b"".join(map(sealed, rows)))
    assert facts is not None
    findings = analyse(facts)
    assert render(findings)
    assert json.loads(dumps(findings))["suspects"]


def raw(text: bytes) -> bytes:
    """Return the line of *text* with a checksum that holds."""
    return b"%08x %b\n" % (checksum(text), text)


MANY = 200_000
GIANTS = {
    "deep lists": b'["live",' + b"[" * MANY + b"]" * MANY + b"]",
    "deep objects": b'["live",' + b'{"a":' * MANY + b"1" + b"}" * MANY + b"]",
    "a long integer": b'["live",{"runs":[' + b"9" * 2_000_000 + b"]}]",
    "a long fraction": b'["live",{"runs":[1.' + b"9" * 2_000_000 + b"]}]",
    "empty lists": b'["sites",{"first":0,"stacks":[[]' + b",[]" * 1_400_000 + b"]}]",
    "small lists": b'["sites",{"first":0,"stacks":[[0]' + b",[0]" * MANY + b"]}]",
    "small objects": b'["sites",{"first":0,"stacks":[' + b'{"":0},' * 2_200_000 + b"0]}]",
    "frames": b'["frames",{"first":0,"rows":[0,0' + b",0,0" * 400_000 + b"]}]",
    "types": b'["types",{"first":0,"rows":[0,0' + b",0,0" * 400_000 + b"]}]",
    "strings": b'["strings",{"first":0,"texts":["ab"' + b',"ab"' * 800_000 + b"]}]",
    "runs that do not sum": b'["live",{"runs":[0,9000000000000],"bytes":[1],"blocks":[1]}]',
    "runs far away": b'["live",{"runs":[9000000000000,1],"bytes":[1],"blocks":[1]}]',
    "runs at the limit": b'["live",{"runs":[4194303,1],"bytes":[1],"blocks":[1]}]',
    "births far away": b'["births",{"at_ns":1,"starts":[0],"runs":[4194303,1],"blocks":[1]}]',
    "births": b'["births",{"at_ns":1,"starts":[0,1],"runs":[0,1000000],"blocks":[0,0'
    + b",0,0" * 999_999
    + b"]}]",
    "a gap before sites": b'["sites",{"first":4194303,"stacks":[[0]]}]',
    "a gap before strings": b'["strings",{"first":4194303,"texts":["a"]}]',
    "a gap before frames": b'["frames",{"first":4194303,"rows":[0,1]}]',
    "a gap before types": b'["types",{"first":130000,"rows":[0,1]}]',
    "empty lines": b"\n" * MANY,
    "an endless line": b"a" * (100 << 20),
}


@pytest.mark.parametrize("name", GIANTS)
def test_memory_is_bounded(path: Path, name: str) -> None:
    """No line takes more than 64 MiB and twenty times the file; pytest ends what takes long."""
    lines = BYTES.splitlines(keepends=True)
    data = b"".join([*lines[:2], raw(GIANTS[name]), *lines[2:]])
    path.write_bytes(data)
    tracemalloc.start()
    try:
        read(path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak <= (64 << 20) + 20 * len(data)


def test_many_damaged_lines_take_linear_time(path: Path) -> None:
    """Eight times as many lines that hold nothing take no more than thrice as long each."""
    took = []
    for number in (25_000, 200_000):
        path.write_bytes(BYTES + b"deadbeef []\n" * number)
        began = time.process_time()
        facts = read(path)
        took.append(time.process_time() - began)
        assert facts.run.damaged_records == number
    assert took[1] <= 8 * 3 * took[0]
