"""Functions that keep something of each call: the word, and how much, in their docstrings."""

import _ctypes
import asyncio
import atexit
import contextlib
import functools
import io
import os
import re
import signal
import socket
import sys
import threading
import weakref
from collections import deque
from types import ModuleType

KEPT: list[object] = []
BY_NAME: dict[object, object] = {}
LISTENERS: list[object] = [None] * 3000
RECENT: deque[object] = deque([None] * 3000)
GROWING = bytearray()
CALLS = iter(range(10**9))


class Session:
    """A class of the program's."""

    def receive(self) -> None:
        """Do nothing."""


class Slotted:
    """One block, and nothing else."""

    __slots__ = ()


def one_object() -> None:
    """LEAK: +1 Slotted, +1 blocks."""
    KEPT.append(Slotted())


def one_in_forty() -> None:
    """LEAK: +0.025 Slotted, +0.025 blocks."""
    if next(CALLS) % 40 == 0:
        KEPT.append(Slotted())


def three_objects() -> None:
    """LEAK: +3 Slotted, +3 blocks."""
    KEPT.extend((Slotted(), Slotted(), Slotted()))


def only_bytes() -> None:
    """LEAK: +1 blocks."""
    KEPT.append(bytes(100))


def large_bytes() -> None:
    """LEAK: +1 blocks."""
    KEPT.append(bytes(5000))


def growing_buffer() -> None:
    """LEAK: native bytes."""
    GROWING.extend(b"x" * 100)


def numbers() -> None:
    """LEAK: +2 blocks."""
    number = next(CALLS)
    BY_NAME[number + 10**6] = number + 0.5


def finalized_cycle() -> None:
    """LEAK: +1 Finalized."""
    class_ = Finalized
    class_().me = class_()


class Finalized:
    """One of a cycle that its finaliser brings back."""

    def __init__(self) -> None:
        """Refer to itself."""
        self.me: object = self

    def __del__(self) -> None:
        """Come back."""
        if self.me is self:
            KEPT.append(self)


def same_callback() -> None:
    """LEAK: +1 items."""
    LISTENERS.append(one_object)


def same_in_deque() -> None:
    """LEAK: +1 items."""
    RECENT.append(None)


def registered_callback() -> None:
    """LEAK: +1 method."""
    LISTENERS.append(Session().receive)


def registered_at_exit() -> None:
    """LEAK: +1 partial."""
    atexit.register(functools.partial(int, "1"))


def waiting_thread() -> None:
    """THREADS: +1 threads."""
    threading.Thread(target=threading.Event().wait, daemon=True).start()


def open_file() -> None:
    """DESCRIPTORS: +1 descriptors, +1 FileIO."""
    KEPT.append(open(os.devnull, "rb", buffering=0))  # noqa: SIM115  (it is the leak)


def lost_descriptor() -> None:
    """DESCRIPTORS: +1 descriptors."""
    os.open(os.devnull, os.O_RDONLY)


def open_sockets() -> None:
    """DESCRIPTORS: +2 descriptors, +2 socket."""
    KEPT.extend(socket.socketpair())


def c_objects() -> None:
    """LEAK: +1 BytesIO."""
    KEPT.append(io.BytesIO())


def c_objects_untracked() -> None:
    """LEAK: +1 blocks."""
    KEPT.append(re.compile("a").match("a"))


def lost_reference() -> None:
    """LEAK: +1 Slotted, +1 blocks."""
    _ctypes.Py_INCREF(Slotted())


def unbounded_cache() -> None:
    """UNBOUNDED CACHE: +2 blocks."""
    cached(next(CALLS) + 10**6)


@functools.cache
def cached(number: int) -> float:
    """Return *number*."""
    return number + 0.5


def classes() -> None:
    """LEAK: +1 type."""
    KEPT.append(type("Made", (), {}))


def modules() -> None:
    """LEAK: +1 module."""
    name = f"made_{next(CALLS)}"
    sys.modules[name] = ModuleType(name)


def errors() -> None:
    """LEAK: +1 ValueError, +1 traceback."""
    try:
        int("x")
    except ValueError as error:
        KEPT.append(error)


def frames() -> None:
    """LEAK: +1 generator."""
    generator = (number for number in (1, 2))
    next(generator)
    KEPT.append(generator)


def exit_stack() -> None:
    """LEAK: +1 Slotted."""
    STACK.callback(id, Slotted())


STACK = contextlib.ExitStack()


def weak_callbacks() -> None:
    """LEAK: +1 ReferenceType."""
    KEPT.append(weakref.ref(Session, id))


def signal_chain() -> None:
    """LEAK: +1 cell, +1 function."""
    before = signal.getsignal(signal.SIGUSR1)
    signal.signal(signal.SIGUSR1, lambda *_: before)


async def tasks() -> None:
    """LEAK: +1 Event."""
    KEPT.append(asyncio.create_task(asyncio.Event().wait()))


def behind_a_cache() -> None:
    """LEAK: +1 Slotted."""
    warm_up(next(CALLS) % 900)
    KEPT.append(Slotted())


@functools.lru_cache(maxsize=1000)
def warm_up(number: int) -> str:
    """Return *number*."""
    return f"<{number}>"


def beside_a_cache() -> None:
    """LEAK: +1 Slotted."""
    not_full(next(CALLS))
    KEPT.append(Slotted())


@functools.lru_cache(maxsize=1_000_000)
def not_full(number: int) -> str:
    """Return *number*."""
    return f"<{number}>"
