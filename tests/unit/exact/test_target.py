"""What `module:function` names, and what is said where it names nothing."""

import sys
from pathlib import Path

import pytest

from memprof.errors import FunctionNotFound
from memprof.exact.target import find, resolve

MODULE = """
class Shop:
    def __init__(self, *goods):
        self.goods = goods

    def sell(self):
        return self.goods

def one():
    return Shop(1)

def two():
    return 1, 2

def none():
    return None

async def later():
    return 1

NUMBER = 3
"""


@pytest.fixture(autouse=True)
def _modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a module, and one that cannot be imported."""
    (tmp_path / "shopping.py").write_text(MODULE)
    (tmp_path / "failing.py").write_text("import nothing_of_that_name\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "shopping", raising=False)


def test_arguments_are_what_setup_returns() -> None:
    assert resolve("shopping:none", None).args == ()
    assert resolve("shopping:Shop", "shopping:two").args == (1, 2)
    assert resolve("shopping:Shop", "shopping:none").args == ()
    sell = resolve("shopping:Shop.sell", "shopping:one")
    assert sell.function(*sell.args) == (1,)


@pytest.mark.parametrize(
    ("spec", "message", "hint"),
    [
        ("shopping.one", "'shopping.one' is not MODULE:FUNCTION", "shopping:one"),
        ("shopping", "'shopping' is not MODULE:FUNCTION", "package.module:function"),
        (":one", "':one' is not MODULE:FUNCTION", "package.module:function"),
        ("nowhere:one", "there is no module 'nowhere'", "from this directory on"),
        ("json.nowhere:one", "there is no module 'json.nowhere'", "from this directory on"),
        ("shopping:onee", "module 'shopping' has no 'onee'", "Did you mean 'one'?"),
        ("shopping:Shop.sel", "object 'shopping.Shop' has no 'sel'", "Did you mean 'sell'?"),
        ("shopping:NUMBER", "'shopping:NUMBER' is not a function but of type int", ""),
    ],
)
def test_what_is_not_there(spec: str, message: str, hint: str) -> None:
    with pytest.raises(FunctionNotFound) as raised:
        find(spec)
    assert str(raised.value) == message
    assert hint in raised.value.hint
    assert raised.value.exit_code == 2


def test_setup_is_no_coroutine() -> None:
    with pytest.raises(FunctionNotFound, match="coroutine"):
        resolve("shopping:one", "shopping:later")


def test_a_module_that_fails_inside_is_the_users() -> None:
    with pytest.raises(ModuleNotFoundError, match="nothing_of_that_name"):
        find("failing:one")
