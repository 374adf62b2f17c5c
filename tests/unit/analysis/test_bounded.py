"""What is held by something with a limit is no suspect, as far as its entries explain it."""

from dataclasses import replace

import pytest
from support.suspected import suspect

from memprof.analysis.bounded import Bounded, without_bounded
from memprof.analysis.held import Held


def test_a_deque_with_a_limit_is_no_leak() -> None:
    row = suspect("app.LAST[* of 1000].at", "app.Sample")
    assert without_bounded([row]) == ([], [Bounded("app.LAST", "a deque", None, 1000)])


@pytest.mark.parametrize(
    "path",
    [
        "app.LAST[*].at",
        # 640 objects are too many for five entries: it is these that grow.
        "app.LAST[* of 5][*]",
        # Of such deques there may be ever more.
        "app.USERS[*].last[* of 1000]",
    ],
)
def test_what_else_holds_is_one(path: str) -> None:
    row = suspect(path, "app.Sample")
    assert without_bounded([row]) == ([row], [])


def test_a_part_does_not_explain_the_whole() -> None:
    row = suspect("app.LAST[* of 1000]", "app.Sample")
    two = Held(row.type, (("app.LAST[* of 1000]", 400), ("app.ALL[*]", 240)), 640, 0, 0)
    assert without_bounded([replace(row, held=two)])[1] == []
