/*
 * Collections as gc.callbacks tells of them, tallied: a callback in C costs a
 * program that collects often a tenth of one that is chained in Python.
 *
 * Nothing is allocated in the target's heap while the collector works.  The counts
 * that set it off are read in place.
 */
#ifndef MEMPROF_COLLECTIONS_H
#define MEMPROF_COLLECTIONS_H

#include <time.h>

#include "objects.h"

#if IN_PLACE

#define COLLECTED_GENERATIONS 3
#define MOST_NESTED 8          /* 3.12 starts a collection inside the callback of another */
#define MOST_NOTABLE 20        /* the largest of these are told one by one */
#define KEPT_NOTABLE 5

/* The histogram of `memprof.agent.wire`: sixteen buckets an octave. */
#define SUB_BITS 4
#define BUCKETS (64 << SUB_BITS)

enum { COLLECTIONS, COLLECTED, UNCOLLECTABLE, MANUAL, TOTAL_NS, MAX_NS, COLUMNS };

typedef struct {
    int64_t collected, start_ns, generation, uncollectable, pause_ns, manual;
} Notable;

#define NOTABLE_COLUMNS 6

typedef struct {
    int64_t start_ns;
    bool enabled;
    int counts[COLLECTED_GENERATIONS], thresholds[COLLECTED_GENERATIONS];
} Opened;

static struct {
    int64_t figures[COLLECTED_GENERATIONS][COLUMNS];
    uint32_t pauses[COLLECTED_GENERATIONS][BUCKETS];
    Notable notable[MOST_NOTABLE];
    size_t notable_count;
    int64_t paused_ns;
} tallied;

static Opened opened[MOST_NESTED];
static size_t opened_count;

static PyObject *collection_words[3];

static bool
know_collections(void)
{
    static const char *const words[] = {"generation", "collected", "uncollectable"};
    for (int at = 0; at < 3; at++) {
        collection_words[at] = PyUnicode_InternFromString(words[at]);
        if (collection_words[at] == NULL) {
            return false;
        }
    }
    return true;
}

static int64_t
monotonic_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static size_t
bucket_of(int64_t pause_ns)
{
    int bits = pause_ns > 0 ? 64 - __builtin_clzll((unsigned long long)pause_ns) : 0;
    int shift = bits - SUB_BITS - 1;
    return shift <= 0 ? (size_t)(pause_ns > 0 ? pause_ns : 0)
                      : ((size_t)shift << SUB_BITS) + (size_t)(pause_ns >> shift);
}

/* Order notable collections, the largest first; of two alike the later. */
static int
by_size(const void *one, const void *other)
{
    const Notable *left = one, *right = other;
    if (left->collected != right->collected) {
        return left->collected < right->collected ? 1 : -1;
    }
    return left->start_ns < right->start_ns ? 1 : left->start_ns > right->start_ns ? -1 : 0;
}

static void
note_notable(Notable one)
{
    if (tallied.notable_count == MOST_NOTABLE) {
        qsort(tallied.notable, MOST_NOTABLE, sizeof(Notable), by_size);
        tallied.notable_count = KEPT_NOTABLE;
    }
    tallied.notable[tallied.notable_count++] = one;
}

/*
 * The collector starts by itself when the youngest count exceeds its threshold, and
 * takes the oldest generation whose count does.
 */
static bool
starts_by_itself(const Opened *one, int64_t generation)
{
    return one->enabled && one->thresholds[0] && one->counts[0] > one->thresholds[0]
        && one->counts[generation] > one->thresholds[generation];
}

static void
open_collection(void)
{
    if (opened_count == MOST_NESTED) {
        /* Starts whose ends another tool cut off. */
        opened_count = 0;
    }
    Opened *one = &opened[opened_count++];
    *one = (Opened){.start_ns = monotonic_ns(), .enabled = PyGC_IsEnabled()};
    struct _gc_runtime_state *gc = &PyInterpreterState_Get()->gc;
    for (int number = 0; number < COLLECTED_GENERATIONS; number++) {
        one->counts[number] = gc->generations[number].count;
        one->thresholds[number] = gc->generations[number].threshold;
    }
}

/* What the collector says in *info* under its word *at*; 0 where it says nothing. */
static int64_t
said(PyObject *info, int at)
{
    PyObject *number = PyDict_Check(info) ? PyDict_GetItemWithError(info, collection_words[at]) : NULL;
    long long value = number != NULL && PyLong_Check(number) ? PyLong_AsLongLong(number) : 0;
    PyErr_Clear();
    return value;
}

