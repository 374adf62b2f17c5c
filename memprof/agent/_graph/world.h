/*
 * All that a full collection would look at, with a number for each object: its
 * references, and later what is known of it.
 */
#ifndef MEMPROF_WORLD_H
#define MEMPROF_WORLD_H

#include "marks.h"
#include "ours.h"

#include <time.h>

/*
 * One object, and what is known of it: the references not explained so far, or
 * ALIVE; of garbage its place among `objects`, plus one.
 */
typedef struct {
    uintptr_t address;
    int64_t known;
} Node;

#define ALIVE INT64_MAX

/* Looked up a little later than asked for, when the memory has come. */
#define DELAYED 16

typedef struct {
    PyObject **objects;        /* all, then those that are garbage */
    size_t count, room;
    Marks unreached;           /* of all, those that no module leads to */
    Node *nodes;               /* open addressing */
    size_t places;
    PyObject **stack;          /* alive, to be looked into */
    size_t depth, stack_room;
    uintptr_t delayed[DELAYED];
    uint32_t turn;             /* in `delayed` */
    int64_t deadline_ns;       /* as time.perf_counter_ns() has it */
    uint32_t ticks;
    bool late, failed;
} World;

static inline bool
abandoned(const World *world)
{
    return world->late || world->failed;
}

/* Tell whether the time is over.  It is called at every step and looks at few. */
static inline bool
is_late(World *world)
{
    if ((++world->ticks & 4095) == 0) {
        struct timespec now;
        clock_gettime(CLOCK_MONOTONIC, &now);
        world->late |= now.tv_sec * 1000000000LL + now.tv_nsec > world->deadline_ns;
    }
    return world->late;
}

static void
drop_world(World *world)
{
    give_pages(world->objects, world->room * sizeof(*world->objects));
    give_pages(world->nodes, world->places * sizeof(Node));
    drop_marks(&world->unreached);
    give_pages(world->stack, world->stack_room * sizeof(*world->stack));
}

static inline Node *
first_place(const World *world, uintptr_t address)
{
    uint64_t spread = (uint64_t)address * 0x9e3779b97f4a7c15u >> 32;
    return &world->nodes[spread * world->places >> 32];
}

/* Return the node of *address*, or the empty one where it would stand. */
static inline Node *
node_at(const World *world, uintptr_t address)
{
    Node *node = first_place(world, address);
    while (node->address != address && node->address != 0) {
        node = node + 1 == world->nodes + world->places ? world->nodes : node + 1;
    }
    return node;
}

static void
gather_object(PyObject *object, void *data)
{
    World *world = data;
    if (!world->failed && !is_late(world)) {
        world->failed = !append_object(&world->objects, &world->count, &world->room, object);
    }
}

static PyObject *count_frozen, *list_objects;

/* Remember the functions of `gc` that are asked later, whatever the target puts there. */
static bool
know_collector(void)
{
    PyObject *gc = PyImport_ImportModule("gc");
    if (gc != NULL) {
        count_frozen = PyObject_GetAttrString(gc, "get_freeze_count");
        list_objects = PyObject_GetAttrString(gc, "get_objects");
        Py_DECREF(gc);
    }
    return count_frozen != NULL && list_objects != NULL;
}

/*
 * Return how many of the *visited* objects, the last, are frozen; negative with
 * an error set.  Not every release's own way of visiting visits them.
 */
static Py_ssize_t
frozen_among(Py_ssize_t frozen, Py_ssize_t visited)
{
    static int are_visited = -1;
    if (is_in_place()) {
        are_visited = 1;
    }
    if (frozen > 0 && are_visited < 0) {
        PyObject *all = PyObject_CallNoArgs(list_objects);
        if (all == NULL) {
            return -1;
        }
        /* The list is not in itself. */
        are_visited = PyList_GET_SIZE(all) < visited;
        Py_DECREF(all);
    }
    return frozen > 0 && are_visited ? frozen : 0;
}

/* Gather all objects that a full collection would look at. */
static bool
gather(World *world)
{
    PyObject *answer = PyObject_CallNoArgs(count_frozen);
    Py_ssize_t frozen = answer == NULL ? -1 : PyLong_AsSsize_t(answer);
    Py_XDECREF(answer);
    if (frozen < 0) {
        return false;
    }
    visit_objects(gather_object, world);
    if (abandoned(world)) {
        return true;
    }
    frozen = frozen_among(frozen, (Py_ssize_t)world->count);
    if (frozen < 0) {
        return false;
    }
    world->count -= (size_t)frozen < world->count ? (size_t)frozen : world->count;
    return true;
}

/* The collector sets immortal objects aside with the frozen. */
static inline bool
is_aside(PyObject *object)
{
#if PY_VERSION_HEX >= 0x030C0000
    return _Py_IsImmortal(object);
#else
    return false;
#endif
}

/* Fetch what looking into the object at *at* will need. */
static inline void
fetch(const World *world, size_t at)
{
    if (at < world->count) {
        __builtin_prefetch(world->objects[at]);
        if (world->nodes != NULL) {
            __builtin_prefetch(first_place(world, (uintptr_t)world->objects[at]), 1);
        }
    }
}

/* Note *address*, to be looked up soon; return what was noted a while ago, 0 for nothing. */
static inline uintptr_t
delay(World *world, uintptr_t address)
{
    uintptr_t *place = &world->delayed[world->turn++ % DELAYED], noted = *place;
    __builtin_prefetch(first_place(world, address), 1);
    *place = address;
    return noted;
}

#endif
