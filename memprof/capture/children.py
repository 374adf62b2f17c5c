"""
Children: the captures that lie beside the root's, not folded into it yet.

Those of `app.memprof` are in `app.memprof.children`, each called `pid.clock.memprof`.
Whatever else lies there is no business of ours.
"""

import os
import re
from contextlib import suppress
from pathlib import Path

from memprof.capture.fields import MAX_INTEGER
from memprof.capture.folds import Key

FOLDER = ".children"
_NAME = re.compile(r"([0-9]{1,19})\.([0-9]{1,19})(?:\.brief)?\.memprof")


def listed(path: str | Path) -> dict[Key, str]:
    """
    Return the captures beside that at *path*, by whose they are, in order of their beginning.

    Symbolic links are not followed.
    """
    found: dict[Key, str] = {}
    with suppress(OSError, ValueError), os.scandir(f"{path}{FOLDER}") as entries:
        for entry in entries:
            match = _NAME.fullmatch(entry.name)
            if match is None or not entry.is_file(follow_symlinks=False):
                continue
            key = int(match[1]), int(match[2])
            if max(key) <= MAX_INTEGER:
                found[key] = entry.path
    return dict(sorted(found.items(), key=lambda item: (item[0][1], item[0][0])))


def is_open(path: str, pid: int) -> bool:
    """
    Say whether process *pid* has the file at *path* open, as an agent has while it lives.

    The number alone would say little: another process may have it by now.
    """
    with suppress(OSError):
        there = os.stat(path)
        with os.scandir(f"/proc/{pid}/fd") as entries:
            for entry in entries:
                with suppress(OSError):
                    found = entry.stat()
                    if (found.st_dev, found.st_ino) == (there.st_dev, there.st_ino):
                        return True
    return False
