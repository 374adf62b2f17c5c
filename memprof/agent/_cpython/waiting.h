/*
 * What waits in the interpreter's free lists, to be made an object of again.
 *
 * Such a block is neither allocated nor freed as it changes hands, so it would keep
 * the span of its first birth.  Nothing may wait while blocks are counted by spans:
 *
 * - Since 3.14 all lists are alike.  They are set aside with what is in them, and are
 *   what the interpreter itself calls disabled until then.
 * - Before, floats and tuples are given back at once: their lists are made to look full
 *   and empty, full for who gives, empty for who takes.  Lists, dictionaries and their
 *   tables are given back at both ends of what is counted.
 */
#ifndef MEMPROF_CPYTHON_WAITING_H
#define MEMPROF_CPYTHON_WAITING_H

#include "frames.h"

#include <internal/pycore_interp.h>

#if PY_VERSION_HEX >= 0x030E0000

#define FREE_LISTS (sizeof(struct _Py_freelists) / sizeof(struct _Py_freelist))
#define DISABLED (-1)

static struct _Py_freelist set_aside[FREE_LISTS];
static bool none_wait;

/* Let nothing wait. */
static inline void
give_waiting(PyInterpreterState *interpreter)
{
    struct _Py_freelist *lists = (struct _Py_freelist *)&interpreter->object_state.freelists;
    for (size_t at = 0; at < FREE_LISTS && !none_wait; at++) {
        set_aside[at] = lists[at];
        lists[at] = (struct _Py_freelist){NULL, DISABLED};
    }
    none_wait = true;
}

/* Let objects wait again. */
static inline void
let_wait(PyInterpreterState *interpreter)
{
    struct _Py_freelist *lists = (struct _Py_freelist *)&interpreter->object_state.freelists;
    for (size_t at = 0; at < FREE_LISTS && none_wait; at++) {
        lists[at] = set_aside[at];
    }
    none_wait = false;
}

#else

#if PY_VERSION_HEX >= 0x030D0000
#define LISTS(interpreter) (&(interpreter)->object_state.freelists)
#define FLOATS(interpreter) (LISTS(interpreter)->floats.items)
#define FLOATS_COUNT(interpreter) (LISTS(interpreter)->floats.numfree)
#define TUPLES(interpreter) (LISTS(interpreter)->tuples.items)
#define TUPLES_COUNT(interpreter) (LISTS(interpreter)->tuples.numfree)
#define WAITING_LISTS(interpreter) (LISTS(interpreter)->lists.items)
#define WAITING_LISTS_COUNT(interpreter) (LISTS(interpreter)->lists.numfree)
#define WAITING_DICTS(interpreter) (LISTS(interpreter)->dicts.items)
#define WAITING_DICTS_COUNT(interpreter) (LISTS(interpreter)->dicts.numfree)
#define TABLES(interpreter) (LISTS(interpreter)->dictkeys.items)
#define TABLES_COUNT(interpreter) (LISTS(interpreter)->dictkeys.numfree)
#define FREE_TABLE PyMem_Free
#else
#define FLOATS(interpreter) ((interpreter)->float_state.free_list)
#define FLOATS_COUNT(interpreter) ((interpreter)->float_state.numfree)
#define TUPLES(interpreter) ((interpreter)->tuple.free_list)
#define TUPLES_COUNT(interpreter) ((interpreter)->tuple.numfree)
#define WAITING_LISTS(interpreter) ((interpreter)->list.free_list)
#define WAITING_LISTS_COUNT(interpreter) ((interpreter)->list.numfree)
#define WAITING_DICTS(interpreter) ((interpreter)->dict_state.free_list)
#define WAITING_DICTS_COUNT(interpreter) ((interpreter)->dict_state.numfree)
#define TABLES(interpreter) ((interpreter)->dict_state.keys_free_list)
#define TABLES_COUNT(interpreter) ((interpreter)->dict_state.keys_numfree)
#define FREE_TABLE PyObject_Free
#endif

/* Give back the dictionaries that wait, and the tables of such. */
static inline void
empty_dicts(PyInterpreterState *interpreter)
{
    while (WAITING_DICTS_COUNT(interpreter) > 0) {
        PyObject_GC_Del(WAITING_DICTS(interpreter)[--WAITING_DICTS_COUNT(interpreter)]);
    }
    while (TABLES_COUNT(interpreter) > 0) {
        FREE_TABLE(TABLES(interpreter)[--TABLES_COUNT(interpreter)]);
    }
}

/* Give back what waits in linked lists, and let nothing wait; a full collection opens them again. */
static inline void
close_linked(PyInterpreterState *interpreter)
{
    while (FLOATS(interpreter) != NULL) {
        PyFloatObject *one = FLOATS(interpreter);
        FLOATS(interpreter) = (PyFloatObject *)Py_TYPE(one);
        PyObject_Free(one);
    }
    FLOATS_COUNT(interpreter) = PyFloat_MAXFREELIST;
    for (int size = 0; size < PyTuple_NFREELISTS; size++) {
        while (TUPLES(interpreter)[size] != NULL) {
            PyTupleObject *one = TUPLES(interpreter)[size];
            TUPLES(interpreter)[size] = (PyTupleObject *)one->ob_item[0];
            PyObject_GC_Del(one);
        }
        TUPLES_COUNT(interpreter)[size] = PyTuple_MAXFREELIST;
    }
}

/* Let floats and tuples wait again. */
static inline void
let_wait(PyInterpreterState *interpreter)
{
    FLOATS_COUNT(interpreter) = 0;
    for (int size = 0; size < PyTuple_NFREELISTS; size++) {
        TUPLES_COUNT(interpreter)[size] = 0;
    }
}

/* Give back all that waits. */
static inline void
give_waiting(PyInterpreterState *interpreter)
{
    close_linked(interpreter);
    while (WAITING_LISTS_COUNT(interpreter) > 0) {
        PyObject_GC_Del(WAITING_LISTS(interpreter)[--WAITING_LISTS_COUNT(interpreter)]);
    }
    empty_dicts(interpreter);
}

#endif

#endif
