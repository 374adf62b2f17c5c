"""What a traced block kept, as lines."""

from dataclasses import replace

from memprof.model.allocations import Frame
from memprof.model.kept import Kept, KeptSite, KeptType
from memprof.model.objects import Type
from memprof.report import kept

SITE = KeptSite((Frame("app.py", 12, "open"),), 3, 4096)
FOUND = Kept(
    by="tracemalloc",
    shared=False,
    lost=False,
    peak_bytes=8192,
    sites=(SITE, SITE),
    types=(KeptType(Type("app", "Session"), 1200),),
)


def test_sites_and_types() -> None:
    assert kept.text(FOUND).splitlines() == [
        "6 blocks and 8.0 KiB still alive; peak 8.0 KiB; by tracemalloc",
        "  bytes  blocks  allocated at",
        "-------  ------  --------------",
        "4.0 KiB       3  app.py:12 open",
        "4.0 KiB       3  app.py:12 open",
        "objects  type",
        "-------  -----------",
        "  1,200  app.Session",
    ]


def test_rows_that_are_not_shown_are_counted() -> None:
    assert "… and 1 more site" in kept.text(FOUND, top=1)


def test_what_the_program_named_does_no_harm() -> None:
    site = KeptSite((Frame("a\x1b[31m.py", 1, None),), 1, 1)
    found = replace(FOUND, peak_bytes=None, sites=(site,), types=())
    assert "\x1b" not in kept.text(found)
    assert "peak n/a" in kept.text(found)


def test_what_was_lost() -> None:
    assert "not known" in kept.text(replace(FOUND, lost=True))
