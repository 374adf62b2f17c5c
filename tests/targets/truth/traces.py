"""
A program that traces its own memory: it must see what it would see bare.

It prints what its own snapshots say of its own file, before, while and after
it traces.
"""

# ruff: noqa: T201

import tracemalloc

print(tracemalloc.is_tracing(), tracemalloc.get_traced_memory(), tracemalloc.get_traceback_limit())
before = [bytes(100) for _ in range(1_000)]  # site: before

tracemalloc.start(3)  # site: start
print(tracemalloc.is_tracing(), tracemalloc.get_traceback_limit())
within = [None] * 400
for n in range(400):
    within[n] = bytearray(64)  # type: ignore[call-overload]  # site: within
for one in tracemalloc.take_snapshot().statistics("lineno"):
    if one.traceback[0].filename == __file__ and one.count >= 100:
        print(one.traceback[0].lineno, one.count, one.size)
print(tracemalloc.get_object_traceback(within[0]) is not None)
tracemalloc.stop()  # site: stop

print(tracemalloc.is_tracing(), tracemalloc.get_traced_memory())
after = [None] * 300
for n in range(300):
    after[n] = bytearray(64)  # type: ignore[call-overload]  # site: after
