"""The tally: what is left of each span, exactly where the extension can be had."""

import subprocess
import sys

from memprof.agent import tally

START = """
import array, gc, sys
from memprof.agent.tally import Tally
tally = Tally()
assert tally.exact and not tally.why, tally.why
old = [None] * 1000
numbers = array.array("q", range(1000))
tally.start()
def span(work):
    number = tally.begin()
    tally.go_on(number)
    work()
    tally.go_on(0)
    return number
kept = []
"""
STAYS = """
clean = span(lambda: [{"a": number + 0.5} for number in range(500)])
assert not tally.left(clean) and tally.kept(clean) == 0
stays = span(lambda: kept.append(bytes(1000)))
assert tally.left(stays) and 1033 <= tally.kept(stays) < 1300, tally.kept(stays)
# What was there before and goes hides nothing.
def swap():
    old.clear()
    kept.append((object(),))
swapped = span(swap)
assert tally.left(swapped)
kept.clear()
assert not tally.left(stays) and not tally.left(swapped)
"""
PEAK = """
span(lambda: bytearray(10_000))
assert 10_000 < tally.most() < 10_500, tally.most()
"""
GROWS = """
grown = span(lambda: numbers.extend(range(1000)))
assert tally.left(grown) and 7000 < tally.kept(grown) < 10_000, tally.kept(grown)
again = span(lambda: numbers.extend(range(1000)))
assert tally.left(again) and tally.left(grown)
"""
NAMES = """
# The compiler makes its types when it is first used.
compile("some = thing", "", "exec")
def compiled():
    compile("a_name_that_is_new = an_other_one", "", "exec")
assert not tally.left(span(compiled))
class Looked:
    pass
def looked():
    getattr(Looked, "".join(["no", "such"]), None)
number = span(looked)
tally.tidy()
assert not tally.left(number)
"""
MANY_NAMES = """
# Each of more names than there is room for in any list of ours stands in the cache of types.
class Asked:
    pass
def asked():
    for at in range(1000):
        getattr(Asked, "".join(["no", "such", str(at)]), None)
number = span(asked)
tally.tidy()
assert not tally.left(number), tally.kept(number)
"""
OLD_CYCLE = """
def old_cycle():
    one = []
    one.append(one)
    gc.collect(1)
    del one
number = tally.begin_test()
tally.go_on(number)
old_cycle()
tally.go_on(0)
gc.collect(1)
assert tally.left(number), "it has grown old"
tally.tidy()
assert not tally.left(number)
"""
HOLDERS = """
class Session:
    pass
registry, other = {}, []
def opened():
    session = Session()
    session.me = [session]
    registry[id(session)] = session
first = span(opened)
span(opened)
third = span(lambda: (opened(), other.append([])))
assert tally.holders((first, third)) == [registry]
assert tally.holders((third,), [registry, other, kept]) == [registry, other]
assert tally.holders((first, third), [other]) == []
assert tally.holders((first, third), tally.at([id(registry), id(other)])) == [registry]
assert [[type(one) for one in born] for born in tally.born([first, third]).values()] == [
    [Session, list], [Session, list, list]
]
for first, last in ((0, 1), (2, 1), (1, 200)):
    try:
        tally.holders((first, last))
    except ValueError:
        pass
    else:
        raise AssertionError((first, last))
"""
CYCLE = """
def cycle():
    one = []
    one.append(one)
number = span(cycle)
assert tally.left(number)
tally.tidy()
assert not tally.left(number)
"""
FORK = """
import os, threading
number = tally.begin()
tally.go_on(number)
child = os.fork()
if child == 0:
    os._exit(0 if bytes(10_000) else 1)
assert os.waitpid(child, 0)[1] == 0
thread = threading.Thread(target=lambda: kept.append(bytearray(10_000)))
thread.start()
thread.join()
tally.go_on(0)
assert tally.kept(number) > 10_000
"""
END = """
tally.stop()
assert tally.stop() is None
assert not Tally().exact, "it starts once in a process"
"""


def run(*parts: str) -> None:
    """Run a program made of *parts*."""
    subprocess.run([sys.executable, "-I", "-c", "".join([START, *parts, END])], check=True)


def test_what_stays_of_a_span_is_all_that_counts() -> None:
    run(STAYS)


def test_the_peak_is_of_the_newest_span() -> None:
    run(PEAK)


def test_what_grows_in_place_is_left() -> None:
    run(GROWS)


def test_names_that_the_interpreter_keeps_are_nobodys() -> None:
    run(NAMES)


def test_names_of_attributes_are_nobodys_however_many() -> None:
    run(MANY_NAMES)


def test_cycles_are_let_go_of() -> None:
    run(CYCLE, OLD_CYCLE)


def test_who_holds_something_of_each_span() -> None:
    run(HOLDERS)


def test_a_fork_and_a_thread() -> None:
    run(FORK)


def test_blocks_where_the_extension_cannot_be_had() -> None:
    found = tally.Net()
    found.start()
    number = found.begin()
    found.go_on(number)
    kept = [object() for _ in range(1000)]
    found.go_on(0)
    assert 900 < found.kept(number)[0] < 1100
    assert found.most() is None
    assert found.holders([], 1, 1) == []
    found.stop()
    del kept


def test_young_cycles_are_collected_and_counted() -> None:
    tally.collect_young()
    before = tally.collected()
    cycle: list[object] = []
    cycle.append(cycle)
    del cycle
    tally.collect_young()
    assert tally.collected() > before


def test_descriptors_and_threads() -> None:
    before = tally.others()
    with open(__file__, "rb"):
        assert tally.others()[0] == before[0] + 1
    assert tally.others() == before
