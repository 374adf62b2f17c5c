"""
Every error a user can meet: what is wrong, its exit code, the way out.

Raised anywhere, caught once, in `memprof.cli`.  Each has a paragraph in
docs/errors.md under its class name.
"""


class MemprofError(Exception):
    """Base of all: *message* says what is wrong, with numbers and names."""

    exit_code = 1
    hint = ""

    def __init__(self, message: str, hint: str | None = None) -> None:
        """Take the *message*, and a *hint* where the class's own says too little."""
        super().__init__(message)
        if hint is not None:
            self.hint = hint


class UsageError(MemprofError):
    """The command line does not make sense."""

    exit_code = 2
    hint = "See 'memprof --help'."


class ConfigError(MemprofError):
    """A setting in the environment or in pyproject.toml cannot be used."""

    exit_code = 2
    hint = "'memprof config' shows every setting and where it comes from."


class TargetNotFound(MemprofError):
    """There is no such script, nor a program of that name on PATH."""

    exit_code = 127
    hint = "Give a script's path, '-m module', '-c code', or a command on PATH."


class TargetNotRunnable(MemprofError):
    """The target is there but cannot be started."""

    exit_code = 126
    hint = "memprof runs Python scripts and commands written in Python."


class InterpreterClosed(MemprofError):
    """The target's interpreter options (-I, -E, -S) keep the agent out."""

    exit_code = 126
    hint = "The agent enters through PYTHONPATH and sitecustomize: drop -I, -E and -S."


class AgentDidNotStart(MemprofError):
    """The target ran, but no agent reported from inside it."""

    exit_code = 125
    hint = (
        "Nothing was measured. The program must be a Python 3.11 or later that"
        " reads PYTHONPATH, started directly."
    )


class CaptureExists(MemprofError):
    """The capture would overwrite a file."""

    exit_code = 2
    hint = "Choose another with -o, or overwrite it with -f."


class CaptureNotWritable(MemprofError):
    """The capture cannot be created where it was asked for."""

    exit_code = 2
    hint = "Choose a directory you can write to with -o."


class HistoryNotAdded(MemprofError):
    """A run is none to remember: it was not seen whole."""

    exit_code = 3
    hint = "Add whole captures only; those of killed programs would make the rest look large."


class HistoryUnreadable(MemprofError):
    """The history is not there, is no file of ours, or is locked for too long."""

    exit_code = 2
    hint = "'memprof history add CAPTURE' makes one; --history FILE names it."


class NoSuchSuspect(MemprofError):
    """The capture has no suspect of that number."""

    exit_code = 2
    hint = "'memprof suspects CAPTURE' shows those there are."


class NoSuchProcess(MemprofError):
    """The capture knows no process of that pid, or nothing of it that could be shown."""

    exit_code = 2
    hint = "'memprof report CAPTURE --section processes' shows those there are."


class NoGraphviz(MemprofError):
    """A graph cannot be drawn, because Graphviz is not there or failed."""

    exit_code = 2
    hint = "Install Graphviz (its package is called graphviz), or write the graph as FILE.dot."


class BaselineNotFound(MemprofError):
    """There is no readable baseline of that name."""

    exit_code = 2
    hint = "'memprof check CAPTURE --baseline FILE --update-baseline' writes one."


class BaselineUnreadable(MemprofError):
    """The file is not a baseline that memprof wrote, or was spoilt since."""

    exit_code = 2
    hint = "Put back the committed one, or write it anew with --update-baseline."


class BaselineNotMade(MemprofError):
    """The captures are not enough to say which suspects there are."""

    exit_code = 3
    hint = "Make it of whole captures of one Python, run long enough for a verdict."


class NoSuchCheckpoint(MemprofError):
    """The capture has no checkpoint of that name."""

    exit_code = 2
    hint = 'Give one of these, end or peak; memprof.checkpoint("name") makes one.'


class NotRecorded(MemprofError):
    """The capture does not have what was asked for."""

    exit_code = 3
    hint = "Record it anew, or ask for something else."


class CaptureNotFound(MemprofError):
    """There is no readable file of that name."""

    exit_code = 3
    hint = "'memprof run' prints the name of the capture it writes."


class NotACapture(MemprofError):
    """The file was not written by memprof."""

    exit_code = 3
    hint = "Give a file written by 'memprof run'."


class CaptureTooNew(MemprofError):
    """The capture's format is newer than this memprof."""

    exit_code = 3
    hint = "Read it with the memprof that wrote it, or a later one."


class CaptureEmpty(MemprofError):
    """The capture ends before the first snapshot."""

    exit_code = 3
    hint = "The target ended before anything was measured; there is nothing to show."


class FunctionNotFound(MemprofError):
    """What is to be called in rounds is not there, or cannot be called."""

    exit_code = 2
    hint = "Write it as package.module:function; it is looked for from this directory on."


class FunctionFailed(MemprofError):
    """What was called in rounds raised something, or ended its process: there is no verdict."""

    exit_code = 3
    hint = "Nothing is said of a function that does not return. --setup makes its arguments."


class GrowthError(MemprofError, AssertionError):
    """Something that was called in rounds keeps what it should not; `growth` has the figures."""

    exit_code = 1
    hint = "What holds it is named; docs/leaks.md says how it was judged."

    def __init__(self, message: str, growth: object = None) -> None:
        """Take the whole report as *message*, and the *growth* it was written of."""
        super().__init__(message)
        self.growth = growth
