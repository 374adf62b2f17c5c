"""Who owns objects: known by construction, in words; the same in C and in Python."""

from pathlib import Path

import pytest
from native.inside import said

IMPORTS = """
import asyncio, collections, functools, gc, json, sys, threading, types
from native.asking import IN_C, ask, owned
class Conn: pass
def conns(count): return [Conn() for _ in range(count)]
"""

COMMON = {
    "several levels deep": (
        """
        class Pool:
            def __init__(self): self.idle = {"eu": [], "us": []}
        POOL = Pool()
        POOL.idle["eu"] = conns(30)
        """,
        "__main__.POOL.idle['eu'][*]",
    ),
    "a list of dictionaries": (
        "ROWS = [{'conn': c} for c in conns(30)]",
        "__main__.ROWS[*]['conn']",
    ),
    "a large dictionary": ("BIG = dict(enumerate(conns(60)))", "__main__.BIG[*]"),
    "keys that the code does not spell": (
        "ODD = {'secret'.upper(): conns(30)}",
        "__main__.ODD[*][*]",
    ),
    "a deque of tuples": (
        "LAST = collections.deque((c,) for c in conns(30))",
        "__main__.LAST[*][*]",
    ),
    "a deque with a limit": (
        "LAST = collections.deque(conns(30), maxlen=40)",
        "__main__.LAST[* of 40]",
    ),
    "a set": ("ALL = set(conns(30))", "__main__.ALL[*]"),
    "an attribute in a slot": (
        """
        class Slots: __slots__ = ("free", "conns")
        held = Slots()
        held.conns = conns(30)
        """,
        "__main__.held.conns[*]",
    ),
    "an inherited slot and a dictionary": (
        """
        class Base: __slots__ = ("first",)
        class More(Base): pass
        held = More()
        held.first = None
        held.second = conns(30)
        """,
        "__main__.held.second[*]",
    ),
    "a dictionary that was asked for": (
        """
        class Holder: pass
        held = Holder()
        held.__dict__["conns"] = conns(30)
        """,
        "__main__.held.conns[*]",
    ),
    "a class's attribute": (
        "class Registry: conns = []\nRegistry.conns += conns(30)",
        "__main__.Registry.conns[*]",
    ),
    "a default": (
        "def add(one, known=[]): known.append(one)\nfor one in conns(30): add(one)\ndel one",
        "__main__.add() default known[*]",
    ),
    "a default by keyword": (
        "def add(one, *, known=[]): known.append(one)\nfor one in conns(30): add(one)\ndel one",
        "__main__.add() default known[*]",
    ),
    "a closure": (
        """
        def make():
            rows = conns(30)
            return lambda: rows
        made = make()
        """,
        "__main__.made.<closure rows>[*]",
    ),
    "a bound method": (
        """
        class Holder:
            def work(self): pass
        def bind():
            held = Holder()
            held.conns = conns(30)
            return held.work
        bound = bind()
        """,
        "__main__.bound.__self__.conns[*]",
    ),
    "a chain": (
        """
        class Node:
            def __init__(self, following): self.following = following
        first = None
        for conn in conns(30):
            first = Node(first)
            first.conn = conn
        del conn
        """,
        "__main__.first.following.following....conn",
    ),
    "gc.garbage": ("gc.garbage.extend(conns(30))", "gc.garbage[*]"),
    "another module": (
        """
        other = types.ModuleType("other")
        other.conns = conns(30)
        sys.modules["other"] = other
        del other
        """,
        "other.conns[*]",
    ),
}
"""What is held, and by whom; the walks in C and in Python say the same."""


@pytest.mark.parametrize("in_c", [True, False], ids=["in C", "in Python"])
@pytest.mark.parametrize("kind", COMMON)
def test_the_owner_is_named(kind: str, in_c: bool, tmp_path: Path) -> None:  # noqa: FBT001
    program, owner = COMMON[kind]
    found = said(
        f"{IMPORTS}{flush(program)}\nprint(json.dumps(owned(Conn, in_c={in_c})))", tmp_path
    )
    assert found[0][0] == owner
    assert found[0][1] >= 24


