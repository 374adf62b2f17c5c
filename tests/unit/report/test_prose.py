"""Sentences fit the page and are safe."""

from memprof.report.prose import bullets, heading, more, paragraph, plural


def test_paragraphs_are_wrapped_and_safe() -> None:
    lines = paragraph("word " * 60 + "x" * 250 + " \x1b[2J\n\u202e")
    assert max(map(len, lines)) <= 100
    assert lines[-1].endswith(r"\x1b[2J\x0a\u202e")


def test_bullets_hang() -> None:
    first, second = bullets(["word " * 25])
    assert first.startswith("  - word")
    assert second.startswith("    word")


def test_a_section_opens_with_title_and_question() -> None:
    assert heading("Pools", "How much?") == ["", "POOLS", "How much?"]


def test_what_is_cut_is_counted() -> None:
    assert more(1_010, 10, "site") == ["… and 1,000 more sites"]
    assert more(3, 3, "site") == []
    assert more(4, 3, "class", "classes") == ["… and 1 more class"]
    assert more(5, 3, "class", "classes") == ["… and 2 more classes"]


def test_plurals() -> None:
    assert [plural(n, "pass", "passes") for n in (0, 1, 2)] == ["0 passes", "1 pass", "2 passes"]
    assert plural(1_000, "snapshot") == "1,000 snapshots"
