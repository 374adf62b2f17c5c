"""Targets: what `package.module:function` names, found as an import would find it."""

from collections.abc import Callable, Iterable
from difflib import get_close_matches
from importlib import import_module
from types import ModuleType
from typing import NamedTuple

from memprof.errors import FunctionNotFound
from memprof.exact.calls import is_coroutine_function


class Target(NamedTuple):
    """A function to be called with *args*."""

    function: Callable[..., object]
    args: tuple[object, ...]


def resolve(spec: str, setup: str | None) -> Target:
    """
    Return what *spec* names, with what the function *setup* names returns as arguments.

    A tuple is several arguments, None is none, all else is one.  Raises
    FunctionNotFound, and whatever the modules and *setup* raise.
    """
    function = find(spec)
    if setup is None:
        return Target(function, ())
    make = find(setup)
    if is_coroutine_function(make):
        message = f"--setup {setup!r} is a coroutine function"
        raise FunctionNotFound(message, "Give a plain function that returns the arguments.")
    made = make()
    if made is None:
        return Target(function, ())
    return Target(function, made if isinstance(made, tuple) else (made,))


def find(spec: str) -> Callable[..., object]:
    """Return what *spec*, `package.module:name.name`, names; raise FunctionNotFound if nothing."""
    module, colon, path = spec.partition(":")
    if not (module and colon and path) or module.startswith("."):
        message = f"{spec!r} is not MODULE:FUNCTION"
        raise FunctionNotFound(message, *_proposal(spec))
    found: object = _module(module)
    walked = module
    for name in path.split("."):
        try:
            found = getattr(found, name)
        except AttributeError as error:
            kind = "module" if isinstance(found, ModuleType) else "object"
            message = f"{kind} {walked!r} has no {name!r}"
            raise FunctionNotFound(message, *_likes(name, dir(found))) from error
        walked = f"{walked}.{name}"
    if not callable(found):
        message = f"{spec!r} is not a function but of type {type(found).__name__}"
        raise FunctionNotFound(message)
    return found


def _module(name: str) -> ModuleType:
    """Return the module *name*, imported."""
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        # One that is missing inside is the user's own error, with a traceback.
        if error.name is None or not f"{name}.".startswith(f"{error.name}."):
            raise
        message = f"there is no module {error.name!r}"
        raise FunctionNotFound(message) from error


def _proposal(spec: str) -> Iterable[str]:
    """Return how *spec* may have been meant."""
    module, dot, name = spec.partition(":")[0].rpartition(".")
    return [f"Did you mean {module}:{name}?"] if dot and module and name else []


def _likes(name: str, names: Iterable[str]) -> Iterable[str]:
    """Return which of *names* may have been meant."""
    likes = get_close_matches(name, names, n=1)
    return [f"Did you mean {likes[0]!r}?"] if likes else []