def flush(program: str) -> str:
    """Return *program* at the margin."""
    lines = program.splitlines()
    indented = [line for line in lines if line.strip()]
    width = min(len(line) - len(line.lstrip()) for line in indented)
    return "\n".join(line[width:] for line in lines)


OF_C = {
    "a generator": (
        "def work():\n    rows = conns(9)\n    yield\n    print(rows)\nGEN = work()\nnext(GEN)",
        "__main__.GEN: work() local rows[*]",
    ),
    "a coroutine": (
        (
            "async def work():\n    rows = conns(9)\n    await wait()\n    print(rows)\n"
            "@types.coroutine\ndef wait(): yield\nCORO = work()\nCORO.send(None)"
        ),
        "__main__.CORO: work() local rows[*]",
    ),
    "an exception": (
        (
            "def bad():\n    rows = conns(9)\n    raise KeyError\n"
            "try: bad()\nexcept KeyError as error: LAST = error"
        ),
        "__main__.LAST.__traceback__: bad() local rows[*]",
    ),
    "a bounded cache": (
        "@functools.lru_cache(20)\ndef load(key): return Conn()\nfor at in range(20): load(at)",
        "__main__.load.<lru_cache>",
    ),
    "a cache's keys and results together": (
        (
            "@functools.lru_cache(20)\ndef load(a, b): return Conn()\n"
            "for at in range(20): load(Conn(), b=at)"
        ),
        "__main__.load.<lru_cache>",
    ),
    "a cache by another name": (
        (
            "def load(key): return Conn()\nget = functools.lru_cache(20)(load)\n"
            "for at in range(20): get(at)"
        ),
        "__main__.get.<lru_cache of load>",
    ),
    "a cache of no name": (
        ("get = functools.lru_cache(20)(lambda key: Conn())\nfor at in range(20): get(at)"),
        "__main__.get.<lru_cache of lambda>",
    ),
    "a cache of what is written in C": (
        "get = functools.lru_cache(20)(functools.partial(Conn))\nget(), get.cache_clear, get()",
        "__main__.get.<lru_cache>",
    ),
    "what one of two iterators has not seen": (
        "import itertools\nAHEAD, BEHIND = itertools.tee(conns(500))\nfor _ in AHEAD: pass",
        "__main__.BEHIND.<_tee>",
    ),
    "a thread's own data": (
        "own = threading.local()\nown.conns = conns(9)",
        "__main__.own.conns[*]",
    ),
    "a partial": ("call = functools.partial(print, *conns(9))", "__main__.call.args[*]"),
    "a weak reference's callback": (
        (
            "import weakref\nclass Gone: pass\ngone = Gone()\n"
            "REF = weakref.ref(gone, functools.partial(print, *conns(9)))"
        ),
        "__main__.REF.__callback__.args[*]",
    ),
    "a list subclass": ("class Rows(list): pass\nROWS = Rows(conns(9))", "__main__.ROWS[*]"),
    "a dict subclass": (
        "ROWS = collections.defaultdict(list)\nROWS['eu'] += conns(9)",
        "__main__.ROWS['eu'][*]",
    ),
    "a namespace": ("SPACE = types.SimpleNamespace(conns=conns(9))", "__main__.SPACE.conns[*]"),
}


@pytest.mark.parametrize("kind", OF_C)
def test_what_types_in_c_hold_is_named(kind: str, tmp_path: Path) -> None:
    program, owner = OF_C[kind]
    found = said(f"{IMPORTS}{program}\nprint(json.dumps(owned(Conn)))", tmp_path)
    assert found == [[owner, found[0][1]]]


@pytest.mark.parametrize("in_c", [True, False], ids=["in C", "in Python"])
def test_locals_of_running_functions(in_c: bool, tmp_path: Path) -> None:  # noqa: FBT001
    program = f"""{IMPORTS}
def main():
    sessions = conns(7)
    return inner(sessions)
def inner(passed):
    return owned(Conn, in_c={in_c})
found = [main()]
def work():
    buffered = conns(8)
    ready.set()
    done.wait()
ready, done = threading.Event(), threading.Event()
thread = threading.Thread(target=work)
thread.start()
ready.wait()
found.append(owned(Conn, in_c={in_c}))
done.set()
thread.join()
print(json.dumps(found))
"""
    assert said(program, tmp_path) == [
        [["main() local sessions[*]", 7]],
        [["work() local buffered[*]", 8]],
    ]


