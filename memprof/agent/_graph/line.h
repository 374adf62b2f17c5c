/*
 * A line in the oldest generation, and what has come there since it was drawn.
 *
 * What a test makes and drops in cycles is in the oldest generation by its end if it ran
 * for some time, and only a full collection finds it, at a cost that depends on all there
 * is.  Given back to the middle generation it is collected at its own cost.
 *
 * The collector appends to the oldest generation.  A full collection may put objects that are
 * older behind the line, never a younger one before it: more is collected then, not less.
 */
#ifndef MEMPROF_LINE_H
#define MEMPROF_LINE_H

#include "withdrawn.h"

#if IN_PLACE

/* An object of ours among the collector's, an empty list, and whose collector that is. */
static PyObject *line;
static PyInterpreterState *line_home;

static bool
may_move(void)
{
    return is_in_place() && (line == NULL || PyInterpreterState_Get() == line_home)
        && !PyInterpreterState_Get()->gc.collecting;
}

static PyGC_Head *
list_of(int generation)
{
    return &PyInterpreterState_Get()->gc.generations[generation].head;
}

/* Move all that follows *at* in its list to the end of *list*. */
static void
move_after(PyGC_Head *at, PyGC_Head *head, PyGC_Head *list)
{
    PyGC_Head *first = _PyGCHead_NEXT(at), *last = _PyGCHead_PREV(head);
    if (first == head) {
        return;
    }
    _PyGCHead_SET_NEXT(at, head);
    _PyGCHead_SET_PREV(head, at);
    PyGC_Head *end = _PyGCHead_PREV(list);
    _PyGCHead_SET_NEXT(end, first);
    _PyGCHead_SET_PREV(first, end);
    _PyGCHead_SET_NEXT(last, list);
    _PyGCHead_SET_PREV(list, last);
}

/* The head of the list that *at* is in: known lists, of this interpreter, have one. */
static PyGC_Head *
head_after(PyGC_Head *at)
{
    struct _gc_runtime_state *gc = &PyInterpreterState_Get()->gc;
    for (at = _PyGCHead_NEXT(at);; at = _PyGCHead_NEXT(at)) {
        if (at == &gc->permanent_generation.head || at == &withdrawn) {
            return NULL;
        }
        for (int number = 0; number < NUM_GENERATIONS; number++) {
            if (at == &gc->generations[number].head) {
                return at;
            }
        }
    }
}

#endif

static const char draw_line_doc[] =
    "draw_line(): what comes to the oldest generation from now on stands behind a line.\n\n"
    "There is one line; it is in the collector's lists as an empty list.";

static PyObject *
draw_line(PyObject *module, PyObject *const *args, Py_ssize_t count)
{
    if (!takes("draw_line", count, 0)) {
        return NULL;
    }
#if IN_PLACE
    if (may_move()) {
        line_home = PyInterpreterState_Get();
        if (line == NULL && (line = PyList_New(0)) == NULL) {
            return NULL;
        }
        move_to((PyGC_Head *)line - 1, list_of(NUM_GENERATIONS - 1));
    }
#endif
    Py_RETURN_NONE;
}

static const char renew_doc[] =
    "renew(): have what stands behind the line be of the middle generation, as if it were younger.\n\n"
    "Nothing where the layout of the collector's lists is not known, and during a collection.";

static PyObject *
renew(PyObject *module, PyObject *const *args, Py_ssize_t count)
{
    if (!takes("renew", count, 0)) {
        return NULL;
    }
#if IN_PLACE
    if (line != NULL && may_move()) {
        PyGC_Head *at = (PyGC_Head *)line - 1, *head = head_after(at);
        if (head == list_of(NUM_GENERATIONS - 1)) {
            move_after(at, head, list_of(NUM_GENERATIONS - 2));
        }
    }
#endif
    Py_RETURN_NONE;
}

#endif
