"""Places: where a file is below a project's folder, the same in every checkout of it."""

import posixpath
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Root:
    """
    A project's `folder`, and the `cwd` to which a program's relative names belong.

    Both are absolute; nothing is looked up there.
    """

    folder: str
    cwd: str


def below(file: str, root: Root) -> str | None:
    """Return the path of *file* from the project's folder, None where it is not below it."""
    if not file or file.startswith("<"):
        return None
    path = posixpath.normpath(posixpath.join(root.cwd, file))
    folder = posixpath.normpath(root.folder)
    head = folder if folder.endswith("/") else f"{folder}/"
    return path[len(head) :] if path.startswith(head) else None
