"""The suspects a team knows of: named alike everywhere, read with suspicion."""

import json
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.suspected import suspect, table
from support.verdicts import ROOT, honest, leaky

from memprof.analysis.findings import Findings
from memprof.analysis.places import Root
from memprof.errors import BaselineUnreadable
from memprof.gate import baseline, entry
from memprof.gate.budget import TOLERANCES
from memprof.model.allocations import Frame


def having(*rows: Any) -> Findings:  # noqa: ANN401  (suspects)
    """Return the findings that name *rows*."""
    return replace(leaky(), suspects=table(*rows))


def test_it_is_written_and_read_back() -> None:
    made = baseline.build([leaky()], ROOT)
    assert baseline.read(json.loads(json.dumps(baseline.document(made)))) == made
    (one,) = made.entries
    assert made.python == "3.12"
    assert (one.rule, one.file, one.function) == ("LEAK", "app.py", "handle")
    assert one.bytes > 0


def test_it_is_the_same_whatever_the_order_and_the_checkout() -> None:
    def at(home: str) -> list[Findings]:
        frames = [Frame(f"{home}/src/{name}.py", 7, "f") for name in "ab"]
        return [having(suspect(stack=(frame,))) for frame in frames]

    here, there = at("/ci/shop"), at("/home/me/shop")
    one = baseline.build(here, Root("/ci/shop", "/"))
    assert one == baseline.build(list(reversed(there)), Root("/home/me/shop", "/"))
    assert [e.file for e in sorted(one.entries, key=lambda e: e.file)] == [
        "src/a.py",
        "src/b.py",
    ]


def test_the_rule_is_part_of_the_key() -> None:
    one, other = suspect("app.POOL[*]"), suspect("app.POOL[*]", verdict="UNBOUNDED CACHE")
    assert entry.key(one, ROOT).startswith("leak:")
    assert entry.key(other, ROOT).startswith("unbounded-cache:")


def test_suspects_of_one_owner_are_one_entry_with_the_largest_figures() -> None:
    rows = [suspect("app.POOL[*]", growth_objects=4), suspect("app.POOL[*]", growth_objects=5)]
    (one,) = baseline.build([having(*rows)], ROOT).entries
    assert one.count == 5


def test_a_run_that_did_not_learn_the_owner_is_known_by_its_functions() -> None:
    owned, unowned = suspect("app.POOL[*]", growth_bytes=9), suspect(growth_bytes=9)
    for first, later in ((owned, unowned), (unowned, owned)):
        known = baseline.build([having(first)], ROOT)
        assert baseline.changes(known, having(later), ROOT, TOLERANCES) == ((), 1)
        assert baseline.fixed(known, [having(later)], ROOT) == ()


def test_another_owner_is_another_leak_though_the_function_is_one() -> None:
    known = baseline.build([having(suspect("app.POOL[*]"))], ROOT)
    (change,), _ = baseline.changes(known, having(suspect("app.OTHER[*]")), ROOT, TOLERANCES)
    assert change.known is None


def test_of_several_captures_the_larger_figures_are_known() -> None:
    runs = [having(suspect("app.A[*]", growth_objects=n, growth_bytes=9 - n)) for n in (2, 5)]
    (one,) = baseline.build(runs, ROOT).entries
    assert (one.count, one.bytes) == (5, 7)


@pytest.mark.parametrize(("count", "size", "stat"), [(126, 1, "count"), (1, 1251, "bytes")])
def test_past_the_tolerance_counts_first(count: int, size: int, stat: str) -> None:
    known = baseline.build([having(suspect("a.A", growth_objects=100, growth_bytes=1000))], ROOT)
    now = having(suspect("a.A", growth_objects=count, growth_bytes=size))
    (change,), agreed = baseline.changes(known, now, ROOT, TOLERANCES)
    assert (change.stat, agreed) == (stat, 0)
    at = having(suspect("a.A", growth_objects=125, growth_bytes=1250))
    assert baseline.changes(known, at, ROOT, TOLERANCES) == ((), 1)


def test_what_one_capture_still_has_is_not_fixed() -> None:
    known = baseline.build([leaky()], ROOT)
    assert baseline.fixed(known, [honest(), leaky()], ROOT) == ()
    assert baseline.fixed(known, [honest()], ROOT) == known.entries


GOOD = baseline.document(baseline.build([leaky()], ROOT))


def spoilt(**changes: object) -> dict[str, object]:
    """Return a good document whose one entry has *changes*."""
    entries: Any = GOOD["entries"]
    return {**GOOD, "entries": [{**entries[0], **changes}]}


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ([], "its format is not"),
        (None, "its format is not"),
        ({}, "its format is not"),
        ({**GOOD, "format": "memprof-baseline/9"}, "its format is not"),
        ({**GOOD, "entries": {}}, "entries are not a list"),
        ({**GOOD, "entries": [1] * (baseline.MOST_ENTRIES + 1)}, "entries are not a list"),
        ({**GOOD, "entries": [[]]}, "entry 1 has not the keys"),
        ({**GOOD, "entries": [*spoilt()["entries"], *spoilt()["entries"]]}, "have one key"),  # type: ignore[misc]
        ({**GOOD, "python": 3.12}, "has no text for python"),
        ({**GOOD, "depth": "1"}, "has no number for depth"),
        ({**GOOD, "blocks": 1}, "neither true nor false"),
        (spoilt(extra=1), "has not the keys"),
        (spoilt(key="leak:xyz"), "key 'leak:xyz' is none"),
        (spoilt(key="x" * 999_999), "is none"),
        (spoilt(count=-1), "has no number for count"),
        (spoilt(count=True), "has no number for count"),
        (spoilt(bytes=1 << 70), "has no number for bytes"),
        (spoilt(bytes=1.5), "has no number for bytes"),
        (spoilt(owner=None), "has no text for owner"),
        (spoilt(sites="abc"), "has no list of texts for sites"),
        (spoilt(sites=[1]), "has no list of texts for sites"),
    ],
)
def test_what_somebody_spoilt_is_said_in_a_line(document: object, said: str) -> None:
    with pytest.raises(BaselineUnreadable, match=said) as raised:
        baseline.read(document)
    assert len(str(raised.value)) < 300


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*GOOD, "key", "count", "x"]), inner, max_size=4)
    ),
    max_leaves=8,
)


@given(JSON, st.sampled_from([*GOOD]))
def test_anything_is_a_baseline_or_an_error(value: object, name: str) -> None:
    for document in (value, {**GOOD, name: value}, {**GOOD, "entries": [value]}):
        with suppress(BaselineUnreadable):
            assert baseline.document(baseline.read(document))["format"] == baseline.FORMAT
