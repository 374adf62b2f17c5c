"""
A leak: code that is generated for each template leaves its source in `linecache`.

verdict: LEAK, UNBOUNDED CACHE
owner: cache
"""

import linecache
import sys
import time

COUNT = int((*sys.argv[1:], "1000")[0])


def compiled(number: int) -> int:
    """Generate and run a function; let tracebacks show its lines."""
    name = f"<template {number}>"  # leak
    source = f"def template(x):\n    return x + {number}\n" + f"# {number}\n" * 8
    lines = source.splitlines(keepends=True)  # leak
    linecache.cache[name] = (len(source), None, lines, name)  # leak
    space: dict[str, int] = {}
    exec(compile(source + "answer = template(1)\n", name, "exec"), space)
    return space["answer"]


for n in range(COUNT):
    compiled(n)
    time.sleep(0.001)
