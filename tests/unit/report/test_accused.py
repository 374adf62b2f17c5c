"""The suspects that broke a limit, in short."""

from typing import Any

from support.suspected import suspect
from support.verdicts import ROOT, leaky, told

from memprof.analysis.case import Advice
from memprof.analysis.places import Root
from memprof.gate.verdict import Accused
from memprof.model.allocations import Frame
from memprof.report import accused
from memprof.report.accused import Place


def made(path: str | None = None, kind: str = "", **given: Any) -> Accused:  # noqa: ANN401
    """Return an accused suspect."""
    return Accused(suspect(path, kind, **given), "leak:0", Advice("let-go", ("app.POOL",)))


def test_the_line_shown_is_the_first_of_the_checkout() -> None:
    library = Frame("/usr/lib/python3.12/json/decoder.py", 9, "decode")
    installed = Frame("/srv/.venv/lib/python3.12/site-packages/x/y.py", 3, "f")
    own = Frame("/srv/app/shop.py", 12, "sell")
    one = made(stack=(library, installed, own))
    assert accused.place(one, ROOT) == Place("app/shop.py", 12, inside=True)
    assert accused.place(one, Root("/else", "/")) == Place(library.file, 9, inside=False)
    assert accused.place(made(stack=()), ROOT) is None


def test_the_users_own_line_goes_first() -> None:
    own = Frame("/srv/app/shop.py", 0, "sell")
    one = made(stack=(Frame("/srv/lib.py", 5, "f"),), caller=own)
    assert accused.place(one, ROOT) == Place("app/shop.py", 1, inside=True)


def test_what_it_is_how_it_grew_and_who_holds_it() -> None:
    one = made("app.POOL[*]", "app.Conn")
    assert accused.title(one) == "LEAK of app.Conn in sell"
    assert accused.growth(one) == "+64.0 KiB, +640 blocks"
    assert accused.owner(one) == "held by app.POOL[*]"
    assert accused.attempt(one).startswith("app.POOL only takes in.")
    alone = made(stack=(), growth_bytes=None, growth_blocks=None, judged_on="threads")
    assert accused.title(alone) == "LEAK"
    assert accused.growth(alone) == "+640 threads"
    assert accused.owner(alone) == ""
    assert accused.attempt(Accused(alone.suspect, "k", None)) == ""


def test_what_hangs_together_is_told_together() -> None:
    first, other = made("app.POOL[*]"), made("app.POOL[*]")
    far = Accused(suspect("app.FAR[*]"), "leak:1", None)
    groups = accused.together([first, far, other])
    assert groups == [[first, other], [far]]
    assert accused.others(groups[0]) == "1 more suspect held there, +64.0 KiB"
    assert accused.others(groups[1]) == ""


def test_one_sentence_says_all() -> None:
    (found,) = told(leaky()).judgements
    text = accused.sentence(found.accused[0], found)
    assert text.startswith("LEAK in handle; +")
    assert "\n" not in text
