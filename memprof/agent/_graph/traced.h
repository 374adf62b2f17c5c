/*
 * What tracemalloc has traced, summed where it keeps it: its own way to tell is a tuple of
 * tuples for every block, which takes some twenty times as long and leaves all of them to
 * the interpreter's free lists.
 */
#ifndef MEMPROF_TRACED_H
#define MEMPROF_TRACED_H

#include "../_cpython/frames.h"
#include "types.h"

/* Where its tables are the runtime's, and no allocation sets off a collection by itself. */
#if PY_VERSION_HEX >= 0x030C0000 && PY_VERSION_HEX < 0x03100000 && !defined(Py_GIL_DISABLED)
#define TRACES_IN_REACH 1
#else
#define TRACES_IN_REACH 0
#endif

/* A traceback of tracemalloc's, by which it knows all that one path of calls allocated. */
typedef struct {
    uint64_t hash;             /* of its frames: where it died another may stand */
    int64_t site;
    uint64_t bytes, blocks;    /* now */
    bool met;                  /* at this look */
} Traced;

#define NO_SITE (-2)

static Things traced_all;      /* of Traced */
static Map traced_at;          /* address of a traceback -> its place in `traced_all`, plus one */

/* Know no site any more: they are numbered anew. */
static void
forget_traced(void)
{
    drop_map(&traced_at);
    traced_all.count = 0;
}

#if TRACES_IN_REACH

#include <internal/pycore_hashtable.h>
#include <internal/pycore_runtime.h>
#include <internal/pycore_tracemalloc.h>

typedef struct tracemalloc_traceback Traceback;

/* What stands there for a block, as tracemalloc itself declares it. */
typedef struct {
    size_t size;
    Traceback *traceback;
} Trace;

/* Other threads allocate without the GIL.  Who has the lock must allocate nothing of Python's. */
static void
lock_traces(void)
{
#if PY_VERSION_HEX >= 0x030E0000
    PyMutex_Lock(&_PyRuntime.tracemalloc.tables_lock);
#else
    PyThread_acquire_lock(_PyRuntime.tracemalloc.tables_lock, WAIT_LOCK);
#endif
}

static void
unlock_traces(void)
{
#if PY_VERSION_HEX >= 0x030E0000
    PyMutex_Unlock(&_PyRuntime.tracemalloc.tables_lock);
#else
    PyThread_release_lock(_PyRuntime.tracemalloc.tables_lock);
#endif
}

static Traced *
traced_of(const Traceback *traceback)
{
    Pair *pair = find(&traced_at, (uintptr_t)traceback);
    Traced *one = pair != NULL ? thing(&traced_all, (uint32_t)pair->value - 1)
        : add_thing(&traced_all);
    if (one == NULL
        || (pair == NULL && !put(&traced_at, (uintptr_t)traceback, traced_all.count))) {
        return NULL;
    }
    if (pair == NULL || one->hash != traceback->hash) {
        *one = (Traced){.hash = traceback->hash, .site = NO_SITE};
    }
    return one;
}

/* Add up the blocks of *traces*, a table of tracemalloc's; false without memory. */
static bool
sum_traces(const _Py_hashtable_t *traces)
{
    for (size_t at = 0; at < traces->nbuckets; at++) {
        const _Py_hashtable_entry_t *next = (_Py_hashtable_entry_t *)traces->buckets[at].head;
        for (; next != NULL; next = (_Py_hashtable_entry_t *)next->_Py_slist_item.next) {
            const Trace *trace = next->value;
            Traced *one = traced_of(trace->traceback);
            if (one == NULL) {
                return false;
            }
            one->bytes += trace->size;
            one->blocks++;
            one->met = true;
        }
    }
    return true;
}

/* The same for every domain; what each traceback had before is forgotten. */
static bool
sum_all_traces(void)
{
    for (uint32_t at = 0; at < traced_all.count; at++) {
        Traced *one = thing(&traced_all, at);
        one->bytes = one->blocks = 0;
        one->met = false;
    }
    lock_traces();
    const _Py_hashtable_t *domains = _PyRuntime.tracemalloc.domains;
    bool well = sum_traces(_PyRuntime.tracemalloc.traces);
    for (size_t at = 0; well && at < domains->nbuckets; at++) {
        const _Py_hashtable_entry_t *next = (_Py_hashtable_entry_t *)domains->buckets[at].head;
        for (; well && next != NULL; next = (_Py_hashtable_entry_t *)next->_Py_slist_item.next) {
            well = sum_traces(next->value);
        }
    }
    unlock_traces();
    return well;
}

/* Return *traceback* as tracemalloc tells it: ((file, line), ...), where it allocated first. */
static PyObject *
tuple_of_traceback(const Traceback *traceback)
{
    PyObject *frames = PyTuple_New(traceback->nframe);
    for (int at = 0; frames != NULL && at < traceback->nframe; at++) {
        unsigned int line = traceback->frames[at].lineno;
#if PY_VERSION_HEX >= 0x030F0000
        const char *name = traceback->frames[at].filename;
        PyObject *file = PyUnicode_DecodeUTF8(name, (Py_ssize_t)strlen(name), "surrogatepass");
        PyObject *frame = file == NULL ? NULL : Py_BuildValue("(NI)", file, line);
#else
        PyObject *frame = Py_BuildValue("(OI)", traceback->frames[at].filename, line);
#endif
        if (frame == NULL) {
            Py_CLEAR(frames);
            break;
        }
        PyTuple_SET_ITEM(frames, at, frame);
    }
    return frames;
}

