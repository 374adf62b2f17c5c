"""A line is named by the innermost living function around it."""

from types import ModuleType
from typing import Any

from unit.agent.recorder import recorded

from memprof.agent import functions

FILE = "/made/up/module.py"
SOURCE = """\
one = [1]
def outer():
    two = [2]
    def inner():
        return [3]
    return inner() or two
class Kind:
    def method(self):
        return [4]
    listed = [n for n in range(3)]
"""


def named(*lines: int) -> dict[int, str]:
    """Return the function of each of *lines* of a module that lives."""
    module: Any = ModuleType("made_up")
    exec(compile(SOURCE, FILE, "exec"), vars(module))  # noqa: S102
    recorder, names = recorded()
    for line in lines:
        names.site(((FILE, line),))
    functions.name_frames(names, recorder.send)
    texts = [text for fields in recorder.of("strings") for text in fields["texts"]]
    (found,) = recorder.of("functions")
    frames = dict(zip(found["rows"][::2], found["rows"][1::2], strict=True))
    assert names.unnamed == {}
    return {line: texts[frames[frame]] for frame, line in enumerate(lines)}


def test_the_innermost_function_names_a_line() -> None:
    assert named(1, 3, 5, 6, 9) == {
        1: "<module>",
        3: "outer",
        5: "outer.<locals>.inner",
        6: "outer",
        9: "Kind.method",
    }


def test_a_line_nobody_covers_is_module_level() -> None:
    assert named(700) == {700: "<module>"}


def test_without_new_frames_nothing_is_looked_for() -> None:
    recorder, names = recorded()
    functions.name_frames(names, recorder.send)
    assert recorder.records == []
