"""Pickle and run classes of `__main__` in other processes, by every start method."""

# ruff: noqa: T201

import concurrent.futures
import multiprocessing
import pickle
import subprocess
import sys
from typing import Any


class Point:
    """A value other processes must find in `__main__`."""

    def __init__(self, x: int) -> None:
        """Keep *x*."""
        self.x = x

    def __eq__(self, other: object) -> bool:
        """Tell whether both have the same *x*."""
        return isinstance(other, Point) and self.x == other.x

    __hash__ = None  # type: ignore[assignment]


def double(point: Point) -> Point:
    """Return twice *point*, and keep some memory busy."""
    held = [bytearray(1000) for _ in range(1000)]
    return Point(2 * point.x) if held else point


def say(queue: "multiprocessing.Queue[object]", point: Point) -> None:
    """Answer from another process."""
    queue.put((multiprocessing.current_process().name, double(point), sys.argv[1:]))


def main() -> None:
    """Run every start method."""
    assert pickle.loads(pickle.dumps(Point(1))) == Point(1)  # noqa: S301
    for method in ("fork", "spawn", "forkserver"):
        context: Any = multiprocessing.get_context(method)
        queue = context.Queue()
        process = context.Process(target=say, args=(queue, Point(2)), name=f"{method}-child")
        process.start()
        name, point, arguments = queue.get()
        process.join()
        print(method, name, type(point) is Point, point.x, arguments, process.exitcode)
        with context.Pool(2) as pool:
            print([p.x for p in pool.map(double, [Point(n) for n in range(4)])])
        with concurrent.futures.ProcessPoolExecutor(2, mp_context=context) as executor:
            print(executor.submit(double, Point(3)).result().x)
        failing = context.Process(target=sys.exit, args=(3,))
        failing.start()
        failing.join()
        print(failing.exitcode)
    code = "import sys, tracemalloc, gc; print(tracemalloc.is_tracing(), gc.isenabled())"
    print(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True).stdout)


if __name__ == "__main__":
    main()
