"""Branch and commit: as the CI has them, else as git has."""

import os
import subprocess

_BRANCHES = ("GITHUB_HEAD_REF", "GITHUB_REF_NAME", "CI_COMMIT_REF_NAME")
_COMMITS = ("GITHUB_SHA", "CI_COMMIT_SHA")
_LONGEST_S = 10


def name() -> str:
    """Return the branch, empty where nobody knows it."""
    return _of_environment(_BRANCHES) or _git("symbolic-ref", "--short", "-q", "HEAD")


def commit() -> str:
    """Return the commit, empty where nobody knows it."""
    return _of_environment(_COMMITS) or _git("rev-parse", "-q", "--verify", "HEAD")


def _of_environment(names: tuple[str, ...]) -> str:
    """Return the first of the variables *names* that says anything."""
    return next((os.environ[one] for one in names if os.environ.get(one)), "")


def _git(*words: str) -> str:
    """Return what git answers, empty where it does not."""
    try:
        done = subprocess.run(
            ["git", *words],  # noqa: S607  (the user's own git)
            capture_output=True,
            encoding="utf-8",
            errors="backslashreplace",
            timeout=_LONGEST_S,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
