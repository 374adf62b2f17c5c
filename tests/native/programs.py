"""What to allocate, free and keep, in all the ways that Python code does."""

import collections
import copy
import gc
import json
import random
import re
import threading
from collections.abc import Callable, Generator, Iterator
from typing import Any


def mixed() -> object:
    """Containers of containers, a third of them freed in random order."""
    kept: list[Any] = []
    chance = random.Random(1)  # noqa: S311
    for number in range(5_000):
        kept.append([number, str(number), {"a": number}, (number, number + 1), float(number)])
        if chance.random() < 0.3:
            del kept[chance.randrange(len(kept))]
    kept.extend((bytearray(10**6), ["x"] * 100_000))
    text = b""
    for _ in range(1_000):
        text += b"xyz"
    kept.append(text)
    gc.collect()
    return kept


def parsed() -> object:
    """Documents, made by C code."""
    return json.loads(json.dumps([{"x": [1.5, 2, {"y": "z" * n}]} for n in range(2_000)]))


def copied() -> object:
    """Copies, made by deep recursion of Python code."""
    rows = [[number, str(number), {"a": (number, [number])}] for number in range(1_000)]
    return rows, copy.deepcopy(rows)


def matched() -> object:
    """Patterns, and what they find."""
    patterns = [re.compile(rf"(a{number})+|b[^c{number}]") for number in range(30)]
    text = "".join(f"a{number % 30}bx" for number in range(3_000))
    return (
        patterns,
        [pattern.findall(text) for pattern in patterns],
        list(patterns[3].finditer(text)),
    )