@pytest.mark.parametrize("in_c", [True, False], ids=["in C", "in Python"])
def test_two_owners_where_none_has_most(in_c: bool, tmp_path: Path) -> None:  # noqa: FBT001
    program = f"""{IMPORTS}
MANY, FEW, NONE = conns(60), {{number: Conn() for number in range(40)}}, [[]]
print(json.dumps(owned(Conn, in_c={in_c})))
"""
    assert said(program, tmp_path) == [["__main__.MANY[*]", 60], ["__main__.FEW[*]", 40]]


@pytest.mark.parametrize("in_c", [True, False], ids=["in C", "in Python"])
def test_the_objects_at_some_addresses(in_c: bool, tmp_path: Path) -> None:  # noqa: FBT001
    program = f"""{IMPORTS}
OLD, NEW = conns(100), {{"eu": conns(20)}}
print(json.dumps(ask(Conn, in_c={in_c}, at=map(id, NEW["eu"]))))
"""
    room = 20 if in_c else 0
    assert said(program, tmp_path) == [True, [20, 0, 0, [["__main__.NEW['eu'][*]", 20]], room]]


@pytest.mark.parametrize(
    ("held", "room"),
    [
        ("TABLE = [None] * 70 + conns(30)", 100),
        ("TABLE = {number: Conn() if number % 2 else 'none' for number in range(80)}", 80),
        ("TABLE = [(Conn() if number % 2 else [], number) for number in range(60)]", 120),
        ("TABLE = [{'one': Conn() if number % 2 else []} for number in range(60)]", 60),
        ("TABLE = [types.SimpleNamespace(one=one, other=None) for one in conns(40)]", 40),
        ("TABLE = [[Conn(), Conn()] for _ in range(20)] + [[None] * 5]", 45),
        ("A = B = None\nA = conns(30)\nB = [None] * 50", 30),
        ("TABLE = conns(90)\nclass Entry: pass\nfor c in TABLE[:30]: c.at = Entry()\ndel c", 90),
    ],
)
def test_the_room_of_what_holds_them(held: str, room: int, tmp_path: Path) -> None:
    """Elements, whatever they are now; of what has a name one by each holder."""
    asked = "print(json.dumps(ask(globals().get('Entry', Conn))))"
    program = f"{IMPORTS}\n{held}\n{asked}"
    complete, (*_, found_room) = said(program, tmp_path)
    assert (complete, found_room) == (True, room)


def test_what_a_chain_holds_has_room_for_as_many(tmp_path: Path) -> None:
    program = f"""{IMPORTS}
last = None
for _ in range(500):
    one = Conn()
    one.last, last = last, one
del one
print(json.dumps(ask(Conn)))
"""
    complete, (total, _, _, found, room) = said(program, tmp_path)
    assert (complete, total, found) == (True, 500, [["__main__.last.last...", 499]])
    assert 499 <= room <= 501


