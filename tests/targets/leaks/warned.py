"""
A leak: each warning has another text, and all are remembered so as to be shown once.

verdict: LEAK
owner: __warningregistry__
"""

import sys
import time
import warnings

COUNT = int((*sys.argv[1:], "1000")[0])


def silent(*_args: object, **_more: object) -> None:
    """Show nothing."""


warnings.simplefilter("default")
warnings.showwarning = silent

for n in range(COUNT):
    for part in range(3):
        text = f"value {n}.{part} is deprecated, use {n}.{part + 1}"  # leak
        warnings.warn(text, stacklevel=1)  # leak
    time.sleep(0.001)
