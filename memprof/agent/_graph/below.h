/*
 * What the collector does not track, reached from what it does: strings, numbers,
 * and containers that hold nothing else.
 */
#ifndef MEMPROF_BELOW_H
#define MEMPROF_BELOW_H

#include "ours.h"

typedef struct {
    Map seen;
    Tally tally;
    PyObject **stack;          /* containers still to be looked into */
    size_t count, room;
    bool failed;
} Below;

static bool
push(Below *below, PyObject *object)
{
    if (below->count == below->room) {
        size_t room = below->room ? 2 * below->room : 4096;
        PyObject **stack = take_pages(room * sizeof(*stack));
        if (stack == NULL) {
            return false;
        }
        if (below->count) {
            memcpy(stack, below->stack, below->count * sizeof(*stack));
        }
        give_pages(below->stack, below->room * sizeof(*stack));
        below->stack = stack;
        below->room = room;
    }
    below->stack[below->count++] = object;
    return true;
}

static int
count_below(PyObject *object, void *data)
{
    Below *below = data;
    if (is_tracked(object) || below->failed || find(&below->seen, (uintptr_t)object) != NULL) {
        return 0;
    }
    below->failed = !put(&below->seen, (uintptr_t)object, 1);
    count_type(&below->tally, Py_TYPE(object));
    if (PyObject_IS_GC(object) && !push(below, object)) {
        below->failed = true;
    }
    return 0;
}

static void
look_below(PyObject *object, void *data)
{
    Below *below = data;
    if (is_own(object) || is_opaque(object)) {
        return;
    }
    visit_referents(object, count_below, below);
    while (below->count) {
        visit_referents(below->stack[--below->count], count_below, below);
    }
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
    visit_objects(look_below, &below);
    drop_map(&below.seen);
    give_pages(below.stack, below.room * sizeof(*below.stack));
    PyObject *found = NULL;
    if (settle_tally(&below.tally, &counts, args[0])) {
        found = below.failed ? PyErr_NoMemory() : list_of_figures(&counts);
    }
    drop_figures(&counts);
    return found;
}

#endif
