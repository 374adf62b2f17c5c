"""
Faults: small programs that misbehave, and what they are run in.

`FAULTS` has them all, by name.  They are run by `tests/faults`, bare and under memprof,
and by `benchmarks/faults.py` under other tools.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from textwrap import dedent

from support.faults import endings, exits, inside, surroundings


@dataclass(frozen=True, slots=True)
class Fault:
    """
    A program, the *options* and environment of its Python, the command it runs *within*.

    What one that *says_times* has on standard error differs from run to run.
    """

    name: str
    body: str
    options: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    within: tuple[str, ...] = ()
    says_times: bool = False

    @property
    def text(self) -> str:
        """The whole program."""
        return f"{endings.HEAD}{dedent(self.body.removeprefix(chr(10)))}\n"


def _all() -> dict[str, Fault]:
    """Return every fault by name; no two have one."""
    bodies = [
        *(endings.SUDDEN, endings.SEEN, endings.ENDINGS, endings.CUT, exits.EXITS, exits.CHILDREN),
        *(inside.DESCRIPTORS, inside.RIGHTS, inside.LIMITS, inside.SIGNALS),
        *(inside.WATCHED, inside.REPLACED, inside.OBJECTS),
    ]
    plain = [Fault(name, body) for group in bodies for name, body in group.items()]
    started = [Fault(name, **words) for name, words in surroundings.STARTED.items()]
    found = {one.name: one for one in plain + started}
    assert len(found) == len(plain) + len(started), "two faults have one name"
    return found


FAULTS = _all()