def in_threads() -> object:
    """Blocks of several threads at once, half of them freed by others."""
    kept: list[list[object]] = [[] for _ in range(4)]
    begun = threading.Barrier(4)

    def allocate(mine: list[object], other: list[object]) -> None:
        begun.wait()
        for number in range(3_000):
            mine.append((bytes(number % 700), str(number)))
            if number % 2 and other:
                other.pop()

    threads = [threading.Thread(target=allocate, args=(kept[at], kept[at - 1])) for at in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return kept


def recursive() -> object:
    """The same lines at many depths."""

    def nest(depth: int) -> list[Any]:
        if depth == 0:
            return [object() for _ in range(100)]
        return [nest(depth - 1), bytes(100)]

    def fork(depth: int) -> tuple[Any, ...]:
        return (depth,) if depth == 0 else (fork(depth - 1), fork(depth - 1), str(depth))

    return [nest(30) for _ in range(20)], fork(10)


def dying_code() -> object:
    """Code objects that die, so that others come to lie at their addresses."""
    kept: list[object] = []
    for number in range(1_500):
        space: dict[str, Any] = {}
        blank = "\n" * (number % 7)
        source = f"{blank}def make(n):\n  return (str(n) * {number % 50 + 1}, bytes(n % 900))\n"
        exec(compile(source, f"<made {number % 11}>", "exec"), space)  # noqa: S102
        kept.extend(space["make"](at) for at in range(number % 5))
        kept.append(eval(f"{blank}(str(10 ** 20 + {number}), b'a' * {number % 600})"))  # noqa: S307
        if number % 100 == 0:
            gc.collect()
    return kept


def generated() -> object:
    """Generators: run to their end, left in the middle, never begun, thrown into."""

    def count(n: int) -> Generator[object, None, None]:
        for number in range(n):
            yield (number, str(number))

    def chain(n: int) -> Iterator[object]:
        yield from count(n)

    kept: list[object] = [list(chain(50)) for _ in range(40)]
    for _ in range(200):
        left = chain(5)
        kept.extend((next(left), left, count(3)))
        thrown = count(2)
        try:
            thrown.throw(ValueError(str(left)))
        except ValueError as error:
            kept.append(error)
    kept.extend({number: str(number) for number in range(500)}.items())
    return kept


def classes() -> object:
    """Classes and their instances: dictionaries, slots, properties, named tuples."""
    kept: list[object] = [
        type(f"Made{number}", (), {"x": number, "f": lambda self: (self, 1)})
        for number in range(60)
    ]
    point = collections.namedtuple("point", "x y")  # noqa: PYI024

    class Plain:
        pass

    class Slots:
        __slots__ = ("x", "y")

    for number in range(2_000):
        plain, slots = Plain(), Slots()
        plain.x = slots.x = str(number)  # type: ignore[attr-defined]
        plain.y = slots.y = point(number, float(number))  # type: ignore[attr-defined]
        kept.append(plain if number % 2 else slots)
    return kept


def churned() -> object:
    """Blocks that die at once, most of them in free lists."""
    for number in range(30_000):
        _ = [number], str(number), {number: float(number)}, (number,)
    return []


def evicted() -> object:
    """Dictionaries of a full cache, each made in one function of what another lets go."""
    kept = collections.OrderedDict[str, object]()

    def answer(number: int) -> object:
        return {"number": number, "words": f"{number} and more".split(), "length": number % 50}

    def keep(key: str, value: object) -> None:
        while len(kept) >= 300:
            kept.popitem(last=False)
        kept[key] = value

    for number in range(5_000):
        keep(str(number), answer(number))
    return kept


def failing() -> object:
    """Exceptions: raised, chained, kept with their tracebacks."""
    kept: list[object] = []

    def fail(number: int) -> None:
        try:
            _ = [][number]
        except IndexError as error:
            raise KeyError(str(number)) from error

    for number in range(500):
        try:
            fail(number)
        except KeyError as error:
            kept.append(error)
    return kept


def closures() -> object:
    """Functions with cells and defaults."""

    def adder(number: int) -> Callable[[int], int]:
        text = str(number)

        def add(other: int, *, more: float = float(number)) -> int:
            return number + other + len(text) + int(more)

        return add

    return [adder(number) for number in range(2_000)]


def grown() -> object:
    """Containers that grow and shrink in place and by moving."""
    kept: list[Any] = []
    for number in range(300):
        array, table, letters = bytearray(), dict[int, str](), set[str]()
        row = [number]
        for at in range(number % 60):
            array += b"x" * at
            table[at] = str(at)
            letters.add(str(at))
            row.append(at)
        for at in range(number % 40):
            array = array[: len(array) // 2]
            table.pop(at, None)
            letters.discard(str(at))
            if len(row) > 1:
                row.pop()
        kept.append((array, table, letters, row))
    return kept


class Pair:
    """An object with slots."""

    __slots__ = ("left", "right")

    def __init__(self, left: object, right: object) -> None:
        """Keep both."""
        self.left = left
        self.right = right


MAKERS: list[Callable[[int], Any]] = [
    lambda n: [n, str(n)],
    bytearray,
    lambda n: {n: str(n)},
    lambda n: "x" * n,
    lambda n: Pair(bytes(n), (n, n)),
    lambda n: (n, float(n), 7**n),
]


def played(moves: list[tuple[str, int, int]]) -> object:
    """Make, grow, shrink and free what *moves* say: (move, slot, number)."""
    slots: list[Any] = [None] * 16
    for move, slot, number in moves:
        kept = slots[slot]
        if move == "make":
            slots[slot] = MAKERS[number % len(MAKERS)](number)
        elif move == "free":
            slots[slot] = None
        elif isinstance(kept, list):
            resize_list(kept, move, number)
        elif isinstance(kept, bytearray):
            kept.extend(bytes(number)) if move == "grow" else kept.__delitem__(slice(number))
        elif isinstance(kept, dict):
            resize_dict(kept, move, number)
        elif isinstance(kept, str):
            slots[slot] = kept = kept + "y" * number if move == "grow" else kept[number:]
    return slots


def resize_list(kept: list[Any], move: str, number: int) -> None:
    """Grow or shrink a list, which keeps one item."""
    if move == "grow":
        kept.extend((at, number) for at in range(number))
    else:
        del kept[1 : 1 + number]


def resize_dict(kept: dict[int, Any], move: str, number: int) -> None:
    """Grow or shrink a dictionary."""
    for at in range(number):
        if move == "grow":
            kept[at] = str(at)
        else:
            kept.pop(at, None)