static void
close_collection(PyObject *info)
{
    int64_t stop_ns = monotonic_ns(), generation = said(info, 0);
    if (generation < 0 || generation >= COLLECTED_GENERATIONS) {
        return;
    }
    int64_t *figures = tallied.figures[generation];
    int64_t collected = said(info, 1), uncollectable = said(info, 2);
    figures[COLLECTIONS]++;
    figures[COLLECTED] += collected;
    figures[UNCOLLECTABLE] += uncollectable;
    if (opened_count == 0) {
        /* It began before we listened. */
        return;
    }
    const Opened *one = &opened[--opened_count];
    int64_t pause_ns = stop_ns - one->start_ns;
    bool manual = !starts_by_itself(one, generation);
    tallied.paused_ns += pause_ns;
    figures[MANUAL] += manual;
    figures[TOTAL_NS] += pause_ns;
    figures[MAX_NS] = pause_ns > figures[MAX_NS] ? pause_ns : figures[MAX_NS];
    tallied.pauses[generation][bucket_of(pause_ns)]++;
    if (collected || uncollectable) {
        note_notable((Notable){collected, one->start_ns, generation, uncollectable, pause_ns, manual});
    }
}

static const char on_collection_doc[] =
    "on_collection(phase, info): for gc.callbacks; tallies the collection.";

static PyObject *
on_collection(PyObject *module, PyObject *const *args, Py_ssize_t count)
{
    if (count == 2 && PyUnicode_Check(args[0])) {
        if (PyUnicode_GET_LENGTH(args[0]) == (Py_ssize_t)strlen("start")) {
            open_collection();
        }
        else {
            close_collection(args[1]);
        }
    }
    Py_RETURN_NONE;
}

static bool
append_integer(PyObject *list, long long number)
{
    PyObject *value = PyLong_FromLongLong(number);
    bool well = value != NULL && PyList_Append(list, value) == 0;
    Py_XDECREF(value);
    return well;
}

static PyObject *
list_of_integers(const int64_t *numbers, size_t count)
{
    PyObject *list = PyList_New(0);
    for (size_t at = 0; list != NULL && at < count; at++) {
        if (!append_integer(list, numbers[at])) {
            Py_CLEAR(list);
        }
    }
    return list;
}

/* Return [generation << 16 | bucket, collections, ...] of the *pauses*. */
static PyObject *
list_of_pauses(const uint32_t pauses[COLLECTED_GENERATIONS][BUCKETS])
{
    PyObject *list = PyList_New(0);
    for (int generation = 0; generation < COLLECTED_GENERATIONS; generation++) {
        for (int bucket = 0; list != NULL && bucket < BUCKETS; bucket++) {
            uint32_t number = pauses[generation][bucket];
            if (number && !(append_integer(list, generation << 16 | bucket)
                            && append_integer(list, number))) {
                Py_CLEAR(list);
            }
        }
    }
    return list;
}

static const char collections_doc[] =
    "collections(): ([collections, collected, uncollectable, manual, total ns, longest ns, ... by\n"
    "generation], [generation << 16 | bucket, collections, ...], [collected, started at, generation,\n"
    "uncollectable, pause, manual, ... of the largest], ns paused in all), since the last call.";

static PyObject *
collections(PyObject *module, PyObject *const *args, Py_ssize_t count)
{
    if (!takes("collections", count, 0)) {
        return NULL;
    }
    /* What follows allocates, and may set off a collection: that one is the next call's. */
    static __typeof__(tallied) read;
    read = tallied;
    memset(&tallied, 0, sizeof(tallied));
    PyObject *figures = list_of_integers(read.figures[0], COLLECTED_GENERATIONS * COLUMNS);
    PyObject *pauses = list_of_pauses(read.pauses);
    PyObject *notable = list_of_integers(&read.notable[0].collected,
                                         read.notable_count * NOTABLE_COLUMNS);
    if (figures == NULL || pauses == NULL || notable == NULL) {
        Py_XDECREF(figures);
        Py_XDECREF(pauses);
        Py_XDECREF(notable);
        return NULL;
    }
    return Py_BuildValue("(NNNL)", figures, pauses, notable, (long long)read.paused_ns);
}

#endif
#endif
