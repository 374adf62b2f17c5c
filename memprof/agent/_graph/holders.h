/*
 * Who refers to chosen objects: how many references there are, how many of them
 * other objects hold, and what these are.
 */
#ifndef MEMPROF_HOLDERS_H
#define MEMPROF_HOLDERS_H

#include "census.h"

/* Who refers to one object. */
typedef struct {
    Py_ssize_t references;     /* to it, from anywhere */
    Py_ssize_t explained;      /* of which so many from tracked objects */
    Tally holders;             /* these, by type; the agent's own left out */
    const PyObject *counted;   /* the last referrer that was counted there */
} Held;

typedef struct {
    Map wanted;                /* address -> place in `held`, plus one */
    Held *held;
    size_t count;
    PyObject *holder;          /* who is asked now */
    bool holder_is_own;
} Holding;

static int
note_referent(PyObject *object, void *data)
{
    Holding *holding = data;
    Pair *pair = find(&holding->wanted, (uintptr_t)object);
    if (pair != NULL) {
        Held *held = &holding->held[pair->value - 1];
        held->explained++;
        if (!holding->holder_is_own && held->counted != holding->holder) {
            held->counted = holding->holder;
            count_type(&held->holders, Py_TYPE(holding->holder));
        }
    }
    return 0;
}

static void
note_referents(PyObject *object, void *data)
{
    Holding *holding = data;
    Pair *pair = find(&holding->wanted, (uintptr_t)object);
    if (pair != NULL) {
        holding->held[pair->value - 1].references = references_to(object);
    }
    if (!is_opaque(object)) {
        holding->holder = object;
        holding->holder_is_own = is_own(object);
        visit_referents(object, note_referent, holding);
    }
}

/* Return (address, references, explained, [types of holders]) of one object. */
static PyObject *
row_of_held(uintptr_t address, Held *held, PyObject *name)
{
    Figures holders = {0};
    PyObject *row = NULL, *numbers = NULL;
    if (settle_tally(&held->holders, &holders, name)) {
        numbers = PyList_New(0);
        for (size_t at = 0; numbers != NULL && at < holders.count; at++) {
            PyObject *number = holders.items[at] ? PyLong_FromSize_t(at) : Py_NewRef(Py_None);
            if (number == NULL
                || (number != Py_None && PyList_Append(numbers, number) < 0)) {
                Py_CLEAR(numbers);
            }
            Py_XDECREF(number);
        }
    }
    if (numbers != NULL) {
        row = Py_BuildValue("(KnnN)", (unsigned long long)address, held->references,
                            held->explained, numbers);
    }
    drop_figures(&holders);
    return row;
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
    PyObject *rows = NULL;
    if (read_addresses(args[1], &holding.wanted)) {
        holding.held = take_pages(holding.wanted.count * sizeof(Held) + 1);
        size_t room = holding.wanted.pairs == NULL ? 0 : holding.wanted.mask + 1;
        for (size_t at = 0; at < room; at++) {
            if (holding.wanted.pairs[at].key) {
                holding.wanted.pairs[at].value = ++holding.count;
            }
        }
        rows = holding.held == NULL ? PyErr_NoMemory() : PyList_New(0);
        if (rows != NULL) {
            visit_objects(note_referents, &holding);
        }
        for (size_t at = 0; holding.held != NULL && at < holding.count; at++) {
            hold_tally(&holding.held[at].holders);
        }
        for (size_t at = 0; at < room; at++) {
            const Pair *pair = &holding.wanted.pairs[at];
            Held *held = pair->key && holding.held ? &holding.held[pair->value - 1] : NULL;
            if (rows != NULL && held != NULL && held->references > 0) {
                PyObject *row = row_of_held(pair->key, held, args[0]);
                if (row == NULL || PyList_Append(rows, row) < 0) {
                    Py_CLEAR(rows);
                }
                Py_XDECREF(row);
            }
        }
        for (size_t at = 0; holding.held != NULL && at < holding.count; at++) {
            drop_tally(&holding.held[at].holders);
        }
        give_pages(holding.held, holding.wanted.count * sizeof(Held) + 1);
    }
    drop_map(&holding.wanted);
    return rows;
}

#endif
