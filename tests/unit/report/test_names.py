"""Types, places and signals, as every table writes them."""

from memprof.model.allocations import Frame
from memprof.model.objects import Type
from memprof.report.names import moment, place, signal_name, type_name


def test_builtins_are_bare() -> None:
    assert type_name(Type("builtins", "dict")) == "dict"
    assert type_name(Type("app.models", "User.Meta")) == "app.models.User.Meta"
    assert type_name(None) == "n/a"


def test_places() -> None:
    assert place(Frame("/srv/app.py", 7, "handle")) == "/srv/app.py:7 handle"
    assert place(Frame("/srv/app.py", 7, None)) == "/srv/app.py:7"
    assert place(None) == "n/a"
    assert place(Frame("<unknown>", 0, None)) == "no Python line: the interpreter itself"


def test_signals_have_name_and_number() -> None:
    assert signal_name(9) == "SIGKILL (9)"
    assert signal_name(999) == "signal 999"


def test_moments() -> None:
    assert moment(12_500_000_000) == "12.5 s"
    assert moment(None) == "n/a"
