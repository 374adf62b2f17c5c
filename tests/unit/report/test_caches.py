"""The caches on the page and in the document."""

from support.facts import facts

from memprof.analysis.caches import analyse
from memprof.model.caches import Cache
from memprof.report.caches import document, lines

CACHES = (
    Cache("app", "Store.load", "/srv/app.py", 7, True, None, 900, 1, 3),  # noqa: FBT003
    Cache("", "len", None, 0, False, 8, 8, 0, 0),  # noqa: FBT003
    Cache("app", "empty", "/srv/app.py", 9, False, 8, 0, 0, 0),  # noqa: FBT003
)


def _page(*caches: Cache, top: int = 10) -> str:
    return "\n".join(lines(analyse(facts(caches=caches)), top))


def test_a_row_says_limit_hits_and_what_is_kept() -> None:
    text = _page(*CACHES)
    flat = " ".join(text.split())
    assert "908 entries in 2 caches, of which 1 without a limit and 1 of methods" in flat
    assert "1 more is empty" in flat
    row = next(line for line in text.splitlines() if "Store.load" in line)
    for cell in ("900", "none", "25.0 %", "app.Store.load", "keeps instances", "/srv/app.py:7"):
        assert cell in row
    row = next(line for line in text.splitlines() if " len " in line)
    assert row.count("n/a") == 2
    assert " full" in row


def test_rows_beyond_the_top_are_counted() -> None:
    assert "… and 1 more cache" in _page(*CACHES, top=1)


def test_none_is_told_from_unknown() -> None:
    assert "n/a" in "\n".join(lines(analyse(facts()), 10))
    assert "None holds anything (1 empty cache)." in _page(CACHES[2])


def test_the_document_has_every_cache_whole() -> None:
    assert document(analyse(facts())) is None
    rows = document(analyse(facts(caches=CACHES)))
    assert rows is not None
    assert [row["function"] for row in rows] == ["Store.load", "len", "empty"]
    assert rows[0]["maxsize"] is None
    assert rows[0]["pins_instances"] is True
    assert (rows[1]["module"], rows[1]["file"], rows[1]["line"]) == (None, None, None)
