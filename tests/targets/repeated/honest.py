"""Functions that keep nothing: what may be said of each is the first word of its docstring."""

import asyncio
import contextlib
import copy
import datetime as dt
import decimal
import functools
import hashlib
import itertools
import json
import logging
import os
import pickle
import random
import re
import socket
import sqlite3
import string
import subprocess
import sys
import tempfile
import threading
import weakref
import zlib
from collections import Counter, OrderedDict, deque
from dataclasses import dataclass

STATE: dict[str, object] = {}
TABLE: dict[int, int] = {}
WARM: dict[int, object] = {}
RECENT: OrderedDict[int, object] = OrderedDict()
LINES: list[str] = []
RING: deque[object] = deque(maxlen=1000)
CALLS = itertools.count()
RANDOM = random.Random(7)  # noqa: S311  (the same numbers in each run)


def nothing() -> None:
    """CLEAN: it does nothing."""


def alternating() -> None:
    """CLEAN: it allocates in one call and frees in the next."""
    if STATE.pop("held", None) is None:
        STATE["held"] = [object() for _ in range(20)]


def in_threes() -> None:
    """CLEAN: it frees in every third call."""
    LINES.append(str(next(CALLS)))
    if len(LINES) > 2:
        LINES.clear()


def flushes() -> None:
    """SATURATING: it frees in every thousandth call."""
    held = STATE.setdefault("lines", [])
    assert isinstance(held, list)
    held.append(object())
    if len(held) == 1000:
        held.clear()


def small_cache() -> None:
    """CLEAN: its cache is full before it counts."""
    small(next(CALLS))


@functools.lru_cache(maxsize=64)
def small(number: int) -> str:
    """Return *number*."""
    return f"<{number}>"


def filling_cache() -> None:
    """SATURATING: its cache is full after a thousand calls."""
    medium(next(CALLS))


@functools.lru_cache(maxsize=1000)
def medium(number: int) -> str:
    """Return *number*."""
    return f"<{number}>"


def large_cache() -> None:
    """CACHE: its cache has a limit that is far away."""
    large(next(CALLS))


@functools.lru_cache(maxsize=100_000)
def large(number: int) -> list[str]:
    """Return *number*."""
    return [f"<{number}>"]


def own_cache() -> None:
    """SATURATING: a cache of its own drops the oldest of 1,500 entries."""
    RECENT[next(CALLS)] = object()
    if len(RECENT) > 1500:
        RECENT.popitem(last=False)


def ring() -> None:
    """SATURATING: it keeps the last thousand."""
    RING.append(object())


def table() -> None:
    """SATURATING: a dictionary's table grows and is emptied."""
    number = next(CALLS)
    TABLE[number] = number
    if len(TABLE) == 1300:
        TABLE.clear()


def interning() -> None:
    """CLEAN: it interns the same strings again."""
    sys.intern(f"interned {next(CALLS) % 40}")


def patterns() -> None:
    """CLEAN: it uses the cache of patterns, which is emptied."""
    re.match(f"a{{{next(CALLS) % 100}}}", "aaa")


def warming() -> None:
    """SATURATING: it warms up slowly."""
    if len(WARM) < 700:
        WARM[len(WARM)] = object()


def cycle() -> None:
    """CLEAN: the collector frees it."""
    one: list[object] = []
    one.append({"one": one})


class Finalized:
    """One of a cycle, with a finaliser."""

    def __init__(self) -> None:
        """Refer to itself."""
        self.me = self

    def __del__(self) -> None:
        """Do nothing."""


def finalized() -> None:
    """CLEAN: the collector frees it, finaliser and all."""
    Finalized()


def thread() -> None:
    """CLEAN: the thread ends."""
    one = threading.Thread(target=nothing)
    one.start()
    one.join()


def unjoined() -> None:
    """CLEAN: the thread ends by itself."""
    threading.Thread(target=nothing).start()


def file() -> None:
    """CLEAN: it closes what it opens."""
    with tempfile.TemporaryFile() as one:
        one.write(b"x")


def sockets() -> None:
    """CLEAN: it closes what it opens."""
    for one in socket.socketpair():
        one.close()


def process() -> None:
    """CLEAN: it waits for the child."""
    subprocess.run([sys.executable, "-S", "-c", ""], check=True)


def database() -> None:
    """CLEAN: the connection is closed."""
    with contextlib.closing(sqlite3.connect(":memory:")) as one:
        one.execute("create table a (b)")


def dumps() -> None:
    """CLEAN: a document."""
    json.loads(json.dumps({"a": [1, 2.5, None], "b": "c" * 600}))


def pickling() -> None:
    """CLEAN: a copy by pickle."""
    pickle.loads(pickle.dumps({"a": [1, 2]}))  # noqa: S301  (its own)


def dates() -> None:
    """CLEAN: the cache of formats is emptied."""
    dt.datetime.strptime("2024-05-06", "%Y-%m-%d")  # noqa: DTZ007  (a date)


def decimals() -> None:
    """CLEAN: numbers in C."""
    decimal.Decimal(1) / decimal.Decimal(3)


def raising() -> None:
    """CLEAN: it handles its error."""
    with contextlib.suppress(ValueError):
        int("x")


def closure() -> None:
    """CLEAN: functions that refer to themselves."""

    def inner() -> object:
        return inner

    inner()


def classes() -> None:
    """CLEAN: classes that are garbage."""

    @dataclass
    class Made:
        number: int

    Made(1)


def executing() -> None:
    """CLEAN: code that is compiled anew."""
    exec("def made(): return made\nmade()", {})  # noqa: S102  (its own)


def weak() -> None:
    """CLEAN: weak references whose objects die."""
    weakref.finalize(Counter("abc"), nothing)


def logs() -> None:
    """CLEAN: loggers of a few names."""
    logging.getLogger(f"app.{next(CALLS) % 5}").debug("not shown")


def generators() -> None:
    """CLEAN: generators that are dropped half way."""
    next(number for number in range(10))


def copies() -> None:
    """CLEAN: deep copies."""
    copy.deepcopy({"a": [1, {2}]})


def digests() -> None:
    """CLEAN: buffers in C."""
    zlib.decompress(zlib.compress(hashlib.sha256(b"x" * 5000).digest() * 100))


def large_buffer() -> None:
    """CLEAN: a megabyte that is given back."""
    bytearray(1_000_000)


def breathing() -> None:
    """CLEAN: lists that grow and shrink by chance."""
    held = STATE.setdefault("breathing", [])
    assert isinstance(held, list)
    held.extend([None] * RANDOM.randrange(1000))
    if len(held) > 5000:
        held.clear()


def environment() -> None:
    """CLEAN: a variable that is set again."""
    os.environ["MEMPROF_TESTED"] = string.digits


async def waiting() -> None:
    """CLEAN: a coroutine."""
    await asyncio.sleep(0)


async def gathering() -> None:
    """CLEAN: tasks that end."""
    await asyncio.gather(*(asyncio.sleep(0) for _ in range(5)))


async def locking() -> None:
    """CLEAN: what asyncio has."""
    async with asyncio.Lock(), asyncio.timeout(10):
        await asyncio.Queue[int](1).put(1)
