"""
The walk from the roots in Python, for where `_graph` is not built.

Objects are met level by level and looked into by shape, many at a time.  No
code of the target runs: attributes are read by C functions, and only those
that no class can intercept.
"""

import gc
import sys
from _collections import deque
from time import perf_counter_ns

from memprof.agent import __builtins__, clib
from memprof.agent.names import module_of
from memprof.agent.paths import ATTRIBUTES, CALL, MODULE, PLAIN, Shapes

_get_referents, _is_tracked = gc.get_referents, gc.is_tracked

_FEW_KEYS, _FEW_NAMES = 50, 5_000
_AT_ONCE = 2_000
"""Objects looked into between two looks at the clock."""

_MODULE = type(sys)
_FUNCTION = type(lambda: None)
_mro_of = type.__dict__["__mro__"].__get__
_dict_of = type.__dict__["__dict__"].__get__
_qualname_of = type.__dict__["__qualname__"].__get__
_globals_of = _dict_of(_MODULE)["__dict__"].__get__
_traceback_of = BaseException.__dict__["__traceback__"].__get__
_read = object.__getattribute__
# By id: a class may have an `__eq__` of its own.
_SEQUENCES = set(map(id, (list, tuple, set, frozenset)))
_limit_of = deque.__dict__["maxlen"].__get__
_METHODS = {id(type([].append)), id(type(Shapes(0).below))}
_GETTER = type(type.__dict__["__dict__"])
_SLOT = type(_FUNCTION.__dict__["__globals__"])


def _around(one):
    """Return the cell that holds *one* for a function inside."""
    return (lambda: one).__closure__[0]


_Cell = type(_around(0))


