"""A leak: a registry of callbacks, each a closure over the data of its request."""

from collections.abc import Callable

import memprof

registry: list[Callable[[], int]] = []


def subscribe(request: int) -> None:
    """Register a callback that keeps all that the request had read."""
    read = b"." * (5_000 + request)  # site: leak

    def callback() -> int:
        return len(read)

    registry.append(callback)


for number in range(25):
    for part in range(5):
        subscribe(number * 5 + part)
    memprof.checkpoint(f"request {number}")
