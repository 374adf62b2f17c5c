"""
What is true of a target, and whether a report says so.

The docstring of a target under `targets/leaks` or `targets/honest` is its truth
in a sentence, and then, a line each, `key: value`:

* `verdict:` the word the report must have; of several, by commas, one
* `type:` the Python type that leaks; of several, one
* `owner:` a part of the name of what holds it
* `site:` the end of a path where it is allocated, if that is not in the target;
  of several, one
* `needs:` a package without which the target says nothing

Lines that end in `# leak` allocate what leaks: one of them is to be named.  Of
`# leak: one` and `# leak: two` each is.  What a report says is read in
`words`, `rows` and `held_by`, and nowhere else.
"""

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LEAKING = frozenset(
    {"LEAK", "UNBOUNDED CACHE", "NATIVE GROWTH", "CYCLIC DEBT", "THREADS", "DESCRIPTORS"}
)
HONEST = frozenset({"CLEAN", "SATURATING", "CHURN", "FRAGMENTATION", "INCONCLUSIVE"})
ACCUSING = LEAKING | {"THREADS/DESCRIPTORS", "GROWING"}
"""Words that accuse a program; an earlier one and a pair in one are among them."""

_KEY = re.compile(r"^(verdict|type|owner|site|needs): (.+)$", re.MULTILINE)
_MARK = re.compile(r"# leak(?:: (\w+))?$")
_COUNT = re.compile(r'^COUNT = int\(\(\*sys\.argv\[1:\], "(\d+)"\)\[0\]\)$', re.MULTILINE)

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing to be named: by a line of the target, the end of a path, or a type."""

    target: str
    lines: tuple[int, ...] = ()
    sites: tuple[str, ...] = ()
    types: tuple[str, ...] = ()

    def is_named_by(self, row: Document) -> bool:
        """Tell whether a row of the report names this."""
        file, line = str(row.get("file") or ""), row.get("line")
        if line in self.lines and _same_file(file, self.target):
            return True
        if file and any(_ends_in(file, site) for site in self.sites):
            return True
        found = str(row.get("type") or "")
        return bool(found) and any(_same_type(found, name) for name in self.types)


@dataclass(frozen=True, slots=True)
class Truth:
    """What is true of one target; `verdicts` without a word of LEAKING are an honest one's."""

    name: str
    path: Path
    sentence: str
    verdicts: tuple[str, ...]
    causes: tuple[Cause, ...]
    owner: str | None
    needs: str | None
    count: int

    @property
    def leaks(self) -> bool:
        """Whether the target does wrong."""
        return bool(LEAKING.intersection(self.verdicts))


@dataclass(frozen=True, slots=True)
class Said:
    """
    What a report says of a truth.

    `rank` is the row that names the true cause, of several causes the last;
    None if there is no such row.  `owner` is None where there is none to name.
    """

    words: tuple[str, ...]
    accused: bool
    rank: int | None
    owner: bool | None
    held_by: str


def read(path: Path) -> Truth:
    """Return the truth that the target at *path* tells; it must tell one."""
    text = path.read_text("utf-8")
    doc = ast.get_docstring(ast.parse(text)) or ""
    keys = dict(_KEY.findall(doc))
    words = _several(keys.get("verdict", ""))
    assert words, f"{path.name}: no verdict"
    assert set(words) <= (LEAKING if LEAKING.intersection(words) else HONEST), path.name
    count = _COUNT.search(text)
    assert count, f"{path.name}: no COUNT"
    return Truth(
        name=path.stem,
        path=path,
        sentence=" ".join(doc.split("\n\n")[0].split()),
        verdicts=words,
        causes=_causes(path, text, keys),
        owner=keys.get("owner"),
        needs=keys.get("needs"),
        count=int(count[1]),
    )


def all_in(folder: Path) -> list[Truth]:
    """Return the truths of the targets in *folder* that tell one, by name."""
    paths = sorted(folder.glob("*.py"))
    return [read(path) for path in paths if "\nverdict: " in path.read_text("utf-8")]


def said(document: Document, causes: Sequence[Cause], owner: str | None) -> Said:
    """Return what the report *document* says of *causes*, held by *owner*."""
    found = rows(document)
    ranks = [_rank(found, cause) for cause in causes]
    known = [rank for rank in ranks if rank is not None]
    rank = max(known) if known and len(known) == len(ranks) else None
    spoken = words(document)
    texts = [held_by(row) for row in found if any(cause.is_named_by(row) for cause in causes)]
    named = None if owner is None else any(owner in text for text in texts)
    first = next((text for text in texts if text), "")
    return Said(spoken, bool(ACCUSING.intersection(spoken)), rank, named, first)


def words(document: Document) -> tuple[str, ...]:
    """Return the verdict words of the report: the run's first, then those of its rows."""
    spoken = [str(document["verdict"])]
    spoken += [str(row["verdict"]) for row in rows(document) if row.get("verdict")]
    return tuple(dict.fromkeys(spoken))


def rows(document: Document) -> list[Document]:
    """Return the rows that name a cause, best first: suspects, then what only cycles keep."""
    found = list(document.get("suspects") or ())
    for key, value in document.items():
        if "debt" in key:
            found += value if isinstance(value, list) else _lists_of(value)
    return found


def held_by(row: Document) -> str:
    """Return all that *row* says of what holds the objects."""
    keys = [key for key in row if re.search("held|hold|owner|path|kept_by", key)]
    return " ".join(str(row[key]) for key in keys if row[key])


def _lists_of(value: object) -> list[Document]:
    """Return the rows in the lists of an object of the report."""
    if not isinstance(value, Mapping):
        return []
    lists = [part for part in value.values() if isinstance(part, list)]
    return [row for part in lists for row in part if isinstance(row, Mapping)]


def _rank(found: Sequence[Document], cause: Cause) -> int | None:
    """Return the number, from 1, of the first row that names *cause*."""
    numbered = enumerate(found, start=1)
    return next((number for number, row in numbered if cause.is_named_by(row)), None)


def _causes(path: Path, text: str, keys: Mapping[str, str]) -> tuple[Cause, ...]:
    """Return what is to be named; types and sites belong to every mark."""
    marks: dict[str, list[int]] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        match = _MARK.search(line)
        if match:
            marks.setdefault(match[1] or "", []).append(number)
    sites, types = _several(keys.get("site", "")), _several(keys.get("type", ""))
    if not marks and (sites or types):
        marks = {"": []}
    # With several marks a type would stand for each of them.
    alone = len(marks) < 2
    return tuple(
        Cause(str(path), tuple(lines), sites if alone else (), types if alone else ())
        for lines in marks.values()
    )


def _several(text: str) -> tuple[str, ...]:
    """Return the words between commas."""
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _same_file(file: str, target: str) -> bool:
    """Tell whether *file* is *target*, whichever way it was named."""
    return file == target or Path(file).name == file == Path(target).name


def _ends_in(file: str, site: str) -> bool:
    """Tell whether the path *file* ends in the whole parts of *site*."""
    return file == site or file.endswith("/" + site)


def _same_type(found: str, name: str) -> bool:
    """Tell whether *found*, with its module or without, is the type *name*."""
    found, name = (text.removeprefix("builtins.") for text in (found, name))
    return found == name or found.endswith("." + name)
