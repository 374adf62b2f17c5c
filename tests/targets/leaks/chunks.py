"""
A leak: the chunks of a transfer, bytes by name, are never deleted when it is done.

verdict: LEAK
owner: chunks
"""

import sys
import time

COUNT = int((*sys.argv[1:], "1000")[0])


def main() -> None:
    """Transfer; the dictionary is a local of a function that does not return."""
    chunks: dict[str, bytes] = {}
    for number in range(COUNT):
        chunks[f"chunk-{number}"] = b"%06d" % number * 100  # leak
        time.sleep(0.001)


main()
