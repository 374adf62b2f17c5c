"""
Who owns the objects that are suspect: paths from the roots to them, in words.

In C where it is built, in one go; otherwise in Python, with simpler words and
several times slower.
"""

import sys
from time import perf_counter_ns

from memprof.agent import __builtins__

try:
    from memprof.agent import _graph

    _in_c = _graph.owners
except (ImportError, AttributeError):
    # In a checkout its sources alone are a folder, and no module.
    from memprof.agent.survey import own_ids
    from memprof.agent.walking import Walk

    _in_c = None

_MODULE, _STANDARD = type(sys), sys.stdlib_module_names
_globals_of = type.__dict__["__dict__"].__get__(_MODULE)["__dict__"].__get__
_PACKAGE = __file__[: -len("agent/owners.py")]
REST = "held from C or garbage"
"""What the walk in Python calls an owner that it does not find."""

_SHARE, _LEAST_NS = 100, 2_000_000_000
"""The walk may take a hundredth of the run, or two seconds where that is less."""

_GROWN_OBJECTS, _MOST_OWNED = 50, 16
"""Owners are looked for of types that gained as many objects, of so many at most."""

_INSTALLED = ("/site-packages/", "/dist-packages/")


def take(names, send, counted, ran_ns, longest_ns=None):
    """
    *send* who owns what grew once the target, which ran *ran_ns*, was warm.

    By type and by site, as the probes of objects and of allocations *counted* them.
    At the end of a run, or midway, for *longest_ns* at most: a function that
    returns lets go of what it held, and what runs at the end of much else.
    Return whether anything grew.
    """
    objects, allocations = counted
    types = objects.grown(ran_ns, _GROWN_OBJECTS, _MOST_OWNED)
    sites = allocations.grown_sites(ran_ns, _MOST_OWNED)
    # Where blocks are followed, what grew has sites, and these say the types.
    if not sites and (not types or allocations.follows):
        return False
    midway = longest_ns is not None
    deadline_ns = perf_counter_ns() + (longest_ns or max(ran_ns // _SHARE, _LEAST_NS))
    wanted = dict.fromkeys(types)
    try:
        found = find_owners(wanted, names.type, deadline_ns, sites, allocations.origins)
    except MemoryError:
        # Without room for the walk owners are not known, which is no failure.
        return True
    complete, by_type, by_site = found
    rows = [[number, *_row(names, row)] for number, row in by_type.items()]
    site_rows = [[number, *_row(names, row[:5]), row[5]] for number, row in by_site.items()]
    names.flush()
    fields = {"complete": complete, "midway": midway, "types": rows, "sites": site_rows}
    send("owners", fields)
    return True


def _row(names, row):
    """Return *row* with its texts as numbers."""
    total, from_c, garbage, found, room = row
    return total, from_c, garbage, [(names.string(text), held) for text, held in found], room


def find_owners(wanted, name, deadline_ns, sites=(), origins=None):
    """
    Return (complete, rows, rows of sites).

    *rows* is {type: (total, from_c, garbage, [(owner, held), ...], room)}, *rows
    of sites* {site: (the same..., [(type, objects), ...])}.

    *wanted* is {type: addresses}: by the number of a type the addresses of the
    objects that are meant, any iterable of int, or None for all of that type.
    *name* is a function that gives the number of a class, as `Names.type`; in
    C it is called before the walk begins.  *sites* are the numbers of
    allocation sites whose objects are wanted too, where the engine lends its
    *origins*; a list or dictionary belongs to the site of its items also, and
    what the collector does not track is among them.

    Of the *total* objects that were met, *from_c* are held by C code only, or
    in use by an instruction that just runs, and *garbage* wait for the
    collector; the walk in Python cannot tell these apart and calls all
    from_c.  An owner is text such as `app.POOL.idle['eu'][*]`: what *held* of
    the objects are reached by, the deepest that has 80 % of them.  Where none
    has, there are two, the greatest first.  *room* is for how many objects
    those have place that hold what the first owner holds: the elements of
    lists, tuples and dictionaries, and one for each attribute or key of a
    name.  The walk in Python does not know it, and says 0.

    It is not *complete* if *deadline_ns*, by `time.perf_counter_ns`, ended the
    walk, which then counts what was met; or if the heap has more shapes than
    are kept, where what is left counts for its holders.  No code of the target
    runs and, in C, none of its objects changes; the walk in Python makes the
    interpreter build the dictionaries of running functions' locals, and of one
    instance in some thousands.
    """
    ours, users, libraries = _modules()
    types = list(wanted)
    if _in_c is not None:
        addresses = list(wanted.values())
        sites = list(sites) if origins is not None else []
        modules = users, libraries, ours
        complete, rows = _in_c(name, types, addresses, *modules, deadline_ns, sites, origins)
    else:
        sites = ()
        complete, rows = _in_python(wanted, name, deadline_ns, (users, libraries, ours))
    return complete, dict(zip(types, rows)), dict(zip(sites, rows[len(types) :]))


def _in_python(wanted, name, deadline_ns, modules):
    """Return (complete, rows) as the walk in C does."""
    walk = Walk(name, wanted, wanted.values(), deadline_ns)
    walk.go(*modules, own_ids)
    rows = []
    for group, (rest, hits) in enumerate(zip(walk.rest, walk.shapes.hits)):
        owners = walk.shapes.owners(group)
        total = sum(hits.values()) + rest
        if rest and rest * 100 >= total * 80:
            owners = [(REST, rest)]
        rows.append((total, rest, 0, owners, 0))
    return walk.complete and not walk.shapes.full, rows


def _modules():
    """
    Return (ours, users, libraries): globals, and [name, globals, ...] twice.

    What a module imports is there before itself: of two paths of one length
    the one from where a thing was made is found first.
    """
    ours, users, libraries, seen = [], [], [], set()
    # Names alone: a pair for each, midway, could set off a collection of the target's.
    imported = list(sys.modules)
    imported.sort(key=_is_main)
    imported.reverse()
    for name in imported:
        module = sys.modules.get(name) if type(name) is str else None
        if module is None:
            continue
        names = _globals_of(module) if issubclass(type(module), _MODULE) else module
        if id(names) in seen:
            continue
        seen.add(id(names))
        file = names.get("__file__") if type(names) is dict else None
        file = file if type(file) is str else ""
        if name.partition(".")[0] == "memprof" or file.startswith(_PACKAGE):
            ours.append(names)
        elif name.partition(".")[0] in _STANDARD or any(place in file for place in _INSTALLED):
            libraries += (name, names)
        else:
            users += (name, names)
    # What the door took out of sys.modules is with the session.
    entered = sys.modules.get("memprof.agent.session")
    if issubclass(type(entered), _MODULE):
        ours += map(_globals_of, _globals_of(entered).get("modules", {}).values())
    if users[:1] == ["__main__"]:
        # First to have its own name, last to name what it imports.
        users = users[2:] + users[:2]
    return ours, users, libraries


def _is_main(name):
    """Tell whether a module has the *name* `__main__`, which comes before its other names."""
    return type(name) is str and name == "__main__"
