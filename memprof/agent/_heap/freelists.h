/*
 * Objects made of memory that waited in a free list.
 *
 * They come from the line that makes them, not from the one that made what was
 * there before.  The allocator is not asked, so another sign is needed.
 *
 * 3.13 and later tell of every object made.  On 3.11 and 3.12:
 *
 * - Floats and tuples are given back to the allocator at once: their free lists
 *   are made to look full and empty, full for who gives, empty for who takes.
 * - Lists and dictionaries: the array in which they wait is cleared behind its
 *   end.  What stands there at the next allocation was put and taken since.  That
 *   allocation is the maker's own of a list, which then gets its array; of a
 *   dictionary, which has its table first, more often the one before.
 */
#ifndef MEMPROF_FREELISTS_H
#define MEMPROF_FREELISTS_H

#include "books.h"

/*
 * Count the block at *address* as allocated by the running frame.  If it is not
 * known it dates from before the start; *size* is its size then, or 0.
 */
COLD void born_again(uintptr_t address, size_t size, PyThreadState *thread);

static void *newest;           /* the last block of the held book */

#if PY_VERSION_HEX >= 0x030D0000

static PyRefTracer other_tracer;
static void *other_data;

static bool is_quiet(void);

/* The longest tuples of which the interpreter keeps freed ones. */
#if PY_VERSION_HEX >= 0x030E0000
#define LONGEST_KEPT PyTuple_MAXSAVESIZE
#else
#define LONGEST_KEPT PyTuple_NFREELISTS
#endif

/* The size of the block of an object of which the interpreter keeps freed ones; else 0. */
static size_t
size_if_kept(PyObject *object)
{
    PyTypeObject *type = Py_TYPE(object);
    if (type == &PyTuple_Type) {
        /* One that is new, and not kept, is told of before it has its size. */
        bool kept = Py_SIZE(object) > 0 && Py_SIZE(object) <= LONGEST_KEPT;
        return kept ? sizeof(PyGC_Head) + _PyObject_VAR_SIZE(type, Py_SIZE(object)) : 0;
    }
    if (type == &PyList_Type || type == &PyDict_Type) {
        return sizeof(PyGC_Head) + _PyObject_SIZE(type);
    }
#if PY_VERSION_HEX >= 0x030E0000
    if (type == &PyLong_Type && PyUnstable_Long_IsCompact((PyLongObject *)object)) {
        return sizeof(PyLongObject);
    }
#endif
    return type == &PyFloat_Type ? sizeof(PyFloatObject) : 0;
}

static int
on_reference(PyObject *object, PyRefTracerEvent event, void *data)
{
    if (event == PyRefTracer_CREATE && !is_quiet()) {
        void *block = (char *)object - header_size(Py_TYPE(object));
        if (block != newest) {
            born_again((uintptr_t)block, size_if_kept(object), thread_now());
        }
        /* When it is told of again it has waited. */
        newest = NULL;
    }
    return other_tracer == NULL ? 0 : other_tracer(object, event, other_data);
}

/* Another tool's tracer goes on being called; one that comes later takes our place. */
static void
watch_free_lists(bool on)
{
    void *data;
    PyRefTracer tracer = PyRefTracer_GetTracer(&data);
    if (on && tracer != on_reference) {
        other_tracer = tracer;
        other_data = data;
        PyRefTracer_SetTracer(on_reference, NULL);
    }
    if (!on && tracer == on_reference) {
        PyRefTracer_SetTracer(other_tracer, other_data);
    }
}

static inline void
look_at_free_lists(PyThreadState *thread)
{
    (void)thread;
}

static inline bool
have_changed(PyThreadState *thread)
{
    (void)thread;
    return false;
}

static void
empty_free_lists(void)
{
}

static bool collected;

#define NOTE_NEWEST(address) (newest = (void *)(address))

#else

#include <internal/pycore_interp.h>

#define NO_CONTEXT UINT32_MAX

/* The same, as allocated where the block at *like* was. */
COLD void born_again_like(uintptr_t address, uintptr_t like);

static void *earlier;          /* the block of the held book before that */

#define NOTE_NEWEST(address) (earlier = newest, newest = (void *)(address))

static bool lists_watched;

/* Free lists of linked objects: give back what waits, and let nothing wait. */
static void
close_linked(PyInterpreterState *interpreter)
{
    struct _Py_float_state *floats = &interpreter->float_state;
    while (floats->free_list != NULL) {
        PyFloatObject *one = floats->free_list;
        floats->free_list = (PyFloatObject *)Py_TYPE(one);
        PyObject_Free(one);
    }
    floats->numfree = PyFloat_MAXFREELIST;
    struct _Py_tuple_state *tuples = &interpreter->tuple;
    for (int size = 0; size < PyTuple_NFREELISTS; size++) {
        while (tuples->free_list[size] != NULL) {
            PyTupleObject *one = tuples->free_list[size];
            tuples->free_list[size] = (PyTupleObject *)one->ob_item[0];
            PyObject_GC_Del(one);
        }
        tuples->numfree[size] = PyTuple_MAXFREELIST;
    }
}

