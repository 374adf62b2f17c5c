/*
 * What is wanted, as the agent says it, and what is there before the walk.
 */
#ifndef MEMPROF_WANTED_H
#define MEMPROF_WANTED_H

#include "below.h"

#define MOST_GROUPS 256

/* Read [type, ...] and [None or addresses, ...] into the groups they are. */
static bool
read_wanted(PyObject *types, PyObject *addresses, Map *wanted, Map *places)
{
    bool well = PyList_Check(types) && PyList_Check(addresses)
        && PyList_GET_SIZE(types) == PyList_GET_SIZE(addresses)
        && PyList_GET_SIZE(types) <= MOST_GROUPS;
    if (!well) {
        PyErr_SetString(PyExc_ValueError, "owners() takes two lists of one length");
    }
    for (Py_ssize_t at = 0; well && at < PyList_GET_SIZE(types); at++) {
        PyObject *some = PyList_GET_ITEM(addresses, at);
        Map read = {0};
        uint64_t number = PyLong_AsUnsignedLongLong(PyList_GET_ITEM(types, at));
        well = !PyErr_Occurred()
            && (some == Py_None ? put(wanted, number + 1, (uint64_t)at + 1)
                                : read_addresses(some, &read));
        size_t room = read.pairs == NULL ? 0 : read.mask + 1;
        for (size_t from = 0; well && from < room; from++) {
            well = !read.pairs[from].key || put(places, read.pairs[from].key, (uint64_t)at + 1);
        }
        drop_map(&read);
    }
    return well || (!PyErr_Occurred() && PyErr_NoMemory() == NULL && false);
}

typedef struct {
    Tally tally;
    size_t count;
} Before;

static void
count_before(PyObject *object, void *data)
{
    Before *before = data;
    before->count++;
    count_type(&before->tally, Py_TYPE(object));
}

/* Tell whether *list* is one, of steps of *width* whose first are names if there are two. */
static bool
is_list_of(PyObject *list, Py_ssize_t width)
{
    bool well = PyList_Check(list) && PyList_GET_SIZE(list) % width == 0;
    for (Py_ssize_t at = 0; well && width > 1 && at < PyList_GET_SIZE(list); at += width) {
        well = PyUnicode_CheckExact(PyList_GET_ITEM(list, at));
    }
    if (!well) {
        PyErr_SetString(PyExc_TypeError, "owners() takes lists of modules");
    }
    return well;
}

/* Number the types of what the collector does not track. */
static bool
number_untracked(PyObject *name)
{
    PyObject *counts = untracked(NULL, &name, 1);
    Py_XDECREF(counts);
    return counts != NULL;
}

/* Number all types, and count what is tracked; tell whether a type wanted is not. */
static bool
count_tracked(PyObject *name, const Map *wanted, size_t *tracked, bool *look_below)
{
    Before before = {0};
    Figures counts = {0};
    visit_objects(count_before, &before);
    bool well = settle_tally(&before.tally, &counts, name);
    size_t room = wanted->pairs == NULL ? 0 : wanted->mask + 1;
    for (size_t at = 0; well && at < room; at++) {
        size_t number = wanted->pairs[at].key - 1;
        *look_below |= wanted->pairs[at].key
            && (number >= counts.count || counts.items[number] == 0);
    }
    drop_figures(&counts);
    *tracked = before.count;
    return well && (!*look_below || number_untracked(name));
}

#endif
