/*
 * What is the agent's own among the objects: known by address, and counted, so
 * that it can be taken off.
 */
#ifndef MEMPROF_OURS_H
#define MEMPROF_OURS_H

#include "types.h"

static Figures own_by_type;

typedef struct {
    const Map *known;          /* addresses to compare with */
    bool known_are_ours;       /* whether what stands there is ours, or all else */
    Map ours;
    Tally tally;
    bool failed;
} Sorting;

static void
sort_object(PyObject *object, void *data)
{
    Sorting *sorting = data;
    bool stands = find(sorting->known, (uintptr_t)object) != NULL;
    if (stands == sorting->known_are_ours) {
        count_type(&sorting->tally, Py_TYPE(object));
        sorting->failed |= !put(&sorting->ours, (uintptr_t)object, 1);
    }
}

/* Take for our own what *sorting* says. */
static PyObject *
own_what(Sorting *sorting, PyObject *name)
{
    visit_objects(sort_object, sorting);
    drop_map(&own);
    drop_figures(&own_by_type);
    own = sorting->ours;
    if (!settle_tally(&sorting->tally, &own_by_type, name)) {
        return NULL;
    }
    return sorting->failed ? PyErr_NoMemory() : Py_NewRef(Py_None);
}

static const char adopt_doc[] =
    "adopt(name, before): take for the agent's own all objects whose ids are not in *before*.\n\n"
    "Types are numbered anew.";

static PyObject *
adopt(PyObject *module, PyObject *const *args, Py_ssize_t count)
{
    if (!takes("adopt", count, 2)) {
        return NULL;
    }
    Map before = {0};
    PyObject *done = NULL;
    /* Who adopts numbers types anew. */
    drop_map(&known_at);
    known.count = 0;
    if (read_addresses(args[1], &before)) {
        Sorting sorting = {.known = &before};
        done = own_what(&sorting, args[0]);
    }
    drop_map(&before);
    return done;
}

static const char forget_dead_doc[] =
    "forget_dead(name): forget those of the agent's own objects that are gone.\n\n"
    "The target's next objects will have their addresses.";

static PyObject *
forget_dead(PyObject *module, PyObject *const *args, Py_ssize_t count)
{
    if (!takes("forget_dead", count, 1)) {
        return NULL;
    }
    Map before = own;
    own = (Map){0};
    Sorting sorting = {.known = &before, .known_are_ours = true};
    PyObject *done = own_what(&sorting, args[0]);
    drop_map(&before);
    return done;
}

/* Take the agent's own off *counts*, of which none falls below zero. */
static void
leave_out_own(Figures *counts)
{
    for (size_t at = 0; at < own_by_type.count && at < counts->count; at++) {
        int64_t rest = counts->items[at] - own_by_type.items[at];
        counts->items[at] = rest < 0 ? 0 : rest;
    }
}

#endif