def test_what_was_imported_has_the_name_of_its_module(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("class Pool: pass\nPOOL = Pool()\n")
    program = f"{IMPORTS}from app import POOL\nPOOL.idle = conns(9)\nprint(json.dumps(owned(Conn)))"
    assert said(program, tmp_path) == [["app.POOL.idle[*]", 9]]


def test_user_modules_come_before_libraries(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("import queue\nQUEUE = queue.Queue()\n")
    program = f"""{IMPORTS}
import app, queue
queue.lately = app.QUEUE.queue
app.QUEUE.queue.extend(conns(9))
print(json.dumps(owned(Conn)))
"""
    assert said(program, tmp_path) == [["app.QUEUE.queue[*]", 9]]


def test_what_is_held_from_c_and_garbage_are_counted(tmp_path: Path) -> None:
    program = f"""{IMPORTS}
import ctypes
gc.disable()
for one in conns(5):
    one.own = one
for one in [conns(3)]:
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(one))
del one
print(json.dumps(ask(Conn)))
"""
    complete, (total, from_c, garbage, found, _) = said(program, tmp_path)
    assert (complete, total, from_c, garbage) == (True, 8, 3, 5)
    assert found == [["unreachable garbage", 5], ["<list held from C>[*]", 3]]


def test_what_garbage_holds_is_garbage_though_the_collector_does_not_track_it(
    tmp_path: Path,
) -> None:
    program = f"""{IMPORTS}
gc.disable()
class Node: __slots__ = ("own", "page")
for one in [Node() for _ in range(50)]:
    one.own, one.page = one, bytearray(10)
KEPT = [bytearray(10) for _ in range(7)]
del one
print(json.dumps(ask(bytearray)))
"""
    complete, (total, from_c, garbage, found, _) = said(program, tmp_path)
    assert (complete, total, from_c, garbage) == (True, 57, 0, 50)
    assert found == [["unreachable garbage.page", 50]]


def test_what_the_collector_does_not_track_is_found(tmp_path: Path) -> None:
    program = f"""{IMPORTS}
class Blob(bytes): __slots__ = ()
CACHE = {{str(number): b"%d" % number for number in range(5000)}}
gc.collect()
print(json.dumps(owned(bytes)))
"""
    assert ["__main__.CACHE[*]", 5000] in said(program, tmp_path)


def test_keys_that_are_data_are_found(tmp_path: Path) -> None:
    program = f"""{IMPORTS}
SEEN = dict.fromkeys(map(str, range(1000, 200_000)), 1)
print(json.dumps(owned(str)))
"""
    assert ["__main__.SEEN key", 199_000] in said(program, tmp_path)


HOSTILE = """
import random
class Loud(type):
    def __hash__(cls): raise ValueError("hash of a class")
    def __eq__(cls, other): raise ValueError("eq of a class")
    def __getattribute__(cls, name): raise SystemExit(f"{name} of a class")
class Liar(metaclass=Loud):
    def __init__(self, one): self.one = one
    def __getattr__(self, name): raise SystemExit(f"{name} is missing")
    def __getattribute__(self, name): raise SystemExit(name)
    __class__ = property(lambda self: Conn)
    __dict__ = property(lambda self: sys.exit("__dict__"))
class Key(str):
    def __hash__(self): return 1
    def __eq__(self, other): return self is other
class Dict(dict):
    def __getitem__(self, key): raise SystemExit("getitem")
    def items(self): raise SystemExit("items")
    def __iter__(self): raise SystemExit("iter")
    def __len__(self): raise SystemExit("len")
class Module(types.ModuleType):
    def __getattribute__(self, name): raise SystemExit(name)
class Bare: __slots__ = ("one", "two")
bare = Bare()
bare.one = Conn()
del Bare.one
liar = Liar(Conn())
odd = Dict({Key("a"): Conn(), 1: Conn(), (1, Conn()): 2, "\\ud800": Conn(), "x" * 999: Conn()})
globals()[Key("g")] = Conn()
sys.modules["not.a.module"], sys.modules["strange"] = Liar(Conn()), Module("strange")
sys.modules[Key("key")] = Conn
nested = Conn()
for at in range(100_000):
    nested = [nested] if at % 2 else (nested,)
deep = Conn()
for at in range(50_000):
    deep = functools.partial(print, deep)
wide = {f"key{at}": {f"name{at}": Conn()} for at in range(3000)}
classes = [type(f"T{at}", (), {"one": Conn()}) for at in range(300)]
closed = (one for one in conns(3))
next(closed)
closed.close()
del at
"""


@pytest.mark.parametrize("in_c", [True, False], ids=["in C", "in Python"])
def test_hostile_objects_run_no_code_and_break_nothing(in_c: bool, tmp_path: Path) -> None:  # noqa: FBT001
    program = f"""{IMPORTS}
import os
from native import asking
def number(cls): return 0 if cls is Conn else 1
{HOSTILE}
asking.owners._in_c = IN_C if {in_c} else None
vars(asking.owners).update(Walk=asking.walking.Walk, own_ids=asking.survey.own_ids)
from time import perf_counter_ns
complete, rows, _ = asking.owners.find_owners({{0: None}}, number, perf_counter_ns() + 10**11)
print(json.dumps([complete, rows[0]]), flush=True)
os._exit(0)
"""
    complete, (total, from_c, garbage, found, _) = said(program, tmp_path)
    assert (complete, total, from_c, garbage) == (True, 3_311, 0, 0)
    assert found == [["__main__.wide[*][*]", 3000]]


def test_a_walk_changes_nothing(tmp_path: Path) -> None:
    program = f"""{IMPORTS}
class Holder:
    def __init__(self, one): self.one, self.rows = one, [one]
HELD = [Holder(one) for one in conns(50)]
HELD[0].__dict__
ask(Conn)
everything = [one for one in gc.get_objects() if one is not sys._getframe()]
def state():
    sizes = [sys.getsizeof(one) for one in HELD]
    return list(map(sys.getrefcount, everything)), sizes, gc.isenabled(), gc.get_threshold()
gc.collect()
gc.freeze()
before, stats = state(), gc.get_stats()
ask(Conn)
after = state()
same = [one == other for one, other in zip(before[0], after[0])]
alike, no_collection = before[1:] == after[1:], stats == gc.get_stats()
print(json.dumps([alike, same.count(False), len(same) > 1000, no_collection]))
"""
    # The functions and the classes a program runs on have a reference more at times.
    alike, changed, many, no_collection = said(program, tmp_path)
    assert (alike, many, no_collection) == (True, True, True)
    assert changed <= 3


@pytest.mark.parametrize("in_c", [True, False], ids=["in C", "in Python"])
def test_the_deadline_ends_a_walk(in_c: bool, tmp_path: Path) -> None:  # noqa: FBT001
    program = f"""{IMPORTS}
MANY = [[one] for one in conns(50_000)]
complete, (total, *_) = ask(Conn, in_c={in_c}, seconds=-1)
print(json.dumps([complete, total < 50_000, ask(Conn, in_c={in_c})[0]]))
"""
    assert said(program, tmp_path) == [False, True, True]


def test_walks_beside_threads_that_work(tmp_path: Path) -> None:
    program = f"""{IMPORTS}
import os
class Late:
    def __init__(self): self.rows = conns(3)
    def __del__(self): LATEST.append(list(range(9)))
LATEST, stop = collections.deque(maxlen=5), []
def dig(depth, one):
    here = Late()
    if depth: return dig(depth - 1, here)
    def walk():
        there = Late()
        yield there
        yield dict.fromkeys(range(9), there)
    return [found for found in walk()]
def work():
    while not stop:
        dig(20, None)
        try: [].pop()
        except IndexError as error: LATEST.append(error)
sys.setswitchinterval(1e-5)
threads = [threading.Thread(target=work) for _ in range(3)]
for thread in threads: thread.start()
found = [ask(Conn)[0] for _ in range(60)]
stop.append(1)
for thread in threads: thread.join()
print(json.dumps(found.count(True)))
"""
    assert said(program, tmp_path) == 60


def test_a_walk_from_a_finalizer_reads_no_frame_that_is_over(tmp_path: Path) -> None:
    program = f"""{IMPORTS}
class Last:
    def __init__(self, other): self.other = other
    def __del__(self): FOUND.append(ask(Conn)[1][0])
FOUND, KEPT = [], conns(2)
def work(fails):
    before, last, after = [Conn()], Last(conns(3)), [Conn()]
    if fails: raise KeyError
    return None
def caller(fails):
    mine = conns(4)
    work(fails)
    return mine
caller(False)
try: caller(True)
except KeyError: pass
def steps():
    before, last, after = [Conn()], Last(conns(3)), [Conn()]
    yield before
for one in steps(): pass
closed = steps()
next(closed)
closed.close()
print(json.dumps([len(FOUND), min(FOUND) >= 2]))
"""
    for malloc in ("debug", "pymalloc"):
        assert said(program, tmp_path, env={"PYTHONMALLOC": malloc}) == [4, True]


def test_more_shapes_than_are_kept_are_said_to_be_incomplete(tmp_path: Path) -> None:
    program = f"""{IMPORTS}
def some(): return {{sys.intern(f"key{{at}}"): [] for at in range(49)}}
module = types.ModuleType("many")
module.__dict__.update((f"name{{at}}", some()) for at in range(4500))
sys.modules["many"] = module
KEPT = conns(9)
print(json.dumps(ask(Conn)))
"""
    complete, (total, _, _, found, _) = said(program, tmp_path)
    # What has no shape of its own counts for its holder.
    assert (complete, total, found) == (False, 9, [["__main__.KEPT", 9]])
