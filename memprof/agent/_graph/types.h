/*
 * Types by the numbers the agent gives their names.
 *
 * A type is known by its address and by what its name hashes to: another may
 * come to stand where one died.
 */
#ifndef MEMPROF_TYPES_H
#define MEMPROF_TYPES_H

#include "objects.h"

typedef struct {
    uint64_t stamp;
    int64_t number;
} Known;

static Things known;           /* of Known */
static Map known_at;           /* address of a type -> its place in `known`, plus one */

static PyObject *module_word;  /* "__module__" */
static PyObject *wrapped_word; /* "__wrapped__" */

/* What the name of *type* hashes to; 0 for static types, which stay. */
static uint64_t
stamp_of(PyTypeObject *type)
{
    if (!(type->tp_flags & Py_TPFLAGS_HEAPTYPE) || type->tp_dict == NULL) {
        return 0;
    }
    PyObject *module = PyDict_GetItemWithError(type->tp_dict, module_word);
    uint64_t stamp = (uint64_t)PyObject_Hash(((PyHeapTypeObject *)type)->ht_qualname);
    if (module != NULL && PyUnicode_CheckExact(module)) {
        stamp ^= mix((uint64_t)PyObject_Hash(module));
    }
    PyErr_Clear();
    return stamp | 1;
}

/* Return the number of *type*, -1 if it has none yet or is another by now. */
static int64_t
number_of(PyTypeObject *type)
{
    Pair *pair = find(&known_at, (uintptr_t)type);
    if (pair == NULL) {
        return -1;
    }
    Known *one = thing(&known, (uint32_t)pair->value - 1);
    return one->stamp == stamp_of(type) ? one->number : -1;
}

/* Ask *name*, a function of the agent, for the number of *type*; -1 with an error set. */
static int64_t
ask_number(PyTypeObject *type, PyObject *name)
{
    PyObject *answer = PyObject_CallOneArg(name, (PyObject *)type);
    long long number = answer == NULL ? -1 : PyLong_AsLongLong(answer);
    Py_XDECREF(answer);
    if (number < 0 || number > UINT32_MAX) {
        if (!PyErr_Occurred()) {
            PyErr_SetString(PyExc_ValueError, "a type's number is out of range");
        }
        return -1;
    }
    Pair *pair = find(&known_at, (uintptr_t)type);
    Known *one = pair != NULL ? thing(&known, (uint32_t)pair->value - 1) : add_thing(&known);
    if (one == NULL || (pair == NULL && !put(&known_at, (uintptr_t)type, known.count))) {
        PyErr_NoMemory();
        return -1;
    }
    *one = (Known){stamp_of(type), number};
    return number;
}

/* Numbers by type: an array that grows as types get numbers. */
typedef struct {
    int64_t *items;
    size_t count, room;
} Figures;

/* Return the figure of *number*, new ones *fresh*; NULL without memory. */
static int64_t *
figure(Figures *figures, size_t number, int64_t fresh)
{
    if (number >= figures->room) {
        size_t room = figures->room ? figures->room : 1024;
        while (room <= number) {
            room *= 2;
        }
        int64_t *items = take_pages(room * sizeof(*items));
        if (items == NULL) {
            return NULL;
        }
        if (figures->count) {
            memcpy(items, figures->items, figures->count * sizeof(*items));
        }
        give_pages(figures->items, figures->room * sizeof(*items));
        figures->items = items;
        figures->room = room;
    }
    while (figures->count <= number) {
        figures->items[figures->count++] = fresh;
    }
    return &figures->items[number];
}

static void
drop_figures(Figures *figures)
{
    give_pages(figures->items, figures->room * sizeof(*figures->items));
    *figures = (Figures){0};
}

static PyObject *
list_of_figures(const Figures *figures)
{
    PyObject *list = PyList_New((Py_ssize_t)figures->count);
    for (size_t at = 0; list != NULL && at < figures->count; at++) {
        PyObject *value = PyLong_FromLongLong(figures->items[at]);
        if (value == NULL) {
            Py_CLEAR(list);
            break;
        }
        PyList_SET_ITEM(list, (Py_ssize_t)at, value);
    }
    return list;
}

/* Objects counted by the address of their type, while nothing may be asked. */
typedef struct {
    Map counts;
    PyTypeObject *last;
    uint64_t last_count;
    bool held, failed;
} Tally;

static void
flush_tally(Tally *tally)
{
    if (tally->last_count) {
        Pair *pair = find(&tally->counts, (uintptr_t)tally->last);
        if (pair != NULL) {
            pair->value += tally->last_count;
        }
        else if (!put(&tally->counts, (uintptr_t)tally->last, tally->last_count)) {
            tally->failed = true;
        }
        tally->last_count = 0;
    }
}

/* Count one object of *type*; the next is most often of the same. */
static inline void
count_type(Tally *tally, PyTypeObject *type)
{
    if (type != tally->last) {
        flush_tally(tally);
        tally->last = type;
    }
    tally->last_count++;
}

/*
 * Keep the types of *tally* alive.  To be done before anything is allocated, for
 * that may set off a collection, and so let others run who drop them.
 */
static void
hold_tally(Tally *tally)
{
    flush_tally(tally);
    size_t room = tally->held || tally->counts.pairs == NULL ? 0 : tally->counts.mask + 1;
    for (size_t at = 0; at < room; at++) {
        if (tally->counts.pairs[at].key) {
            Py_INCREF((PyObject *)tally->counts.pairs[at].key);
        }
    }
    tally->held = true;
}

/* Forget what was counted, and let go of the types. */
static void
drop_tally(Tally *tally)
{
    Map counts = tally->counts;
    bool held = tally->held;
    *tally = (Tally){0};
    size_t room = held && counts.pairs != NULL ? counts.mask + 1 : 0;
    for (size_t at = 0; at < room; at++) {
        if (counts.pairs[at].key) {
            Py_DECREF((PyObject *)counts.pairs[at].key);
        }
    }
    drop_map(&counts);
}

/*
 * Sum *tally* by number into *figures*, asking *name* for numbers that are
 * missing, and drop it.
 */
static bool
settle_tally(Tally *tally, Figures *figures, PyObject *name)
{
    hold_tally(tally);
    bool well = !tally->failed;
    size_t room = tally->counts.pairs == NULL ? 0 : tally->counts.mask + 1;
    for (size_t at = 0; well && at < room; at++) {
        const Pair *pair = &tally->counts.pairs[at];
        if (!pair->key) {
            continue;
        }
        int64_t number = number_of((PyTypeObject *)pair->key);
        number = number < 0 ? ask_number((PyTypeObject *)pair->key, name) : number;
        int64_t *here = number < 0 ? NULL : figure(figures, (size_t)number, 0);
        well = here != NULL;
        if (well) {
            *here += (int64_t)pair->value;
        }
    }
    drop_tally(tally);
    if (!well && !PyErr_Occurred()) {
        PyErr_NoMemory();
    }
    return well;
}

#endif
