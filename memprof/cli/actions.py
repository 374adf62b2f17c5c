"""GitHub Actions: whether this is one, and the summary of its job."""

import os

from memprof.analysis.places import Root
from memprof.cli.terminal import say_note
from memprof.gate.verdict import Verdict
from memprof.report import github, markdown
from memprof.report.escape import log

_SUMMARY = "GITHUB_STEP_SUMMARY"
_APPEND = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NONBLOCK


def is_here() -> bool:
    """Say whether this runs in a job of GitHub Actions."""
    return os.environ.get("GITHUB_ACTIONS", "") == "true"


def harmless(text: str) -> str:
    """Return *text* so that no line of it commands the runner."""
    return "".join(f"{log(line)}\n" for line in text.splitlines())


def annotations(found: Verdict, root: Root) -> str:
    """Return what puts the suspects beside their lines."""
    return github.render(found, root)


def summarise(found: Verdict, root: Root) -> None:
    """Append the verdict to the job's summary; where that fails, say so and go on."""
    path = os.environ.get(_SUMMARY, "")
    if not path:
        return
    try:
        descriptor = os.open(path, _APPEND, 0o644)
        with open(descriptor, "ab") as file:
            room = markdown.MOST_BYTES - os.fstat(descriptor).st_size
            file.write(markdown.render(found, root, max(room, 0)).encode("utf-8"))
    except OSError as error:
        say_note(f"the job summary {path} cannot be written: {error.strerror}; the verdict stands")
