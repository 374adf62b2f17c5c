/*
 * The agent's own objects out of the collector's way: some thousand, which every full
 * collection would walk, in programs that may have ten times as many.
 *
 * They are linked to a list of ours instead of a generation's, as gc.freeze() does
 * with all objects.  To the collector they are as objects it does not track: what
 * they hold is held from outside.  An object that dies leaves whatever list it is in.
 */
#ifndef MEMPROF_WITHDRAWN_H
#define MEMPROF_WITHDRAWN_H

#include "ours.h"

#if IN_PLACE

/* Move the object of *at* from its list to the end of *list*. */
static void
move_to(PyGC_Head *at, PyGC_Head *list)
{
    PyGC_Head *previous = _PyGCHead_PREV(at), *next = _PyGCHead_NEXT(at);
    _PyGCHead_SET_NEXT(previous, next);
    _PyGCHead_SET_PREV(next, previous);
    PyGC_Head *last = _PyGCHead_PREV(list);
    _PyGCHead_SET_NEXT(last, at);
    _PyGCHead_SET_PREV(at, last);
    _PyGCHead_SET_NEXT(at, list);
    _PyGCHead_SET_PREV(list, at);
}

static void
withdraw_own_of(PyGC_Head *head)
{
    PyGC_Head *next;
    for (PyGC_Head *at = _PyGCHead_NEXT(head); at != head; at = next) {
        next = _PyGCHead_NEXT(at);
        if (is_own((PyObject *)(at + 1))) {
            move_to(at, &withdrawn);
        }
    }
}

#endif

static const char withdraw_doc[] =
    "withdraw(): take the agent's own objects out of the collector's lists.\n\n"
    "Nothing where the layout of these is not known.  Not during a collection.";

static PyObject *
withdraw(PyObject *module, PyObject *const *args, Py_ssize_t count)
{
    if (!takes("withdraw", count, 0)) {
        return NULL;
    }
#if IN_PLACE
    if (is_in_place()) {
        struct _gc_runtime_state *gc = &PyInterpreterState_Get()->gc;
        if (!own_is_withdrawn()) {
            withdrawn._gc_next = withdrawn._gc_prev = (uintptr_t)&withdrawn;
        }
        for (int number = 0; number < NUM_GENERATIONS; number++) {
            withdraw_own_of(&gc->generations[number].head);
        }
    }
#endif
    Py_RETURN_NONE;
}

static const char readmit_doc[] =
    "readmit(): give back what `withdraw` took, to the oldest generation.\n\n"
    "The interpreter's last collections find all as if nothing had been done.";

static PyObject *
readmit(PyObject *module, PyObject *const *args, Py_ssize_t count)
{
    if (!takes("readmit", count, 0)) {
        return NULL;
    }
#if IN_PLACE
    PyGC_Head *oldest = &PyInterpreterState_Get()->gc.generations[NUM_GENERATIONS - 1].head;
    while (own_is_withdrawn() && _PyGCHead_NEXT(&withdrawn) != &withdrawn) {
        move_to(_PyGCHead_NEXT(&withdrawn), oldest);
    }
    withdrawn = (PyGC_Head){0};
#endif
    Py_RETURN_NONE;
}

#endif
