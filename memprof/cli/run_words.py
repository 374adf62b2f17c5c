"""
The words of `memprof run`: its options as a table, and how most of them are read.

click takes as long to load as Python takes to start, and a run pays for it each
time.  So words that are written plainly are read here, and all others by click,
whose command is made from the same table.
"""

from memprof.named import NamedTuple

TYPE_CHECKING = False  # as the type checker knows it: `typing` would be most of what loads
if TYPE_CHECKING:
    from collections.abc import Sequence

Value = str | bool | tuple[str, ...] | None


class Option(NamedTuple):
    """
    An option: the *parameter* it sets, the *flags* that say so, what its *help* says.

    It takes a value if it has a *metavar*.  One that can be switched *off* is
    None where nothing is said, other flags are False.
    """

    parameter: str
    flags: tuple[str, ...]
    help: str
    metavar: str | None = None
    off: str = ""

    @property
    def unsaid(self) -> Value:
        """Return the parameter's value where the command line is silent."""
        return None if self.metavar is not None or self.off else False


OPTIONS = (
    Option("as_module", ("-m",), "TARGET is a module, as for 'python -m'."),
    Option("as_code", ("-c",), "TARGET is code, as for 'python -c'."),
    Option("output", ("-o", "--output"), "Write the capture here.", "FILE"),
    Option("force", ("-f", "--force"), "Overwrite the files of -o and --json."),
    Option("quiet", ("--quiet", "-q"), "Say nothing, not even the report.", off="--no-quiet"),
    Option("report", ("--report",), "Print the report at the end.", off="--no-report"),
    Option("json_path", ("--json",), "Write the report there as JSON too.", "FILE"),
    Option("top", ("--top",), "Rows of each table [10].", "N"),
    Option(
        "engine",
        ("--engine",),
        "auto, native, sample[=SIZE], tracemalloc, or off [auto].",
        "NAME",
    ),
    Option("depth", ("--depth",), "Frames kept of each allocation, 1 to 128 [1].", "N"),
    Option("interval", ("--interval",), "Time between snapshots, 2 or 500ms [adaptive].", "TIME"),
    Option("cycles", ("--cycles",), "See what garbage cycles are made of.", off="--no-cycles"),
    Option("follow", ("--follow",), "Follow the program's children.", off="--no-follow"),
    Option(
        "record_argv",
        ("--record-argv",),
        "Record the whole command line, secrets and all.",
        off="--no-record-argv",
    ),
    Option("known", ("--suppressions",), "Leave out the suspects this file names.", "FILE"),
)
"""Those that say how to run; what a run is judged by is for click to read."""

_TAKING = {flag: one for one in OPTIONS if one.metavar is not None for flag in one.flags}
_ON = {flag: one for one in OPTIONS if one.metavar is None for flag in one.flags}
_OFF = {one.off: one for one in OPTIONS if one.off}


def plain(words: "Sequence[str]") -> dict[str, Value] | None:
    """
    Return the parameters that *words*, those after `run`, give; None where click must say.

    That is where a word is none of the options above or is not written out:
    abbreviated, joined with others, without its value.
    """
    given = {option.parameter: option.unsaid for option in OPTIONS}
    at = 0
    while at < len(words) and words[at].startswith("-") and words[at] != "-":
        flag, joined, value = words[at].partition("=")
        at += 1
        if flag in _TAKING and (not joined or flag.startswith("--")):
            if not joined:
                if at == len(words) or words[at].startswith("-"):
                    return None
                value, at = words[at], at + 1
            given[_TAKING[flag].parameter] = value
        elif not joined and (flag in _ON or flag in _OFF):
            given[(_ON.get(flag) or _OFF[flag]).parameter] = flag in _ON
        else:
            return None
    given["target"] = tuple(words[at:])
    return given
