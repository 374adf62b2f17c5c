"""Caches on the page and in the document."""

from support.facts import facts

from memprof.analysis.caches import CacheTable, analyse
from memprof.model.caches import Cache
from memprof.report.caches import document, lines


def _found() -> CacheTable:
    given = (
        Cache("app", "Shop.price", "/srv/app.py", 7, True, None, 1_200, 3, 1),  # noqa: FBT003
        Cache("", "len", None, 0, False, 8, 8, 0, 8),  # noqa: FBT003
        Cache("app", "names", "/srv/app.py", 9, False, 8, 2, 0, 2),  # noqa: FBT003
        Cache("app", "never", "/srv/app.py", 11, False, 0, 0, 0, 0),  # noqa: FBT003
    )
    return analyse(facts(caches=given))


def test_rows_and_the_sentence() -> None:
    text = "\n".join(lines(_found(), 2))
    assert "1,210 entries in 3 caches, of which 1 without a limit and 1 of methods" in text
    assert (
        "  1,200   none  75.0 %  app.Shop.price  drops nothing, keeps instances  /srv/app.py:7"
        in text
    )
    assert "      8      8   0.0 %  len             full                            n/a" in text
    assert "… and 1 more cache" in text
    assert "1 more is empty." in text
    assert "not full" in "\n".join(lines(_found(), 10))


def test_none_and_unknown() -> None:
    empty = (Cache("app", "never", "/srv/app.py", 11, False, 0, 0, 0, 0),)  # noqa: FBT003
    assert "None holds anything (1 empty cache)." in lines(analyse(facts(caches=empty)), 2)
    assert "n/a: looked for once" in "\n".join(lines(analyse(facts()), 2))


def test_the_document() -> None:
    made = document(_found())
    assert made is not None
    assert made[0] == {
        "function": "Shop.price",
        "module": "app",
        "file": "/srv/app.py",
        "line": 7,
        "maxsize": None,
        "size": 1_200,
        "hits": 3,
        "misses": 1,
        "pins_instances": True,
    }
    assert (made[1]["module"], made[1]["file"], made[1]["line"]) == (None, None, None)
    assert document(analyse(facts())) is None
