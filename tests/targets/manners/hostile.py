"""
Objects that count every look at them, and raise: what runs them bare runs them profiled.

The counts are printed when the interpreter is already being torn down, after
everything memprof does.
"""

# ruff: noqa: ANN001, ANN002, ANN003, ANN201, ANN202, ANN204, D105, T201
# mypy: ignore-errors

import gc
import os
import sys
import types
import weakref
from contextlib import suppress

try:
    from memprof import checkpoint
except ImportError:

    def checkpoint(name):
        """Do nothing: memprof is not installed here."""


NAMES = """
__abs__ __bool__ __bytes__ __call__ __contains__ __delattr__ __delitem__ __dir__ __enter__ __eq__
__exit__ __float__ __format__ __ge__ __getattr__ __getattribute__ __getitem__ __getstate__ __gt__
__hash__ __index__ __instancecheck__ __int__ __iter__ __le__ __len__ __length_hint__ __lt__
__missing__ __ne__ __next__ __reduce__ __reduce_ex__ __repr__ __reversed__ __setattr__ __setitem__
__sizeof__
__str__ __subclasscheck__ __subclasshook__ __del__
""".split()  # noqa: SIM905  (one list of names)

COUNTS = dict.fromkeys(NAMES, 0)


def counting(name):
    def method(*_args, **_kwargs):
        COUNTS[name] += 1
        if name != "__del__":
            raise RuntimeError(name)

    return method


def properties():
    """Return attributes that the curious read, each a property that counts and raises."""
    names = ("__class__", "__module__", "__name__", "__doc__")
    COUNTS.update(dict.fromkeys(names, 0))
    return {name: property(counting(name)) for name in names}


METHODS = {name: counting(name) for name in NAMES}
META = {n: m for n, m in METHODS.items() if n not in {"__getattribute__", "__setattr__", "__del__"}}
Meta = type("Meta", (type,), {**META, "__module__": property(counting("__module__"))})
BASES = (object, dict, list, set, str, int, tuple, Exception, types.ModuleType)
CLASSES = [
    type.__call__(Meta, f"Hostile{base.__name__}", (base,), dict(METHODS, **properties()))
    for base in BASES
]


class Text(str):
    """A text that counts: as a name of a function."""

    __slots__ = ()
    __hash__ = METHODS["__hash__"]
    __eq__ = METHODS["__eq__"]
    __str__ = METHODS["__str__"]
    __len__ = METHODS["__len__"]


def made(cls):
    """Return an instance of *cls* without asking it."""
    for base in BASES[1:]:
        if type.__dict__["__mro__"].__get__(cls)[1] is base:
            return base.__new__(cls)
    return object.__new__(cls)


def maker():
    """Return a function whose code has names that count."""

    def make():
        return [bytearray(100) for _ in range(100)]

    code = make.__code__
    with suppress(TypeError):
        # (tracemalloc itself hangs on a co_filename like this.)
        code = code.replace(co_name=Text("odd"))
    return types.FunctionType(code, globals(), "odd")


class Teller:
    """Tells the counts when it dies, which is after everything else."""

    def __del__(self, write=os.write, counts=COUNTS):
        told = "".join(f"{name} {number}\n" for name, number in counts.items() if number)
        write(1, b"counts\n" + told.encode())


def main():
    """Make many, drop some, leave cycles; the collector and memprof look at all of them."""
    held, make = [], maker()
    for number in range(30):
        held.append([made(cls) for cls in CLASSES for _ in range(40)])
        held.append(make())
        odd = types.ModuleType("odd")
        odd.__dict__["__name__"] = made(CLASSES[4])
        held.append(odd)
        cycle = [made(CLASSES[0])]
        cycle.append(cycle)
        reference = weakref.ref(cycle[0], METHODS["__call__"]) if number < 0 else None
        del cycle, reference
        checkpoint(f"round {number}")
        if not number % 10:
            gc.collect()
    return held


HELD = main()
# `sys` is the last module to go.
sys.teller = Teller()
print("done", flush=True)
