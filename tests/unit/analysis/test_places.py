"""A file below a project is named alike in every checkout of it."""

import pytest

from memprof.analysis.places import Root, below


@pytest.mark.parametrize(
    ("file", "path"),
    [
        ("/home/me/shop/src/till.py", "src/till.py"),
        ("src/till.py", "src/till.py"),
        ("./src/../till.py", "till.py"),
        ("/home/me/shop", None),
        ("/home/me/shopping/till.py", None),
        ("../other/till.py", None),
        ("/home/me/shop/../till.py", None),
        ("<string>", None),
        ("<frozen importlib._bootstrap>", None),
        ("", None),
    ],
)
def test_below(file: str, path: str | None) -> None:
    assert below(file, Root("/home/me/shop", "/home/me/shop")) == path


def test_relative_names_belong_to_the_working_directory() -> None:
    assert below("till.py", Root("/shop/", "/shop/src")) == "src/till.py"
    assert below("till.py", Root("/", "/shop")) == "shop/till.py"
    assert below("till.py", Root("/shop", "/elsewhere")) is None
