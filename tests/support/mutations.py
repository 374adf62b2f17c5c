"""Fields of records made hostile: any value of any type where another stood."""

import random
from typing import Any

from memprof.capture.fields import MAX_INTEGER

HOSTILE: list[Any] = [
    None,
    True,
    False,
    -1,
    0,
    1,
    3,
    255,
    100_000,
    1 << 22,
    MAX_INTEGER,
    MAX_INTEGER + 1,
    -MAX_INTEGER,
    10**400,
    1.5,
    -0.0,
    1e308,
    float("nan"),
    float("inf"),
    "",
    "\x1b]0;\x07",
    "\ud800",
    "../../etc/passwd",
    [],
    {},
    [[]],
    [None],
    [True],
    [-1, 1],
    [0, 1],
    [0, MAX_INTEGER],
    [MAX_INTEGER, 1],
    [0, 1, 0, 1],
    [0, 1, 2, 3, 4, 5],
    [[0, 1, 2, 3]],
    [[0, 1, None, [0]]],
    ["a", "b"],
]


def mutate(value: Any, chance: random.Random) -> Any:  # noqa: ANN401 - any JSON
    """Return *value* with one thing in it hostile."""
    if isinstance(value, dict) and value and chance.random() < 0.95:
        key = chance.choice(list(value))
        if chance.random() < 0.1:
            return {one: other for one, other in value.items() if one != key}
        return {**value, key: mutate(value[key], chance)}
    if isinstance(value, list) and value and chance.random() < 0.7:
        at = chance.randrange(len(value))
        instead = [[], [chance.choice(HOSTILE), value[at]]]
        changed = [[mutate(value[at], chance)]] * 8
        return [*value[:at], *chance.choice(instead + changed), *value[at + 1 :]]
    if type(value) is int and chance.random() < 0.3:
        return value + chance.choice([-2, -1, 1, 2, 1_000, 1 << 20])
    return chance.choice(HOSTILE)