/* Return [place, traceback, ...] of those met that have no site yet. */
static PyObject *
unknown_tracebacks(void)
{
    PyObject *rows = PyList_New(0);
    size_t room = traced_at.pairs == NULL ? 0 : traced_at.mask + 1;
    for (size_t at = 0; rows != NULL && at < room; at++) {
        const Pair *pair = &traced_at.pairs[at];
        const Traced *one = pair->key ? thing(&traced_all, (uint32_t)pair->value - 1) : NULL;
        if (one == NULL || !one->met || one->site != NO_SITE) {
            continue;
        }
        PyObject *place = PyLong_FromUnsignedLong((unsigned long)pair->value - 1);
        PyObject *frames = tuple_of_traceback((const Traceback *)(uintptr_t)pair->key);
        if (place == NULL || frames == NULL || PyList_Append(rows, place) < 0
            || PyList_Append(rows, frames) < 0) {
            Py_CLEAR(rows);
        }
        Py_XDECREF(place);
        Py_XDECREF(frames);
    }
    return rows;
}

/* Have *site* number what of *unknown* has no number yet; other threads may run meanwhile. */
static bool
number_tracebacks(PyObject *unknown, PyObject *site)
{
    for (Py_ssize_t at = 0; at + 1 < PyList_GET_SIZE(unknown); at += 2) {
        PyObject *answer = PyObject_CallOneArg(site, PyList_GET_ITEM(unknown, at + 1));
        long long number = answer == NULL ? NO_SITE : PyLong_AsLongLong(answer);
        Py_XDECREF(answer);
        if (number <= NO_SITE || number > UINT32_MAX) {
            if (!PyErr_Occurred()) {
                PyErr_SetString(PyExc_ValueError, "a site's number is out of range");
            }
            return false;
        }
        Traced *one = thing(&traced_all, (uint32_t)PyLong_AsUnsignedLong(
            PyList_GET_ITEM(unknown, at)));
        one->site = number;
    }
    return true;
}

/* Return ([bytes, ...], [blocks, ...]): our own first, then by the number of the site. */
static PyObject *
sums_of_sites(void)
{
    Figures sizes = {0}, blocks = {0};
    bool well = figure(&sizes, 0, 0) != NULL && figure(&blocks, 0, 0) != NULL;
    for (uint32_t at = 0; well && at < traced_all.count; at++) {
        const Traced *one = thing(&traced_all, at);
        if (one->met) {
            int64_t *size = figure(&sizes, (size_t)(one->site + 1), 0);
            int64_t *number = figure(&blocks, (size_t)(one->site + 1), 0);
            well = size != NULL && number != NULL;
            if (well) {
                *size += (int64_t)one->bytes;
                *number += (int64_t)one->blocks;
            }
        }
    }
    PyObject *found = well ? Py_BuildValue("(NN)", list_of_figures(&sizes), list_of_figures(&blocks))
        : PyErr_NoMemory();
    drop_figures(&sizes);
    drop_figures(&blocks);
    return found;
}

#endif

#if PY_VERSION_HEX < 0x030C0000

/* Declared for the interpreter alone. */
PyAPI_FUNC(PyObject *) _PyTraceMalloc_GetTraceback(unsigned int domain, uintptr_t address);

static const char traceback_of_doc[] =
    "traceback_of(object): where it was allocated, ((file, line), ...), as tracemalloc knows; else None.";

static PyObject *
traceback_of(PyObject *module, PyObject *const *args, Py_ssize_t count)
{
    if (!takes("traceback_of", count, 1)) {
        return NULL;
    }
    return _PyTraceMalloc_GetTraceback(0, (uintptr_t)args[0] - header_size(Py_TYPE(args[0])));
}

#endif

static const char traced_doc[] =
    "traced(site): ([bytes, ...], [blocks, ...]) of what tracemalloc has traced: our own first, then\n"
    "by the number of the site; None where its tables cannot be read.\n\n"
    "site(traceback) numbers each traceback, ((file, line), ...), once; -1 is our own.";

static PyObject *
traced(PyObject *module, PyObject *const *args, Py_ssize_t count)
{
    if (!takes("traced", count, 1)) {
        return NULL;
    }
#if TRACES_IN_REACH
    if (Py_Version == PY_VERSION_HEX && _PyRuntime.tracemalloc.traces != NULL
        && _PyRuntime.tracemalloc.domains != NULL) {
        if (!sum_all_traces()) {
            return PyErr_NoMemory();
        }
        PyObject *unknown = unknown_tracebacks();
        bool well = unknown != NULL && number_tracebacks(unknown, args[0]);
        Py_XDECREF(unknown);
        return well ? sums_of_sites() : NULL;
    }
#endif
    Py_RETURN_NONE;
}

#endif
