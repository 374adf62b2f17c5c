"""Checkouts: the same files in different directories."""

import pytest

from memprof.analysis.checkouts import key, keys


@pytest.mark.parametrize(
    ("file", "same"),
    [
        ("/usr/lib/python3.11/json/decoder.py", "/opt/py/lib/python3.13t/json/decoder.py"),
        (
            "/a/.venv/lib/python3.12/site-packages/x/y.py",
            "/b/lib64/python3.11/site-packages/x/y.py",
        ),
        (r"C:\Python\Lib\json\decoder.py", "/usr/lib/python3.11/json/decoder.py"),
    ],
)
def test_installed_files_are_known_by_their_part(file: str, same: str) -> None:
    assert key(file) == key(same)


def test_a_package_is_not_the_standard_library() -> None:
    assert key("/l/lib/python3.12/site-packages/json.py") != key("/l/lib/python3.12/json.py")
    assert key("<string>") == key("<string>") != key("<stdin>")


def same_files(old: list[str], new: list[str], target: str = "main.py") -> set[tuple[str, str]]:
    """Return the pairs of files that are the same."""
    before, after = keys(old, new, (target, target))
    return {(one, other) for one in old for other in new if before[one] == after[other]}


def test_files_are_the_same_where_their_paths_are() -> None:
    files = ["/srv/main.py", "/srv/lib/a.py", "<string>"]
    assert same_files(files, files) == {(file, file) for file in files}


def test_another_checkout_is_known_by_the_program() -> None:
    old = ["/ci/1/app/bin/main.py", "/ci/1/app/pkg/a.py", "/ci/1/app/pkg/gone.py", "/etc/c.py"]
    new = ["/home/me/app/bin/main.py", "/home/me/app/pkg/a.py", "/home/me/app/pkg/new.py"]
    assert same_files(old, new) == {(old[0], new[0]), (old[1], new[1])}


def test_a_module_is_a_program_too() -> None:
    old, new = ["/a/pkg/app.py", "/a/pkg/x.py"], ["/b/pkg/app.py", "/b/pkg/x.py"]
    assert same_files(old, new, "pkg.app") == {(old[0], new[0]), (old[1], new[1])}


def test_without_the_program_most_files_decide() -> None:
    old = ["/a/x/pkg/one.py", "/a/x/pkg/two.py", "/a/x/pkg/__init__.py"]
    new = ["/b/pkg/one.py", "/b/pkg/two.py", "/b/pkg/sub/__init__.py"]
    assert same_files(old, new, "gunicorn") == {(old[0], new[0]), (old[1], new[1])}


def test_in_one_checkout_files_of_one_name_stay_apart() -> None:
    old = ["/a/main.py", "/a/x/__init__.py", "/a/shared.py"]
    new = ["/a/main.py", "/a/y/__init__.py", "/a/shared.py"]
    assert same_files(old, new) == {(old[0], new[0]), (old[2], new[2])}


def test_where_nothing_decides_nothing_is_the_same() -> None:
    old, new = ["/a/x/util.py", "/a/y/help.py"], ["/b/z/util.py", "/c/w/help.py"]
    assert same_files(old, new) == set()