class Walk:
    """Every object once, in the order in which they are met."""

    def __init__(self, name, types, addresses, deadline_ns):
        """Look for the objects that owners.find_owners says."""
        self.shapes = Shapes(len(types))
        self.rest = [0] * len(types)
        self.complete = True
        self._name = name
        self._groups, self._places = {}, {}
        for group, (number, some) in enumerate(zip(types, addresses)):
            if some is None:
                self._groups[number] = group
            else:
                self._places.update(dict.fromkeys(some, group))
        self._deadline_ns = deadline_ns
        self._seen = set()
        self._kinds = {}
        self._level = {}
        self._later = []

    def go(self, users, libraries, ours, own_ids):
        """Walk from all roots, those that name best first; what is ours is met already."""
        self._seen.update(own_ids)
        self._seen.update(map(id, ours))
        self._seen.update(map(id, users[1::2] + libraries[1::2]))
        for modules in (users, libraries):
            for name, names in zip(modules[::2], modules[1::2]):
                shape = self.shapes.below(0, name, MODULE, type(names))
                self._level.setdefault(shape, []).append(names)
            self._go_on()
        self._go_later()
        for frame in sys._current_frames().values():
            self._go_through_stack(frame, set(map(id, ours)))
        self._go_later()
        self._count_rest()

    def _go_on(self):
        """Look into all that was reached, and what that leads to."""
        while self._level and self.complete:
            level, self._level = self._level, {}
            for shape, objects in level.items():
                for first in range(0, len(objects), _AT_ONCE):
                    if perf_counter_ns() > self._deadline_ns:
                        self.complete = False
                        return
                    self._look_into(shape, objects[first : first + _AT_ONCE])

    def _go_later(self):
        """Take the steps that were put off because others name better."""
        later, self._later = self._later, []
        for step in later:
            self._reach(*step)
            self._go_on()

    def _go_through_stack(self, frame, ours):
        """Reach what the functions from *frame* on work on: a caller's first."""
        frames = []
        while frame is not None:
            if id(frame.f_globals) not in ours:
                frames.append(frame)
            frame = frame.f_back
        for one in reversed(frames):
            shape = self.shapes.below(0, f"{one.f_code.co_qualname}()", CALL, None)
            names = one.f_locals
            if id(names) in self._seen:
                continue
            self._seen.add(id(names))
            for key, value in list(names.items()):
                self._reach(shape, f" local {key}", (value,))
        self._go_on()

    def _count_rest(self):
        """Count what no path leads to: held from C, or garbage."""
        for one in gc.get_objects() if self.complete else ():
            group = self._places.get(id(one), self._kind(type(one))[0])
            if group is not None and id(one) not in self._seen:
                self.rest[group] += 1

    def _kind(self, cls):
        """Return (group or None, whether it is the agent's, class) of class *cls*."""
        found = self._kinds.get(id(cls))
        if found is None:
            ours = module_of(cls).startswith("memprof.")
            # The class is kept, so that its id stays its own.
            found = self._kinds[id(cls)] = (self._groups.get(self._name(cls)), ours, cls)
        return found

    def _reach(self, parent, words, objects, what=PLAIN):
        """*parent* holds *objects*, as *words* say."""
        seen, places, hits = self._seen, self._places, self.shapes.hits
        last = self
        for one in objects:
            address = id(one)
            if address in seen:
                continue
            cls = type(one)
            if cls is not last:
                group, ours, _ = self._kind(cls)
                shape, last = None, cls
            if ours or (group is None and not _is_tracked(one)):
                continue
            seen.add(address)
            if shape is None:
                shape = self.shapes.below(parent, words, what, cls)
                there = self._level.setdefault(shape, [])
            there.append(one)
            at = places.get(address) if group is None and places else group
            if at is not None:
                hits[at][shape] = hits[at].get(shape, 0) + 1

    def _look_into(self, shape, objects):
        """Reach what *objects*, all of one type and at *shape*, hold."""
        cls = type(objects[0])
        if id(cls) in _SEQUENCES:
            self._reach(shape, "[*]", _get_referents(*objects))
        elif cls is deque:
            self._look_into_deques(shape, objects)
        elif cls is dict:
            self._look_into_dicts(shape, objects)
        elif cls is _FUNCTION:
            self._look_into_functions(shape, objects)
        elif cls is _Cell:
            self._reach(shape, "", _get_referents(*objects))
        elif id(cls) in _METHODS:
            self._reach(shape, ".__self__", _get_referents(*objects))
        elif issubclass(cls, type):
            self._look_into_classes(shape, objects)
        elif issubclass(cls, _MODULE):
            self._reach(shape, "", map(_globals_of, objects), ATTRIBUTES)
        else:
            self._look_into_instances(shape, objects, cls)

    def _look_into_deques(self, shape, deques):
        """Reach the items of *deques*, with the limit of what has one."""
        for one in deques:
            limit = _limit_of(one)
            words = "[*]" if limit is None else f"[* of {limit}]"
            self._reach(shape, words, _get_referents(one))

    def _look_into_dicts(self, shape, dicts):
        """Reach the values of *dicts* by their keys, where these are names or few."""
        _, words, what, _ = self.shapes.items[shape]
        names = what in {MODULE, ATTRIBUTES}
        for one in dicts:
            if dict.__len__(one) >= (_FEW_NAMES if names else _FEW_KEYS):
                self._reach(shape, "[*]", _get_referents(one))
                continue
            for key, value in list(dict.items(one)):
                step = (shape, _item(key, names), (value,))
                if what == MODULE and _is_foreign(value, one, words):
                    self._later.append(step)
                else:
                    self._reach(*step)
                if type(key) is not str:
                    self._reach(shape, " key", (key,))

    def _look_into_functions(self, shape, functions):
        """Reach defaults and closures by the names their code has for them."""
        for one in functions:
            code, defaults = one.__code__, one.__defaults__ or ()
            names = code.co_varnames[code.co_argcount - len(defaults) : code.co_argcount]
            for key, value in zip(names, defaults):
                self._reach(shape, f"() default {key}", (value,))
            for key, value in list(dict.items(one.__kwdefaults__ or {})):
                self._reach(shape, f"() default {key}", (value,))
            for key, cell in zip(code.co_freevars, one.__closure__ or ()):
                self._reach(shape, f".<closure {key}>", (cell,))
            self._later.append((shape, ".__globals__", (one.__globals__,), ATTRIBUTES))
        self._reach(shape, ".<function>", _get_referents(*functions))

    def _look_into_classes(self, shape, classes):
        """Reach the attributes of *classes*; what they are made of may name itself better."""
        for one in classes:
            below = self.shapes.below(shape, "", ATTRIBUTES, dict)
            for key, value in list(_dict_of(one).items()):
                self._reach(below, _item(key, names=True), (value,))
        self._later.append((shape, ".__class__", _get_referents(*classes)))

    def _look_into_instances(self, shape, objects, cls):
        """Reach the attributes of *objects* by name, then all else they hold."""
        if issubclass(cls, BaseException):
            self._reach(shape, ".__traceback__", map(_traceback_of, objects))
        if issubclass(cls, dict):
            self._look_into_dicts(shape, objects)
        for key, read in _readers(objects[0], _mro_of(cls)):
            self._reach(shape, f".{key}", _values(read, objects))
        words = "[*]" if issubclass(cls, (list, tuple)) else f".<{_qualname_of(cls)}>"
        self._reach(shape, words, [one for one in _get_referents(*objects) if one is not cls])
        self._later.append((shape, ".__class__", (cls,)))


def _item(key, names):
    """Return the words for what a dictionary, one of *names* or not, has under *key*."""
    if type(key) is not str:
        return "[*]"
    if names and key.isidentifier():
        return f".{key}"
    return f"['{key[:80]}']" if clib.is_spelled(key) else "[*]"


def _is_foreign(value, names, module):
    """Tell whether *value* was made by another module than *module*, whose globals are *names*."""
    if type(value) is _FUNCTION:
        return value.__globals__ is not names
    if not issubclass(type(value), type):
        return False
    return module_of(value) not in {"", module}


def _readers(sample, bases):
    """
    Return [(name, function that reads it)] for the attributes of *sample* and its like.

    The interpreter builds the dictionary of the one sample for it.
    """
    found, taken, names = [], set(), None
    for base in bases:
        own = _dict_of(base)
        for key, value in list(own.items()):
            if type(key) is not str:
                continue
            taken.add(key)
            if key == "__dict__" and type(value) is _GETTER:
                names = value.__get__(sample)
            elif key != "__dict__" and type(value) is _SLOT and value.__objclass__ is base:
                found.append((key, value.__get__))
    # What a class has under the same name could be code of its own.
    for key in list(names) if type(names) is dict else ():
        if type(key) is str and key not in taken:
            found.append((key, lambda one, key=key: _read(one, key)))
    return found


def _values(read, objects):
    """Return what *read* says of *objects*, where it says anything."""
    values = []
    for one in objects:
        try:
            values.append(read(one))
        except AttributeError:
            continue
    return values
