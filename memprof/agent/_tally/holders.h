/*
 * Who holds what is left of several spans: a container that has something of each of them
 * grows with each.
 */
#ifndef MEMPROF_TALLY_HOLDERS_H
#define MEMPROF_TALLY_HOLDERS_H

#include "spans.h"

#define MOST_SPANS 64

typedef struct {
    uint32_t first, last;
    uint64_t seen;             /* a bit for each span */
} Range;

static uint32_t
span_of_object(PyObject *object)
{
    Mark *place = mark_at((uintptr_t)object - header_size(Py_TYPE(object)));
    return place == NULL ? 0 : SPAN_OF(*place);
}

static int
note_span(PyObject *object, void *data)
{
    Range *range = data;
    uint32_t number = span_of_object(object);
    if (number >= range->first && number <= range->last) {
        range->seen |= (uint64_t)1 << (number - range->first);
    }
    return 0;
}

/* Whether *object*, itself of another span, holds something of each span of *range*. */
static bool
holds_each(PyObject *object, Range range)
{
    uint32_t own = span_of_object(object);
    traverseproc traverse = Py_TYPE(object)->tp_traverse;
    /* Modules written in C may lead to what is no object any more: see `_graph`. */
    if ((own >= range.first && own <= range.last) || traverse == NULL
        || Py_IS_TYPE(object, &PyModule_Type)) {
        return false;
    }
    traverse(object, note_span, &range);
    uint32_t count = range.last - range.first + 1;
    return range.seen == (count == MOST_SPANS ? UINT64_MAX : ((uint64_t)1 << count) - 1);
}

static PyObject *
holders_of(PyObject *objects, Range range)
{
    PyObject *found = PyList_New(0);
    for (Py_ssize_t at = 0; found != NULL && at < PyList_GET_SIZE(objects); at++) {
        PyObject *one = PyList_GET_ITEM(objects, at);
        if (holds_each(one, range) && PyList_Append(found, one) < 0) {
            Py_CLEAR(found);
        }
    }
    return found;
}

#endif
