/*
 * Who refers to chosen objects: how many references there are, how many of them
 * other objects hold, and what these are.
 */
#ifndef MEMPROF_HOLDERS_H
#define MEMPROF_HOLDERS_H

#include "../_cpython/layout.h"
#include "census.h"
#include "marks.h"

/* Who refers to one object. */
typedef struct {
    Py_ssize_t references;     /* to it, from anywhere */
    Py_ssize_t explained;      /* of which so many from tracked objects */
    const PyObject *counted;   /* the last referrer that was counted there */
} Held;

typedef struct {
    Map wanted;                /* address -> place in `held`, plus one */
    Marks is_wanted;           /* the same, to pass over most referents at once */
    Held *held;
    size_t count;
    PyObject *holder;          /* who is asked now */
    bool holder_is_own;
    Tally types;               /* of the holders; the agent's own left out */
    Map kinds;                 /* a place in `held`, and the type of a holder there -> 1 */
    bool failed;
} Holding;

/* Above the bits of an address. */
#define PLACE_SHIFT 48
#define MOST_HELD ((size_t)1 << (64 - PLACE_SHIFT))

static int
note_referent(PyObject *object, void *data)
{
    Holding *holding = data;
    const Pair *pair = is_marked(&holding->is_wanted, object)
        ? find(&holding->wanted, (uintptr_t)object) : NULL;
    if (pair == NULL) {
        return 0;
    }
    Held *held = &holding->held[pair->value - 1];
    held->explained++;
    if (!holding->holder_is_own && held->counted != holding->holder) {
        PyTypeObject *type = Py_TYPE(holding->holder);
        held->counted = holding->holder;
        count_type(&holding->types, type);
        uint64_t key = (pair->value - 1) << PLACE_SHIFT | (uintptr_t)type;
        holding->failed |= (uint64_t)(uintptr_t)type >> PLACE_SHIFT
            || !put(&holding->kinds, key, 1);
    }
    return 0;
}

static int
note_borrowed_of(PyObject *object, void *data)
{
    Holding *holding = data;
    const Pair *pair = find(&holding->wanted, (uintptr_t)object);
    if (pair != NULL) {
        holding->held[pair->value - 1].explained--;
    }
    return 0;
}

static void
note_referents(PyObject *object, void *data)
{
    Holding *holding = data;
    const Pair *pair = is_marked(&holding->is_wanted, object)
        ? find(&holding->wanted, (uintptr_t)object) : NULL;
    if (pair != NULL) {
        holding->held[pair->value - 1].references = references_to(object);
    }
    if (!is_opaque(object)) {
        holding->holder = object;
        holding->holder_is_own = is_own(object);
        visit_referents(object, note_referent, holding);
        visit_borrowed(object, note_borrowed_of, holding);
    }
}

/* Read the addresses *ids* that are asked for. */
static bool
read_held(Holding *holding, PyObject *ids)
{
    if (!read_addresses(ids, &holding->wanted)) {
        return false;
    }
    holding->held = take_pages(holding->wanted.count * sizeof(Held) + 1);
    size_t room = holding->wanted.pairs == NULL ? 0 : holding->wanted.mask + 1;
    for (size_t at = 0; at < room; at++) {
        Pair *pair = &holding->wanted.pairs[at];
        if (pair->key) {
            pair->value = ++holding->count;
            mark(&holding->is_wanted, (void *)(uintptr_t)pair->key);
        }
    }
    if (holding->held == NULL || holding->is_wanted.failed || holding->count > MOST_HELD) {
        PyErr_NoMemory();
    }
    return !PyErr_Occurred();
}

/* Look at all objects, who hold what is asked for. */
static bool
note_holders(Holding *holding)
{
    Gathered all = {0};
    visit_objects(gather_one, &all);
    visit_gathered(&all, note_referents, holding);
    hold_tally(&holding->types);
    if (all.failed || holding->failed || holding->types.failed) {
        PyErr_NoMemory();
    }
    drop_gathered(&all);
    return !PyErr_Occurred();
}

/* Append to *lists*, one for each place in `held`, the numbers of the types there. */
static bool
number_holders(const Holding *holding, PyObject *lists, PyObject *name)
{
    size_t room = holding->kinds.pairs == NULL ? 0 : holding->kinds.mask + 1;
    bool well = true;
    for (size_t at = 0; well && at < room; at++) {
        uint64_t key = holding->kinds.pairs[at].key;
        if (!key) {
            continue;
        }
        PyTypeObject *type = (PyTypeObject *)(uintptr_t)(key & (((uint64_t)1 << PLACE_SHIFT) - 1));
        int64_t known = number_of(type);
        known = known < 0 ? ask_number(type, name) : known;
        PyObject *number = known < 0 ? NULL : PyLong_FromLongLong(known);
        PyObject *list = PyList_GET_ITEM(lists, (Py_ssize_t)(key >> PLACE_SHIFT));
        well = number != NULL && PyList_Append(list, number) == 0;
        Py_XDECREF(number);
    }
    return well;
}

/* Return a list of *count* empty ones. */
static PyObject *
empty_lists(size_t count)
{
    PyObject *lists = PyList_New((Py_ssize_t)count);
    for (size_t at = 0; lists != NULL && at < count; at++) {
        PyObject *list = PyList_New(0);
        if (list == NULL) {
            Py_CLEAR(lists);
            break;
        }
        PyList_SET_ITEM(lists, (Py_ssize_t)at, list);
    }
    return lists;
}

/* Return [(address, references, explained, [types of holders])] of what is there. */
static PyObject *
rows_of_held(const Holding *holding, PyObject *name)
{
    PyObject *lists = empty_lists(holding->count);
    PyObject *rows = lists != NULL && number_holders(holding, lists, name) ? PyList_New(0) : NULL;
    size_t room = holding->wanted.pairs == NULL ? 0 : holding->wanted.mask + 1;
    for (size_t at = 0; rows != NULL && at < room; at++) {
        const Pair *pair = &holding->wanted.pairs[at];
        const Held *held = pair->key ? &holding->held[pair->value - 1] : NULL;
        if (held == NULL || held->references <= 0) {
            continue;
        }
        PyObject *numbers = PyList_GET_ITEM(lists, (Py_ssize_t)pair->value - 1);
        PyObject *row = PyList_Sort(numbers) < 0 ? NULL
            : Py_BuildValue("(KnnO)", (unsigned long long)pair->key, held->references,
                            held->explained, numbers);
        if (row == NULL || PyList_Append(rows, row) < 0) {
            Py_CLEAR(rows);
        }
        Py_XDECREF(row);
    }
    Py_XDECREF(lists);
    return rows;
}

static const char holders_doc[] =
    "holders(name, ids): [(address, references, references of tracked objects, [types of those])]\n"
    "of the objects at the addresses *ids*.  The agent's own are counted and not named.";

static PyObject *
holders(PyObject *module, PyObject *const *args, Py_ssize_t count)
{
    if (!takes("holders", count, 2)) {
        return NULL;
    }
    Holding holding = {0};
    PyObject *rows = read_held(&holding, args[1]) && note_holders(&holding)
        ? rows_of_held(&holding, args[0]) : NULL;
    give_pages(holding.held, holding.wanted.count * sizeof(Held) + 1);
    drop_tally(&holding.types);
    drop_map(&holding.kinds);
    drop_map(&holding.wanted);
    drop_marks(&holding.is_wanted);
    return rows;
}

#endif
