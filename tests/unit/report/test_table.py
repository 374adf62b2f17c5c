"""Tables fit the page, keep their figures, and show names as they are."""

from hypothesis import given
from hypothesis import strategies as st

from memprof.report.table import name, number, path, table

TEXT = st.text(max_size=300)


def test_figures_are_text_and_stand_to_the_right() -> None:
    lines = table([name("version"), number("blocks")], [["1.10", "7"], ["1e5", "12,345"]])
    assert lines == [
        "version  blocks",
        "-------  ------",
        "1.10          7",
        "1e5      12,345",
    ]


def test_no_rows_no_table() -> None:
    assert table([name("a")], []) == []


def test_long_places_lose_their_beginning_and_long_names_their_end() -> None:
    row = ["T" * 120, "/" + "d" * 200 + "/f.py:7", "1"]
    (line,) = table([name("type"), path("allocated at"), number("n")], [row])[2:]
    assert len(line) == 100
    assert line.startswith("TTT")
    assert "T…  …d" in line
    assert line.endswith("/f.py:7  1")


def test_a_short_column_keeps_its_width_beside_a_long_one() -> None:
    (line,) = table([name("type"), path("at")], [["app.Session", "d" * 300]])[2:]
    assert line.startswith("app.Session  …d")
    assert len(line) == 100


def test_cells_may_not_break_the_table() -> None:
    lines = table([name("a"), name("b")], [["x\ny", "| \x1b[2J"], ["", "\u202e"]])
    assert lines[2:] == ["x\\x0ay  | \\x1b[2J", "        \\u202e"]


@given(st.lists(st.tuples(TEXT, TEXT, TEXT, st.integers().map(str)), min_size=1, max_size=5))
def test_a_table_is_never_wider_than_the_page(rows: list[tuple[str, str, str, str]]) -> None:
    lines = table([name("type"), path("where"), name("who"), number("n")], rows)
    assert len(lines) == len(rows) + 2
    assert max(map(len, lines)) <= 100


def test_even_figures_give_way_before_the_page_does() -> None:
    lines = table([number("n")] * 8, [["9" * 40] * 8])
    assert max(map(len, lines)) <= 100
