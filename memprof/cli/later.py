"""
Modules that others import and a run does not use: loaded when something is asked of them.

`inspect` brings along the parser, the disassembler and the tokenizer, a quarter of what
click costs, and click asks it for one thing only until it shows a page of help.
"""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
else:
    ModuleType = type(sys)

UNUSED = ("inspect", "base64", "glob")
"""What click imports, then what psutil does: 6 and 1 ms of CPU on CPython 3.12."""


class _Later(ModuleType):
    """Stands where a module will be; the first attribute that is asked for loads it."""

    def __getattr__(self, name: str) -> object:
        """Return what the module has under *name*."""
        # These are asked for by the import system and by whoever lists modules.
        if name.startswith("__"):
            raise AttributeError(name)
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        __import__(self.__name__)
        module = sys.modules[self.__name__]
        # Who imported the stand-in keeps it: give it all that the module has.
        self.__dict__.update(vars(module))
        return getattr(module, name)


def defer(names: tuple[str, ...] = UNUSED) -> None:
    """Put a stand-in where a module of *names* would be, if it is not there yet."""
    for name in names:
        if name not in sys.modules:
            sys.modules[name] = stand_in = _Later(name)
            if name == "inspect":
                stand_in.__dict__["cleandoc"] = _cleandoc


def _cleandoc(text: str) -> str:
    """Return what `inspect.cleandoc` does, which click asks for each option's line of help."""
    if "\n" not in text:
        return text.expandtabs().lstrip()
    stand_in = sys.modules["inspect"]
    if isinstance(stand_in, _Later):
        del stand_in.__dict__["cleandoc"]
    return str(stand_in.cleandoc(text))
