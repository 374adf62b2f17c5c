"""
Named tuples without `typing`, which loads for longer than all the launcher's own modules.

Each `memprof run` pays for what the launcher loads: `typing` is 10 ms of CPU on CPython
3.12, as much as the interpreter's own start.  Type checkers see `typing.NamedTuple`.
"""

from _collections import _tuplegetter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple
else:

    class NamedTuple(tuple):
        """Base of classes whose annotations name a tuple's fields, with their defaults."""

        __slots__ = ()

        def __init_subclass__(cls) -> None:
            """Give each field of *cls* its place."""
            cls._fields = tuple(cls.__annotations__)
            here = cls.__dict__
            cls._field_defaults = {name: here[name] for name in cls._fields if name in here}
            for place, name in enumerate(cls._fields):
                setattr(cls, name, _tuplegetter(place, None))

        def __new__(cls, *values: object, **named: object) -> "NamedTuple":  # noqa: PYI034  (it would have to be imported)
            """Return a tuple of *values*, those *named*, and defaults for the rest."""
            rest = cls._fields[len(values) :]
            given = {**cls._field_defaults, **named}
            # A name that is none of the rest, or a value too many, is a mistake of the caller.
            if len(values) > len(cls._fields) or not named.keys() <= set(rest):
                message = f"{cls.__name__} has the fields {', '.join(cls._fields)}"
                raise TypeError(message)
            try:
                return tuple.__new__(cls, (*values, *[given[name] for name in rest]))
            except KeyError as missing:
                message = f"{cls.__name__} lacks {missing}"
                raise TypeError(message) from None

        def __repr__(self) -> str:
            """Return the fields by name."""
            fields = ", ".join(f"{name}={value!r}" for name, value in self._asdict().items())
            return f"{type(self).__name__}({fields})"

        def _asdict(self) -> dict[str, object]:
            """Return the fields by name."""
            return dict(zip(self._fields, self, strict=True))


__all__ = ["NamedTuple"]
