/*
 * What the collector would find unreachable, found without collecting.
 *
 * The collector's own way: from a copy of each reference count, take off what
 * tracked objects hold of each other.  Where something is left, something else
 * holds the object, and all that is reached from there is alive; the rest is
 * not.  The collector keeps the copies in the objects' headers; here they stand
 * in a table, so that the heap is only read.
 *
 * Before that, what the modules lead to is put aside: the interpreter holds
 * them, so it is alive, and it is nearly all.
 *
 * Referents are compared by address and never looked into: some types show
 * objects that they have freed and keep for reuse.
 */
#ifndef MEMPROF_UNREACHABLE_H
#define MEMPROF_UNREACHABLE_H

#include "../_cpython/layout.h"
#include "world.h"

/* Added to the references to the agent's own: not to be found garbage, whatever holds it. */
#define HELD_BY_AGENT ((int64_t)1 << 61)

/* An object that is reached for the first time waits for its turn. */
static int
reach_alive(PyObject *referent, void *data)
{
    World *world = data;
    if (unmark(&world->unreached, referent)) {
        world->failed |= !append_object(&world->stack, &world->depth, &world->stack_room, referent);
    }
    return is_late(world) || world->failed;
}

/* So many before its turn an object is fetched. */
#define SOON 8

/* Keep among `objects` those alone that no module leads to. */
static void
put_aside(World *world)
{
    for (size_t at = 0; at < world->count; at++) {
        mark(&world->unreached, world->objects[at]);
    }
    world->failed |= world->unreached.failed;
    if (!abandoned(world)) {
        reach_alive(PyImport_GetModuleDict(), world);
    }
    /* In the order in which they are met: by then what stands ahead has come. */
    for (size_t at = 0; at < world->depth && !abandoned(world); at++) {
        if (at + SOON < world->depth) {
            const char *ahead = (const char *)world->stack[at + SOON];
            __builtin_prefetch(ahead);
            __builtin_prefetch(ahead + 64);
        }
        visit_referents(world->stack[at], reach_alive, world);
    }
    world->depth = 0;
    size_t kept = 0;
    for (size_t at = 0; at < world->count && !abandoned(world); at++) {
        if (is_marked(&world->unreached, world->objects[at])) {
            world->objects[kept++] = world->objects[at];
        }
    }
    world->count = kept;
}

/* Enter the objects in the table, with their reference counts. */
static void
count_references(World *world)
{
    world->places = world->count + world->count / 2 + 64;
    world->nodes = take_pages(world->places * sizeof(Node));
    world->failed |= world->nodes == NULL || world->places > UINT32_MAX;
    size_t kept = 0;
    for (size_t at = 0; at < world->count && !abandoned(world) && !is_late(world); at++) {
        PyObject *object = world->objects[at];
        fetch(world, at + DELAYED);
        if (!is_aside(object)) {
            int64_t references = Py_REFCNT(object) + (is_own(object) ? HELD_BY_AGENT : 0);
            *node_at(world, (uintptr_t)object) = (Node){(uintptr_t)object, references};
            world->objects[kept++] = object;
        }
    }
    world->count = kept;
}

static inline void
take_off(World *world, uintptr_t address)
{
    Node *node = node_at(world, address);
    node->known -= node->address != 0;
}

static int
take_off_later(PyObject *referent, void *data)
{
    World *world = data;
    uintptr_t noted = delay(world, (uintptr_t)referent);
    if (noted) {
        take_off(world, noted);
    }
    return is_late(world);
}

/* What was taken off, and was no reference. */
static int
give_back(PyObject *referent, void *data)
{
    Node *node = node_at(data, (uintptr_t)referent);
    node->known += node->address != 0;
    return 0;
}

/* Take off the references that the objects hold of each other. */
static void
explain_references(World *world)
{
    for (size_t at = 0; at < world->count && !abandoned(world); at++) {
        fetch(world, at + DELAYED);
        visit_referents(world->objects[at], take_off_later, world);
        visit_borrowed(world->objects[at], give_back, world);
    }
    for (int at = 0; at < DELAYED; at++) {
        if (world->delayed[at]) {
            take_off(world, world->delayed[at]);
            world->delayed[at] = 0;
        }
    }
}

/* An object with references left is looked into in its own turn. */
static inline void
keep_alive(World *world, uintptr_t address)
{
    Node *node = node_at(world, address);
    if (node->address != 0 && node->known == 0) {
        node->known = ALIVE;
        world->failed |= !append_object(&world->stack, &world->depth, &world->stack_room,
                                        (PyObject *)address);
    }
}

static int
keep_alive_later(PyObject *referent, void *data)
{
    World *world = data;
    uintptr_t noted = delay(world, (uintptr_t)referent);
    if (noted) {
        keep_alive(world, noted);
    }
    return is_late(world) || world->failed;
}

static void
look_into_stack(World *world)
{
    while (world->depth && !abandoned(world)) {
        visit_referents(world->stack[--world->depth], keep_alive_later, world);
    }
}

/* Reach what is noted, and what is noted meanwhile. */
static void
reach_noted(World *world)
{
    bool found = true;
    while (found && !abandoned(world)) {
        for (int at = 0; at < DELAYED; at++) {
            if (world->delayed[at]) {
                keep_alive(world, world->delayed[at]);
                world->delayed[at] = 0;
            }
        }
        found = world->depth > 0;
        look_into_stack(world);
    }
}

/* Mark alive what has references left, and what is reached from there. */
static void
mark_alive(World *world)
{
    for (size_t at = 0; at < world->count && !abandoned(world); at++) {
        fetch(world, at + DELAYED);
        Node *node = node_at(world, (uintptr_t)world->objects[at]);
        if (node->known != 0 && node->known != ALIVE) {
            node->known = ALIVE;
            visit_referents(world->objects[at], keep_alive_later, world);
            look_into_stack(world);
        }
    }
    reach_noted(world);
}

/* Keep among `objects` the garbage alone. */
static void
keep_garbage(World *world)
{
    size_t kept = 0;
    for (size_t at = 0; at < world->count && !abandoned(world); at++) {
        fetch(world, at + DELAYED);
        Node *node = node_at(world, (uintptr_t)world->objects[at]);
        if (node->known == 0) {
            world->objects[kept++] = world->objects[at];
            node->known = (int64_t)kept;
        }
    }
    world->count = kept;
}

/*
 * Leave in *world* what the collector would find unreachable; look at
 * abandoned() then.  False with an error set if the collector cannot be asked.
 */
static bool
find_garbage(World *world)
{
    if (!gather(world)) {
        return false;
    }
    void (*const steps[])(World *) = {
        put_aside, count_references, explain_references, mark_alive, keep_garbage,
    };
    for (size_t step = 0; step < sizeof(steps) / sizeof(*steps) && !abandoned(world); step++) {
        steps[step](world);
    }
    return true;
}

/* Return the place of *referent* among the garbage, -1 if it is none. */
static inline int64_t
place_in_garbage(const World *world, const PyObject *referent)
{
    const Node *node = node_at(world, (uintptr_t)referent);
    return node->address == 0 || node->known == ALIVE ? -1 : node->known - 1;
}

#endif