static void
open_linked(PyInterpreterState *interpreter)
{
    interpreter->float_state.numfree = 0;
    for (int size = 0; size < PyTuple_NFREELISTS; size++) {
        interpreter->tuple.numfree[size] = 0;
    }
}

/* Give back the lists and dictionaries that wait. */
static void
empty_free_lists(void)
{
    struct _Py_list_state *lists = &PyInterpreterState_Get()->list;
    struct _Py_dict_state *dicts = &PyInterpreterState_Get()->dict_state;
    while (lists->numfree) {
        PyListObject *one = lists->free_list[--lists->numfree];
        lists->free_list[lists->numfree] = NULL;
        PyObject_GC_Del(one);
    }
    while (dicts->numfree) {
        PyDictObject *one = dicts->free_list[--dicts->numfree];
        dicts->free_list[dicts->numfree] = NULL;
        PyObject_GC_Del(one);
    }
}

/* Give back the tables of dictionaries that wait. */
static void
empty_tables(void)
{
    struct _Py_dict_state *dicts = &PyInterpreterState_Get()->dict_state;
    while (dicts->keys_numfree) {
        PyObject_Free(dicts->keys_free_list[--dicts->keys_numfree]);
    }
}

static void
watch_free_lists(bool on)
{
    PyInterpreterState *interpreter = PyInterpreterState_Get();
    if (on) {
        /* A full collection opens them again. */
        close_linked(interpreter);
    }
    else if (lists_watched) {
        open_linked(interpreter);
    }
    if (on && !lists_watched) {
        /* What waits was allocated unseen; what waited once is no sign. */
        struct _Py_list_state *lists = &interpreter->list;
        struct _Py_dict_state *dicts = &interpreter->dict_state;
        empty_free_lists();
        empty_tables();
        memset(lists->free_list, 0, sizeof(lists->free_list));
        memset(dicts->free_list, 0, sizeof(dicts->free_list));
    }
    lists_watched = on;
}

static bool collected;         /* just now */

/* The context of the block at *address* in the held book; NO_CONTEXT if it is in none. */
static uint32_t
context_of(uintptr_t address)
{
    const Mark *place = mark_at(address);
    Mark mark = place == NULL ? 0 : *place;
    return !mark || BOOK_OF(mark) != HELD ? NO_CONTEXT
        : ((Cell *)thing(&books[HELD].cells, CELL_OF(mark)))->context;
}

/*
 * Count a dictionary that was taken from the free list before the last allocation.
 *
 * It comes from where the allocation *before* was, if its table does too: of the one
 * that follows only the time is known.
 */
static void
dict_born_again(PyDictObject *dict, uintptr_t before, PyThreadState *thread)
{
    uintptr_t address = (uintptr_t)((PyGC_Head *)dict - 1);
    /* What is in no book may be gone. */
    bool own_table = context_of(address) != NO_CONTEXT && dict->ma_values == NULL
        && dict->ma_used > 0;
    uint32_t context = own_table ? context_of((uintptr_t)dict->ma_keys) : NO_CONTEXT;
    if (context != NO_CONTEXT && context == context_of(before)) {
        born_again_like(address, before);
    }
    else {
        born_again(address, 0, thread);
    }
}

/* Whether there may be anything to look at. */
HOT bool
have_changed(PyThreadState *thread)
{
    struct _Py_list_state *lists = &thread->interp->list;
    struct _Py_dict_state *dicts = &thread->interp->dict_state;
    /* Where one is full this reads what stands behind it, and says so once too often. */
    PyListObject *const *waiting_lists = lists->free_list;
    PyDictObject *const *waiting_dicts = dicts->free_list;
    return UNLIKELY(waiting_lists[lists->numfree] != NULL || waiting_dicts[dicts->numfree] != NULL
                    || collected);
}

static void
look_at_free_lists(PyThreadState *thread)
{
    uintptr_t before = (uintptr_t)earlier;
    struct _Py_list_state *lists = &thread->interp->list;
    int at = lists->numfree;
    while (at < PyList_MAXFREELIST && lists->free_list[at] != NULL) {
        born_again((uintptr_t)((PyGC_Head *)lists->free_list[at] - 1), 0, thread);
        lists->free_list[at++] = NULL;
    }
    struct _Py_dict_state *dicts = &thread->interp->dict_state;
    at = dicts->numfree;
    while (at < PyDict_MAXFREELIST && dicts->free_list[at] != NULL) {
        dict_born_again(dicts->free_list[at], before, thread);
        dicts->free_list[at++] = NULL;
    }
    if (collected) {
        /* The collector made dictionaries for its callbacks. */
        collected = false;
        empty_free_lists();
    }
}

#endif
#endif
