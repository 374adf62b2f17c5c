/*
 * Where objects were allocated, asked of the engine: how many of a site's blocks
 * are which objects, by type.
 */
#ifndef MEMPROF_ORIGINS_H
#define MEMPROF_ORIGINS_H

#include "types.h"

/* What `_heap` lends: the number of the site of an object, or of a block, -1 for none. */
typedef struct {
    int32_t (*of_object)(PyObject *object);
    int32_t (*of_block)(const void *block);
} Origins;

#define ORIGINS "memprof.agent._heap.origins"

typedef struct {
    const Origins *asked;      /* NULL where no sites are wanted */
    Map groups;                /* number of a site -> its group, plus one */
    Tally *types;              /* of each group */
    size_t count, first_group;
} Sites;

/* Return the block that *object* keeps its items in, NULL if it has none of its own. */
static const void *
items_of(PyObject *object)
{
    if (PyList_CheckExact(object)) {
        return ((PyListObject *)object)->ob_item;
    }
    if (PyDict_CheckExact(object)) {
        return ((PyDictObject *)object)->ma_keys;
    }
    if (PyByteArray_CheckExact(object)) {
        return ((PyByteArrayObject *)object)->ob_bytes;
    }
    if (PyAnySet_CheckExact(object)) {
        const PySetObject *set = (PySetObject *)object;
        return set->table == set->smalltable ? NULL : set->table;
    }
    return NULL;
}

/* Count *object* for the group of *site*; return that, -1 if the site is not wanted. */
static int64_t
count_at_site(Sites *sites, int32_t site, PyObject *object)
{
    const Pair *pair = site < 0 ? NULL : find(&sites->groups, (uint64_t)site + 1);
    if (pair == NULL) {
        return -1;
    }
    count_type(&sites->types[pair->value - 1 - sites->first_group], Py_TYPE(object));
    return (int64_t)pair->value - 1;
}

/* Read the wanted *numbers* of sites, whose groups are counted from *first_group*. */
static bool
read_sites(Sites *sites, PyObject *numbers, PyObject *origins, size_t first_group)
{
    if (origins == Py_None) {
        return true;
    }
    sites->asked = PyCapsule_GetPointer(origins, ORIGINS);
    if (sites->asked == NULL || !PyList_Check(numbers)) {
        return false;
    }
    sites->count = (size_t)PyList_GET_SIZE(numbers);
    sites->first_group = first_group;
    sites->types = take_pages(sites->count * sizeof(Tally) + 1);
    bool well = sites->types != NULL;
    for (size_t at = 0; well && at < sites->count; at++) {
        uint64_t number = PyLong_AsUnsignedLongLong(PyList_GET_ITEM(numbers, (Py_ssize_t)at));
        well = !PyErr_Occurred() && put(&sites->groups, number + 1, first_group + at + 1);
    }
    return well || (!PyErr_Occurred() && PyErr_NoMemory() != NULL);
}

static void
drop_sites(Sites *sites)
{
    for (size_t at = 0; sites->types != NULL && at < sites->count; at++) {
        drop_tally(&sites->types[at]);
    }
    give_pages(sites->types, sites->count * sizeof(Tally) + 1);
    drop_map(&sites->groups);
}

/* Return [(type, objects), ...] of what was counted in *tally*. */
static PyObject *
list_of_tally(Tally *tally, PyObject *name)
{
    Figures counts = {0};
    PyObject *list = settle_tally(tally, &counts, name) ? PyList_New(0) : NULL;
    for (size_t at = 0; list != NULL && at < counts.count; at++) {
        if (counts.items[at]) {
            PyObject *pair = Py_BuildValue("(nL)", (Py_ssize_t)at, (long long)counts.items[at]);
            if (pair == NULL || PyList_Append(list, pair) < 0) {
                Py_CLEAR(list);
            }
            Py_XDECREF(pair);
        }
    }
    drop_figures(&counts);
    return list;
}

#endif
