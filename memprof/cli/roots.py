"""Roots: the folder that a project's files are named from."""

import os

from memprof.analysis.places import Root

_CI_FOLDERS = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR")


def of_outputs() -> Root:
    """Return where paths in CI begin: the checkout, as the CI or git has it, or the project."""
    cwd = _cwd()
    named = [os.environ[name] for name in _CI_FOLDERS if os.environ.get(name)]
    checkouts = [*filter(os.path.isabs, named), _above(cwd, ".git"), _above(cwd, "pyproject.toml")]
    return Root(next((one for one in checkouts if one is not None), cwd), cwd)


def of_baseline(path: str | None) -> Root:
    """
    Return where the paths in the baseline at *path* begin, wherever the checkout lies.

    That is the project the file belongs to, else the checkout, else its folder.
    """
    cwd = _cwd()
    folder = cwd if path is None else os.path.dirname(os.path.normpath(os.path.join(cwd, path)))
    found = _above(folder, "pyproject.toml") or _above(folder, ".git")
    return Root(found or folder, cwd)


def _above(folder: str, name: str) -> str | None:
    """Return the first of *folder* and those above it that has a *name* in it."""
    while not os.path.exists(os.path.join(folder, name)):
        if folder == os.path.dirname(folder):
            return None
        folder = os.path.dirname(folder)
    return folder


def _cwd() -> str:
    """Return the working directory, the topmost where it was removed."""
    try:
        return os.getcwd()
    except OSError:
        return os.sep
