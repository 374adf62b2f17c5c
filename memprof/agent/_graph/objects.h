/*
 * Every object the collector tracks, one after the other: what differs by version.
 *
 * Nothing here allocates Python objects, keeps a reference or calls back, so no
 * code of the target runs and no collection starts.
 */
#ifndef MEMPROF_OBJECTS_H
#define MEMPROF_OBJECTS_H

/* Internal headers, of the very release: the collector's lists, attributes in place. */
#define Py_BUILD_CORE_MODULE 1
#include <Python.h>
#include <stdbool.h>
#include <stdint.h>

/* The internal atomics of 3.11 and 3.12 want this. */
#undef HAVE_STD_ATOMIC

/*
 * Where the layout of the collector's lists is known: three generations.  The first
 * releases of 3.14 had two, one of them in halves.
 */
#if !defined(Py_GIL_DISABLED) \
    && (PY_VERSION_HEX < 0x030E0000 || (PY_VERSION_HEX >= 0x030E0500 && PY_VERSION_HEX < 0x03100000))
#define IN_PLACE 1
#include <internal/pycore_gc.h>
#include <internal/pycore_interp.h>
#else
#define IN_PLACE 0
#endif

#include "../_heap/memory.h"

/* What is done with each object; it must not create or free any. */
typedef void (*Visitor)(PyObject *object, void *data);

#if PY_VERSION_HEX >= 0x030C0000

typedef struct {
    Visitor visitor;
    void *data;
} Visit;

static int
visit_one(PyObject *object, void *data)
{
    Visit *visit = data;
    visit->visitor(object, visit->data);
    return 1;
}

/* The interpreter's own way: it writes to every object, whose page is then no longer shared. */
static void
visit_by_interpreter(Visitor visitor, void *data)
{
    Visit visit = {visitor, data};
    PyUnstable_GC_VisitObjects(visit_one, &visit);
}

#endif

/* Whether this interpreter is the release that this was built for. */
static bool
is_in_place(void)
{
    return IN_PLACE && Py_Version == PY_VERSION_HEX;
}

/*
 * The agent's own objects, by address.  The dead are forgotten: where they are
 * withdrawn at every visit, else whenever the objects are counted.
 */
static Map own;

static inline bool
is_own(const PyObject *object)
{
    return find(&own, (uintptr_t)object) != NULL;
}

/* The references the interpreter itself holds to an object while it is visited. */
static inline int
visiting(void)
{
    return is_in_place() ? 0 : 1;
}

#if IN_PLACE

static void
visit_list(PyGC_Head *head, Visitor visitor, void *data)
{
    for (PyGC_Head *at = _PyGCHead_NEXT(head); at != head; at = _PyGCHead_NEXT(at)) {
        visitor((PyObject *)(at + 1), data);
    }
}

/* The agent's own objects that were taken out of the collector's lists: see `withdrawn.h`. */
static PyGC_Head withdrawn;

/* Whether our own are there; else they are among all others. */
static inline bool
own_is_withdrawn(void)
{
    return withdrawn._gc_next != 0;
}

static void
note_own(PyObject *object, void *data)
{
    /* As many as there were at most: there is room. */
    put(&own, (uintptr_t)object, 1);
}

/* Know what is there of our own: one that died may have left its address to the target. */
static void
know_withdrawn(void)
{
    if (own.pairs != NULL) {
        memset(own.pairs, 0, (own.mask + 1) * sizeof(Pair));
        own.count = 0;
    }
    visit_list(&withdrawn, note_own, NULL);
}

static void
visit_in_place(bool with_withdrawn, Visitor visitor, void *data)
{
    struct _gc_runtime_state *gc = &PyInterpreterState_Get()->gc;
    if (own_is_withdrawn()) {
        know_withdrawn();
        if (with_withdrawn) {
            visit_list(&withdrawn, visitor, data);
        }
    }
    for (int number = 0; number < NUM_GENERATIONS; number++) {
        visit_list(&gc->generations[number].head, visitor, data);
    }
    visit_list(&gc->permanent_generation.head, visitor, data);
}

#else

static inline bool
own_is_withdrawn(void)
{
    return false;
}

#endif

static void
visit_but(bool with_withdrawn, Visitor visitor, void *data)
{
#if !IN_PLACE
    visit_by_interpreter(visitor, data);
#elif PY_VERSION_HEX < 0x030C0000
    visit_in_place(with_withdrawn, visitor, data);
#else
    is_in_place() ? visit_in_place(with_withdrawn, visitor, data)
        : visit_by_interpreter(visitor, data);
#endif
}

