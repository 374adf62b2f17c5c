"""Reference counts: classes, samples, what explains them, what holds them."""

import pytest
from support.captures import record

from memprof.capture.allocations import Frames, Sites
from memprof.capture.fields import DamagedRecord
from memprof.capture.names import LOST, Strings
from memprof.capture.objects import Types
from memprof.capture.refcounts import MAX_LOST, MAX_SAMPLES, RefCountsReader
from memprof.model.refcounts import LostReferences, RefCounts, SampledObject


@pytest.fixture
def reader() -> RefCountsReader:
    """Return a reader over tables with one string."""
    strings = Strings(1_000)
    strings.take(record("strings", first=0, texts=["app.CACHE"]))
    types = Types(strings, 1_000)
    return RefCountsReader(types, Sites(Frames(strings, 1_000), 1_000), strings)


def test_a_sample_is_put_together_over_snapshots(reader: RefCountsReader) -> None:
    """Counts of one sample are joined; the last is the one that was explained."""
    reader.take(record("refcounts", classes=[5, 10], samples=[0, 3, 7, 2]))
    reader.close()
    reader.close()
    reader.take(record("refcounts", classes=[], samples=[0, 3, 7, 4, 1, 3, -1, 9]))
    reader.close()
    reader.take_explained(record("explained", rows=[[0, 5, 1, [2, 3]], [8, 1, 1, []]]))
    reader.take_holders(record("holders", rows=[[3, 0], [2, 44]]))
    reader.take_lost(record("lost", rows=[[2, 0, 5000, 3, [7, 0, 9, 4000]]]))
    assert reader.facts() == RefCounts(
        classes=({5: 10}, None, {}),
        samples=(
            SampledObject(3, 7, (0, 2), (2, 5), 1, (2, 3)),
            SampledObject(3, None, (2,), (9,), None, ()),
        ),
        holders={3: "app.CACHE", 2: LOST},
        lost=(LostReferences(2, "app.CACHE", 5000, 3, ((7, 0), (9, 4000))),),
    )


def test_what_could_not_be_explained_is_unknown(reader: RefCountsReader) -> None:
    """An agent that stopped looking says null."""
    reader.take(record("refcounts", classes=[], samples=[0, 3, -1, 2]))
    reader.close()
    reader.take_explained(record("explained", rows=[[0, 2, None, [1]]]))
    assert reader.facts().samples == (SampledObject(3, None, (0,), (2,), None, (1,)),)


def test_samples_are_bounded(reader: RefCountsReader) -> None:
    """A capture cannot hold any number of samples."""
    samples = [value for number in range(MAX_SAMPLES + 5) for value in (number, 0, -1, 1)]
    reader.take(record("refcounts", classes=[], samples=samples))
    reader.close()
    assert len(reader.facts().samples) == MAX_SAMPLES


@pytest.mark.parametrize("samples", [[0, 0, -2, 1], [-1, 0, 0, 1], [0, 0, 0], [0, 1 << 40, 0, 0]])
def test_samples_of_wrong_fields_are_damaged(reader: RefCountsReader, samples: object) -> None:
    """Ids out of range and counts below 0 are damaged."""
    with pytest.raises(DamagedRecord):
        reader.take(record("refcounts", classes=[], samples=samples))


@pytest.mark.parametrize("row", [None, [0, 1, 1], [0, -1, 1, []], [0, 1, 1, [-1]], [0, 1, 1, 5]])
def test_explained_rows_of_wrong_fields_are_damaged(reader: RefCountsReader, row: object) -> None:
    """Each field of a row is checked."""
    with pytest.raises(DamagedRecord):
        reader.take_explained(record("explained", rows=[row]))


@pytest.mark.parametrize(
    "row", [None, [1, 0, 1, 1], [-1, 0, 1, 1, []], [1, 0, 1, None, []], [1, 0, 1, 1, [7]]]
)
def test_lost_references_of_wrong_fields_are_damaged(reader: RefCountsReader, row: object) -> None:
    """Looks come in pairs."""
    with pytest.raises(DamagedRecord):
        reader.take_lost(record("lost", rows=[row]))


def test_lost_references_are_bounded(reader: RefCountsReader) -> None:
    """A capture cannot hold any number of objects that lost some."""
    with pytest.raises(DamagedRecord):
        reader.take_lost(record("lost", rows=[[0, 0, 1, 1, []]] * (MAX_LOST + 1)))
    assert reader.facts().lost == ()


@pytest.mark.parametrize("row", [None, [1], [1, 2, 3], [-1, 0], ["a", 0]])
def test_holders_of_wrong_fields_are_damaged(reader: RefCountsReader, row: object) -> None:
    """A holder is a type and the number of a text."""
    with pytest.raises(DamagedRecord):
        reader.take_holders(record("holders", rows=[row]))
