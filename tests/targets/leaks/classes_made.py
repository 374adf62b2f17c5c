"""
A leak: a class for each schema that comes in, kept by its name.

verdict: LEAK, UNBOUNDED CACHE
type: type
owner: SCHEMAS
"""

import sys
import time

COUNT = int((*sys.argv[1:], "800")[0])
SCHEMAS: dict[str, type] = {}


def schema(number: int) -> type:
    """Make a class with the fields of a message."""
    name = f"Message{number}"
    made = type(name, (), {"number": number, "__slots__": ("a", "b")})  # leak
    SCHEMAS[name] = made
    return made


for n in range(COUNT):
    schema(n)()
    time.sleep(0.001)
