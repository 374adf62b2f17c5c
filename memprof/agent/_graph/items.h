/*
 * Items of all lists, dictionaries, sets and deques together: one that holds the
 * same object again and again grows by nothing else.
 */
#ifndef MEMPROF_ITEMS_H
#define MEMPROF_ITEMS_H

#include "ours.h"

typedef struct {
    PyTypeObject *deque;
    long long total;
} Items;

static void
count_items(PyObject *object, void *data)
{
    Items *items = data;
    if (PyList_Check(object)) {
        items->total += PyList_GET_SIZE(object);
    }
    else if (PyDict_Check(object)) {
        items->total += PyDict_GET_SIZE(object);
    }
    else if (PyAnySet_Check(object)) {
        items->total += PySet_GET_SIZE(object);
    }
    else if (Py_TYPE(object) == items->deque) {
        /* It has no function in C; its length is where that of a list is. */
        items->total += Py_SIZE(object);
    }
}

static const char items_doc[] =
    "items(deque): the items of all tracked lists, dictionaries, sets and objects of class *deque*,\n"
    "collections.deque, together.  Of subclasses too, whatever their `__len__` says.";

static PyObject *
items(PyObject *module, PyObject *const *args, Py_ssize_t count)
{
    if (!takes("items", count, 1)) {
        return NULL;
    }
    Items found = {.deque = (PyTypeObject *)args[0]};
    visit_objects(count_items, &found);
    return PyLong_FromLongLong(found.total);
}

#endif
