/*
 * What the collector does not track, reached from what it does: strings, numbers,
 * and containers that hold nothing else.
 */
#ifndef MEMPROF_BELOW_H
#define MEMPROF_BELOW_H

#include "marks.h"
#include "ours.h"

/* Counted a little later than met, when the memory has come. */
#define MET_LATELY 16

typedef struct {
    Marks seen;                /* what is tracked, and what was met */
    Tally tally;
    Gathered tracked;
    PyObject **stack;          /* containers still to be looked into */
    size_t depth, stack_room;
    PyObject *met[MET_LATELY];
    uint32_t turn;             /* in `met` */
    bool failed;
} Below;

static void
gather_tracked(PyObject *object, void *data)
{
    Below *below = data;
    mark(&below->seen, object);
    if (!is_own_here(object) && !is_opaque(object)) {
        gather_one(object, &below->tracked);
    }
}

static void
count_below(Below *below, PyObject *object)
{
    if (object == NULL || is_tracked(object)) {
        return;
    }
    count_type(&below->tally, Py_TYPE(object));
    if (PyObject_IS_GC(object) && !below->failed) {
        below->failed = !append_object(&below->stack, &below->depth, &below->stack_room, object);
    }
}

static int
meet_below(PyObject *object, void *data)
{
    Below *below = data;
    if (mark(&below->seen, object)) {
        PyObject **place = &below->met[below->turn++ % MET_LATELY], *lately = *place;
        __builtin_prefetch(object);
        *place = object;
        count_below(below, lately);
    }
    return 0;
}

static void
meet_referents(PyObject *object, void *data)
{
    visit_referents(object, meet_below, data);
}

static void
look_below(Below *below)
{
    visit_gathered(&below->tracked, meet_referents, below);
    for (bool more = true; more && !below->failed;) {
        for (int at = 0; at < MET_LATELY; at++) {
            PyObject *lately = below->met[at];
            below->met[at] = NULL;
            count_below(below, lately);
        }
        more = below->depth > 0;
        while (below->depth && !below->failed) {
            visit_referents(below->stack[--below->depth], meet_below, below);
        }
    }
    below->failed |= below->seen.failed || below->tracked.failed;
}

static void
drop_below(Below *below)
{
    drop_marks(&below->seen);
    drop_gathered(&below->tracked);
    give_pages(below->stack, below->stack_room * sizeof(*below->stack));
}

static const char untracked_doc[] =
    "untracked(name): [objects of each type, by its number] that the collector does not track.";

static PyObject *
untracked(PyObject *module, PyObject *const *args, Py_ssize_t count)
{
    if (!takes("untracked", count, 1)) {
        return NULL;
    }
    Below below = {0};
    Figures counts = {0};
    visit_objects(gather_tracked, &below);
    look_below(&below);
    drop_below(&below);
    PyObject *found = NULL;
    if (settle_tally(&below.tally, &counts, args[0])) {
        found = below.failed ? PyErr_NoMemory() : list_of_figures(&counts);
    }
    drop_figures(&counts);
    return found;
}

#endif
