/*
 * A line in the oldest generation, and what has come there since it was drawn.
 *
 * What a test makes and drops in cycles is in the oldest generation by its end if it ran
 * for some time, and only a full collection finds it, at a cost that depends on all there
 * is.  With what stands before the line out of the collector's sight it has its own cost.
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

#if IN_PLACE

/* What stands before the line, while the rest is collected; empty at all other times. */
static PyGC_Head before_line;

/* Move all that stands between *head*, of a list, and *end*, in it, to the empty list *to*. */
static void
move_before(PyGC_Head *head, PyGC_Head *end, PyGC_Head *to)
{
    PyGC_Head *first = _PyGCHead_NEXT(head), *last = _PyGCHead_PREV(end);
    to->_gc_next = to->_gc_prev = (uintptr_t)to;
    if (first == end) {
        return;
    }
    _PyGCHead_SET_NEXT(head, end);
    _PyGCHead_SET_PREV(end, head);
    _PyGCHead_SET_NEXT(to, first);
    _PyGCHead_SET_PREV(first, to);
    _PyGCHead_SET_NEXT(last, to);
    _PyGCHead_SET_PREV(to, last);
}

/* Move all of the list *from* to the beginning of *head*'s. */
static void
move_back(PyGC_Head *from, PyGC_Head *head)
{
    PyGC_Head *first = _PyGCHead_NEXT(from), *last = _PyGCHead_PREV(from);
    if (first == from) {
        return;
    }
    PyGC_Head *next = _PyGCHead_NEXT(head);
    _PyGCHead_SET_NEXT(head, first);
    _PyGCHead_SET_PREV(first, head);
    _PyGCHead_SET_NEXT(last, next);
    _PyGCHead_SET_PREV(next, last);
    from->_gc_next = from->_gc_prev = (uintptr_t)from;
}

/* The collector counts this as a look at its younger generations: the next at all comes in time. */
static PyObject *
collect_behind(PyGC_Head *at, PyObject *collect)
{
    struct _gc_runtime_state *gc = &PyInterpreterState_Get()->gc;
    struct gc_generation *oldest = &gc->generations[NUM_GENERATIONS - 1];
    Py_ssize_t total = gc->long_lived_total, pending = gc->long_lived_pending;
    int count = oldest->count;
    move_before(&oldest->head, at, &before_line);
    PyObject *found = PyObject_CallNoArgs(collect);
    move_back(&before_line, &oldest->head);
    gc->long_lived_pending = pending + gc->long_lived_total;
    gc->long_lived_total = total;
    oldest->count = count + 1;
    return found;
}

#endif

static const char collect_new_doc[] =
    "collect_new(collect): collect() what is not before the line, at a cost of its own; all there\n"
    "is where the layout of the collector's lists is not known, and where there is no line.";

static PyObject *
collect_new(PyObject *module, PyObject *const *args, Py_ssize_t count)
{
    if (!takes("collect_new", count, 1)) {
        return NULL;
    }
#if IN_PLACE
    if (line != NULL && may_move()) {
        PyGC_Head *at = (PyGC_Head *)line - 1;
        if (head_after(at) == list_of(NUM_GENERATIONS - 1)) {
            return collect_behind(at, args[0]);
        }
    }
#endif
    return PyObject_CallNoArgs(args[0]);
}

#endif
