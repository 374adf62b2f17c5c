"""Why there is no figure, in words."""

import pytest

from memprof.gate.figures import Gap
from memprof.report.gaps import WORDS, because, why

GAPS = [
    Gap("torn", counts=(5_000_000_000,)),
    Gap("damaged", counts=(2,)),
    Gap("probe-failed", ("pools: no",)),
    Gap("tracing-lost", counts=(5_000_000_000,)),
    Gap("engine-off"),
    Gap("few-runs", counts=(3, 5)),
    Gap("few-snapshots", counts=(3, 6)),
    Gap("part-seen", counts=(2e9,)),
    Gap("untraced", counts=(2 << 20,)),
    Gap("rising", ("/srv/app.py", "load", ""), (12, 2 << 20)),
    Gap("rising", ("", "", ""), (0, 2 << 20)),
    Gap("filling", ("app.price",), (40, 128)),
    Gap("little", ("/srv/app.py", "load", ""), (12, 40 << 10, 0.02, 0)),
    Gap("little", ("", "", "app.Conn"), (0, 0, 0.02, 400)),
    Gap("passing", ("/srv/app.py", "load", ""), (12, 40 << 10, 0.02, 0)),
    Gap("young", ("/srv/app.py", "load", ""), (12, 40 << 10, 0.02, 0)),
    Gap("exchanged", ("/srv/app.py", "load", ""), (12, 40 << 10, 0.02, 0)),
    Gap("waiting", ("/srv/app.py", "load", "app.Conn"), (12, 40 << 10, 0.02, 0)),
    Gap("waiting", ("", "", "app.Conn"), (0, 0, 0.02, 400)),
    Gap("fills", ("/srv/app.py", "load", "app.Conn"), (12, 40 << 10, 0.02, 0)),
    Gap("fills", ("", "", "app.Conn"), (0, 0, 0.02, 400)),
    Gap("unsteady", counts=(3000, 500_000_000)),
    Gap("not-measured"),
    Gap("collections-missed", counts=(3,)),
    Gap("other-python", ("3.11", "3.12")),
    Gap("other-platform", ("linux", "darwin")),
    Gap("other-depth", ("1", "5")),
    Gap("other-blocks", ("True", "False")),
]


@pytest.mark.parametrize("gap", GAPS, ids=lambda gap: gap.kind)
def test_every_gap_says_why(gap: Gap) -> None:
    text = because(gap)
    assert len(text.split()) > 3
    assert not text.endswith(".")
    for part in gap.names:
        assert part in text or gap.kind in {"other-blocks", "little", "waiting", "fills"}


@pytest.mark.parametrize("gap", GAPS, ids=lambda gap: gap.kind)
def test_the_reason_comes_first_and_then_the_way_out(gap: Gap) -> None:
    reason, _, way = because(gap).partition("; ")
    assert why(gap) == reason
    assert way or gap.kind in {"not-measured", "collections-missed"}


def test_a_name_that_looks_like_a_way_out_is_part_of_the_reason() -> None:
    assert why(Gap("probe-failed", ("pools: no; gone",))).endswith("(pools: no; gone)")


def test_every_kind_has_words() -> None:
    made = {one.kind for one in GAPS}
    assert made == set(WORDS)
