/*
 * Objects made of memory that waited in a free list.
 *
 * They come from the line that makes them, not from the one that made what was
 * there before.  The allocator is not asked, so another sign is needed.
 *
 * Dictionaries and their tables are given back as they die: up to 3.13 their
 * class's tp_dealloc is ours, since 3.14 the list of tables is what the interpreter
 * calls disabled.  Who makes one may ask the allocator for nothing else, and the
 * line of the next allocation would be another's.
 *
 * 3.13 and later tell of every object made.  On 3.11 and 3.12:
 *
 * - Floats and tuples are given back to the allocator at once: their free lists
 *   are made to look full and empty, full for who gives, empty for who takes.
 * - Lists: the array in which they wait is cleared behind its end.  What stands
 *   there at the next allocation was put and taken since.  That allocation is the
 *   maker's own, of a list that then gets its array.
 */
#ifndef MEMPROF_FREELISTS_H
#define MEMPROF_FREELISTS_H

#include "../_cpython/waiting.h"

#include "books.h"

/*
 * Count the block at *address* as allocated by the running frame.  If it is not
 * known it dates from before the start; *size* is its size then, or 0.
 */
COLD void born_again(uintptr_t address, size_t size, PyThreadState *thread);

static void *newest;           /* the last block of the held book */

#if PY_VERSION_HEX >= 0x030E0000

/* Let no table of a dictionary wait; a full collection opens its list again. */
static void
close_dicts(bool closed)
{
    struct _Py_freelists *lists = &PyInterpreterState_Get()->object_state.freelists;
    while (lists->dictkeys.freelist != NULL) {
        void *table = lists->dictkeys.freelist;
        lists->dictkeys.freelist = *(void **)table;
        PyMem_Free(table);
    }
    lists->dictkeys.size = closed ? DISABLED : 0;
}

#else

static destructor dealloc_dict;   /* the interpreter's own */

/* What the interpreter calls for a dictionary that dies: it waits no longer than this takes. */
static void
dealloc_closed(PyObject *dict)
{
    /* As its own does: where the nest is too deep, dictionaries are linked by their headers. */
    PyObject_GC_UnTrack(dict);
    Py_TRASHCAN_BEGIN(dict, dealloc_closed)
    dealloc_dict(dict);
    empty_dicts(thread_with_gil()->interp);
    Py_TRASHCAN_END
}

static void
close_dicts(bool closed)
{
    if (closed && PyDict_Type.tp_dealloc != dealloc_closed) {
        dealloc_dict = PyDict_Type.tp_dealloc;
        PyDict_Type.tp_dealloc = dealloc_closed;
    }
    if (!closed && PyDict_Type.tp_dealloc == dealloc_closed) {
        PyDict_Type.tp_dealloc = dealloc_dict;
    }
}

#endif

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
    close_dicts(on);
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

#define NOTE_NEWEST(address) (newest = (void *)(address))

static bool lists_watched;

/* Give back the lists and dictionaries that wait. */
static void
empty_free_lists(void)
{
    struct _Py_list_state *lists = &PyInterpreterState_Get()->list;
    while (lists->numfree) {
        PyListObject *one = lists->free_list[--lists->numfree];
        lists->free_list[lists->numfree] = NULL;
        PyObject_GC_Del(one);
    }
    empty_dicts(PyInterpreterState_Get());
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
        let_wait(interpreter);
    }
    if (on && !lists_watched) {
        /* What waits was allocated unseen; what waited once is no sign. */
        struct _Py_list_state *lists = &interpreter->list;
        empty_free_lists();
        memset(lists->free_list, 0, sizeof(lists->free_list));
    }
    close_dicts(on);
    lists_watched = on;
}

static bool collected;         /* just now */

/* Whether there may be anything to look at. */
HOT bool
have_changed(PyThreadState *thread)
{
    struct _Py_list_state *lists = &thread->interp->list;
    /* Where it is full this reads what stands behind it, and says so once too often. */
    PyListObject *const *waiting = lists->free_list;
    return UNLIKELY(waiting[lists->numfree] != NULL || collected);
}

static void
look_at_free_lists(PyThreadState *thread)
{
    struct _Py_list_state *lists = &thread->interp->list;
    int at = lists->numfree;
    while (at < PyList_MAXFREELIST && lists->free_list[at] != NULL) {
        born_again((uintptr_t)((PyGC_Head *)lists->free_list[at] - 1), 0, thread);
        lists->free_list[at++] = NULL;
    }
    if (collected) {
        /* The collector made dictionaries for its callbacks. */
        collected = false;
        empty_free_lists();
    }
}

#endif
#endif
