/*
 * What is the agent's own among the objects: all that came since before it was
 * imported and until the target's first line.
 */
#ifndef MEMPROF_OURS_H
#define MEMPROF_OURS_H

#include "traced.h"

static Map theirs;             /* what there is of the target's, from `adopt` to `adopt_rest` */

typedef struct {
    const Map *known;          /* addresses to compare with */
    Map others;                /* what is not among them */
    bool failed;
} Sorting;

static void
sort_object(PyObject *object, void *data)
{
    Sorting *sorting = data;
    if (find(sorting->known, (uintptr_t)object) == NULL) {
        sorting->failed |= !put(&sorting->others, (uintptr_t)object, 1);
    }
}

/* Set *others* to all there is but what is *known*. */
static bool
sort_out(const Map *known, Map *others)
{
    Sorting sorting = {.known = known};
    visit_objects(sort_object, &sorting);
    drop_map(others);
    *others = sorting.others;
    if (sorting.failed) {
        PyErr_NoMemory();
    }
    return !sorting.failed;
}

static const char adopt_doc[] =
    "adopt(before): take for the agent's own all objects that are not in the list *before*.\n\n"
    "The list is emptied: until now none of these could die and leave its address to one of\n"
    "ours.  Types and sites are numbered anew.";

static PyObject *
adopt(PyObject *module, PyObject *const *args, Py_ssize_t count)
{
    if (!takes("adopt", count, 1)) {
        return NULL;
    }
    drop_map(&known_at);
    known.count = 0;
    forget_traced();
    Map before = {0};
    bool well = true;
    for (Py_ssize_t at = 0; well && at < PyList_GET_SIZE(args[0]); at++) {
        well = put(&before, (uintptr_t)PyList_GET_ITEM(args[0], at), 1);
    }
    if (!well) {
        PyErr_NoMemory();
    }
    well = well && sort_out(&before, &own);
    drop_map(&before);
    well = well && PyList_SetSlice(args[0], 0, PyList_GET_SIZE(args[0]), NULL) == 0;
    return well && sort_out(&own, &theirs) ? Py_NewRef(Py_None) : NULL;
}

static const char is_first_doc[] =
    "is_first(): tell whether nobody asked before in this process.  A Python that is ended and begun\n"
    "again has none of our objects, but all that our code in C keeps.";

static PyObject *
is_first(PyObject *module, PyObject *const *args, Py_ssize_t count)
{
    static bool asked;
    if (!takes("is_first", count, 0)) {
        return NULL;
    }
    bool first = !asked;
    asked = true;
    return PyBool_FromLong(first);
}

static const char adopt_rest_doc[] =
    "adopt_rest(): take for the agent's own what came since `adopt`, too.";

static PyObject *
adopt_rest(PyObject *module, PyObject *const *args, Py_ssize_t count)
{
    if (!takes("adopt_rest", count, 0)) {
        return NULL;
    }
    bool well = sort_out(&theirs, &own);
    drop_map(&theirs);
    return well ? Py_NewRef(Py_None) : NULL;
}

#endif
