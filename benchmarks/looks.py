"""
A target between two looks from a thread, as one would take by hand.

    python looks.py objgraph|tracemalloc FIRST_S SECOND_S OUT.json TARGET [ARG...]

OUT gets what grew between the looks, most first, as [file, line, type, amount]:
objects for objgraph, bytes for tracemalloc.  Used by accuracy.py.
"""

import gc
import json
import runpy
import sys
import threading
import time
from typing import Any


def by_objgraph() -> dict[str, int]:
    """Return a look at the number of objects by type."""
    import objgraph  # noqa: PLC0415  (one of two)

    # As objgraph.growth does: collect, then count by full name.
    gc.collect()
    return objgraph.typestats(shortnames=False)


def by_tracemalloc() -> Any:  # noqa: ANN401  (tracemalloc is imported if asked for)
    """Return a look at the live blocks."""
    import tracemalloc  # noqa: PLC0415  (one of two)

    gc.collect()
    return tracemalloc.take_snapshot()


def grown(kind: str, first: Any, second: Any) -> list[tuple[str, int, str, int]]:  # noqa: ANN401
    """Return what grew, most first."""
    if kind == "objgraph":
        more = {name: count - first.get(name, 0) for name, count in second.items()}
        rows = [("", 0, name, count) for name, count in more.items() if count > 0]
    else:
        found = second.compare_to(first, "lineno")
        rows = [
            (row.traceback[0].filename, row.traceback[0].lineno, "", row.size_diff)
            for row in found
            if row.size_diff > 0
        ]
    return sorted(rows, key=lambda row: -row[3])


def main() -> None:
    """Run the target; look twice."""
    kind, first_s, second_s, out, *sys.argv = sys.argv[1:]
    look = by_objgraph if kind == "objgraph" else by_tracemalloc
    if kind == "tracemalloc":
        import tracemalloc  # noqa: PLC0415  (only if asked for)

        tracemalloc.start()
    else:
        look()  # its imports

    def watch() -> None:
        time.sleep(float(first_s))
        first = look()
        # A run that is over before its time is looked at when it is.
        over.wait(float(second_s) - float(first_s))
        with open(out, "w", encoding="ascii") as file:
            json.dump(grown(kind, first, look()), file)

    over = threading.Event()
    watcher = threading.Thread(target=watch)
    watcher.start()
    kept = runpy.run_path(sys.argv[0], run_name="__main__")
    over.set()
    watcher.join()
    del kept


if __name__ == "__main__":
    main()
