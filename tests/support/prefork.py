"""
A believable tree: the service of `support.service` behind a master that forks it four times.

The master is honest; each worker keeps its sessions.  Beside them an old Python
could not be followed, one worker was replaced by exec, and thirty short tools ran.
"""

from dataclasses import replace

from memprof.analysis.findings import Findings
from memprof.analysis.tree import analyse
from memprof.model.facts import Facts
from memprof.model.tree import FORK, ROOT, Counted, Process
from support.captures import CLOCK_NS
from support.facts import MIB, SECOND_NS, facts
from support.service import service
from support.trees import resident, steady

MASTER = 4200
WORKERS = range(4201, 4205)


def process(
    pid: int, given: Facts | None, role: str, began_s: float, ppid: int = MASTER
) -> Process:
    """Return the process that *given* are the facts of."""
    made = None if given is None else replace(given, run=replace(given.run, pid=pid, ppid=ppid))
    clock_ns = CLOCK_NS + int(began_s * SECOND_NS)
    return Process(pid, clock_ns, ppid, role, "serve.py", "3.12.1", made)


def prefork() -> list[Process | Counted]:
    """Return the processes of the run, the master last, as a reader gives them."""
    looks = [(4.0 * n, 31, 9 + n // 10, 15 + n // 10) for n in range(31)]
    worker = replace(service(), resident=resident(*looks))
    ended = replace(worker.run, ending=replace(worker.run.ending, signal=None, reason="exit"))
    found: list[Process | Counted] = [
        process(pid, replace(worker, run=replace(ended, complete=True)), FORK, 1.0 + n / 10)
        for n, pid in enumerate(WORKERS)
    ]
    became = replace(ended, complete=True, ending=replace(ended.ending, reason="exec"))
    found[0] = process(WORKERS[0], replace(worker, run=became), FORK, 1.0)
    killed = replace(ended, complete=False, ending=replace(ended.ending, reason=None))
    found[3] = process(WORKERS[3], replace(worker, run=killed), FORK, 1.3)
    tool = facts([[1]], resident=resident((0.0, 12, 8, 9)))
    for n in range(30):
        short = process(5000 + n, tool, "subprocess", 20 + n)
        found.append(replace(short, command="resize.py", brief=True))
    image = process(WORKERS[0], steady(10), "exec", 90, WORKERS[0])
    old = replace(process(6000, None, "subprocess", 5), command="old.py", python="2.7.18")
    found += [image, replace(old, why="its Python is 2.7")]
    found.append(Counted(700, 698, 1, None, 14 * MIB))
    master = replace(
        steady(130, 900_000), resident=resident(*((float(n), 26, 18, 21) for n in range(130)))
    )
    found.append(replace(process(MASTER, master, ROOT, 0, 4100), command="serve.py"))
    return found


def findings() -> Findings:
    """Return what the tree means."""
    return analyse(prefork())