static void
visit_objects(Visitor visitor, void *data)
{
    visit_but(true, visitor, data);
}

/* Visit all but what is withdrawn: who is_own_here() among them is the agent's. */
static void
visit_others(Visitor visitor, void *data)
{
    visit_but(false, visitor, data);
}

static inline bool
is_own_here(const PyObject *object)
{
    return !own_is_withdrawn() && is_own(object);
}

/* Objects that hold others and are not among those visited: tuples of numbers, say. */
static inline bool
is_tracked(PyObject *object)
{
    return PyObject_IS_GC(object) && PyObject_GC_IsTracked(object);
}

/*
 * What a module written in C leads to is not looked at: 3.12's `_asyncio` shows
 * the freed objects it keeps for reuse.
 */
static inline bool
is_opaque(PyObject *object)
{
    return Py_TYPE(object) == &PyModule_Type;
}

/* Call *visit* with each referent of *object*, as the collector does. */
static inline void
visit_referents(PyObject *object, visitproc visit, void *data)
{
    traverseproc traverse = Py_TYPE(object)->tp_traverse;
    if (traverse != NULL) {
        traverse(object, visit, data);
    }
}

/* Append *object* to a list of *count* that has *room* for more. */
static bool
append_object(PyObject ***list, size_t *count, size_t *room, PyObject *object)
{
    if (*count == *room) {
        size_t more = *room ? 2 * *room : 4096;
        PyObject **larger = take_pages(more * sizeof(*larger));
        if (larger == NULL) {
            return false;
        }
        if (*count) {
            memcpy(larger, *list, *count * sizeof(*larger));
        }
        give_pages(*list, *room * sizeof(*larger));
        *list = larger;
        *room = more;
    }
    (*list)[(*count)++] = object;
    return true;
}

/* Objects in one row: what stands ahead can be fetched, as in the collector's lists it cannot. */
typedef struct {
    PyObject **items;
    size_t count, room;
    bool failed;
} Gathered;

static void
gather_one(PyObject *object, void *data)
{
    Gathered *all = data;
    all->failed = all->failed || !append_object(&all->items, &all->count, &all->room, object);
}

#define GATHERED_AHEAD 12

/* Visit what was gathered, unless that failed. */
static inline void
visit_gathered(const Gathered *all, Visitor visitor, void *data)
{
    for (size_t at = 0; at < all->count && !all->failed; at++) {
        if (at + GATHERED_AHEAD < all->count) {
            const char *ahead = (const char *)all->items[at + GATHERED_AHEAD];
            __builtin_prefetch(ahead);
            __builtin_prefetch(ahead + 64);
        }
        visitor(all->items[at], data);
    }
}

static void
drop_gathered(Gathered *all)
{
    give_pages(all->items, all->room * sizeof(*all->items));
    *all = (Gathered){0};
}

/* Put the addresses of *ids*, any iterable of int, into *map*. */
static bool
read_addresses(PyObject *ids, Map *map)
{
    PyObject *iterator = PyObject_GetIter(ids), *id;
    bool well = iterator != NULL;
    while (well && (id = PyIter_Next(iterator)) != NULL) {
        uint64_t address = PyLong_AsUnsignedLongLong(id);
        Py_DECREF(id);
        well = !PyErr_Occurred();
        if (well && address && !put(map, address, 1)) {
            PyErr_NoMemory();
            well = false;
        }
    }
    Py_XDECREF(iterator);
    return well && !PyErr_Occurred();
}

/*
 * Tell whether a function called *name* was given *wanted* arguments.  They come
 * as they are: a tuple of them would be among the objects that are looked at.
 */
static bool
takes(const char *name, Py_ssize_t given, Py_ssize_t wanted)
{
    if (given != wanted) {
        PyErr_Format(PyExc_TypeError, "%s() takes %zd arguments, not %zd", name, wanted, given);
    }
    return given == wanted;
}

/*
 * Whether *text* is spelled in the program's code, as names are.  Other keys came in
 * while it ran: they are values, maybe secrets, and no capture says them.
 */
static inline bool
is_spelled(PyObject *text)
{
    return PyUnicode_CHECK_INTERNED(text) != 0;
}

#endif
