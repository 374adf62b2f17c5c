/*
 * Chosen objects: some of each type to watch, the objects at known addresses,
 * who refers to them, and what they take.
 */
#ifndef MEMPROF_CHOSEN_H
#define MEMPROF_CHOSEN_H

#include "census.h"

typedef struct {
    int64_t number;            /* of the type */
    size_t step;               /* one of so many is chosen */
    size_t met;
} Choice;

typedef struct {
    Choice *choices;
    size_t count, most;
    SeenList found;
    bool failed;
} Choosing;

static void
choose_object(PyObject *object, void *data)
{
    Choosing *choosing = data;
    int64_t number = -1;
    for (size_t at = 0; at < choosing->count; at++) {
        Choice *choice = &choosing->choices[at];
        number = number < 0 ? number_of(Py_TYPE(object)) : number;
        if (choice->number != number || is_own(object)) {
            continue;
        }
        if (choice->met % choice->step == 0 && choice->met / choice->step < choosing->most
            && !append_seen(&choosing->found, object)) {
            choosing->failed = true;
        }
        choice->met++;
    }
}

static const char some_doc[] =
    "some(types, counts, most): [address, type, references, ...] of *most* objects of each of\n"
    "*types*, spread evenly over as many as *counts* says there are.";

#define MOST_CHOICES 64

static PyObject *
some(PyObject *module, PyObject *const *args, Py_ssize_t count)
{
    if (!takes("some", count, 3)) {
        return NULL;
    }
    Choice choices[MOST_CHOICES];
    Choosing choosing = {.choices = choices, .most = PyLong_AsSize_t(args[2])};
    Py_ssize_t wanted = PyList_Check(args[0]) && PyList_Check(args[1]) ? PyList_GET_SIZE(args[0]) : -1;
    if (wanted < 0 || wanted > MOST_CHOICES || PyList_GET_SIZE(args[1]) != wanted
        || choosing.most == 0 || PyErr_Occurred()) {
        PyErr_SetString(PyExc_ValueError, "some() takes two lists of one length and a number");
        return NULL;
    }
    for (Py_ssize_t at = 0; at < wanted; at++) {
        size_t there = PyLong_AsSize_t(PyList_GET_ITEM(args[1], at));
        choices[at] = (Choice){PyLong_AsLongLong(PyList_GET_ITEM(args[0], at)),
                               there > choosing.most ? there / choosing.most : 1, 0};
        choosing.count++;
    }
    if (PyErr_Occurred()) {
        return NULL;
    }
    visit_objects(choose_object, &choosing);
    PyObject *rows = choosing.failed ? PyErr_NoMemory() : rows_of_samples(&choosing.found);
    drop_seen(&choosing.found);
    return rows;
}

typedef struct {
    Map wanted;
    PyObject *list;
} Finding;

static void
find_object(PyObject *object, void *data)
{
    Finding *finding = data;
    if (finding->list != NULL && find(&finding->wanted, (uintptr_t)object) != NULL
        && PyList_Append(finding->list, object) < 0) {
        Py_CLEAR(finding->list);
    }
}

static const char at_doc[] = "at(ids): the tracked objects at these addresses, as a list.";

static PyObject *
at(PyObject *module, PyObject *const *args, Py_ssize_t count)
{
    if (!takes("at", count, 1)) {
        return NULL;
    }
    Finding finding = {0};
    if (read_addresses(args[0], &finding.wanted)) {
        finding.list = PyList_New(0);
        if (finding.list != NULL) {
            visit_objects(find_object, &finding);
        }
    }
    drop_map(&finding.wanted);
    return finding.list;
}

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
            drop_map(&holding.held[at].holders.counts);
        }
        give_pages(holding.held, holding.wanted.count * sizeof(Held) + 1);
    }
    drop_map(&holding.wanted);
    return rows;
}

typedef struct {
    Map methods;               /* address of a type -> its place, plus one */
    PyObject **asked;
    int64_t *sums;
} Sizing;

static void
size_object(PyObject *object, void *data)
{
    Sizing *sizing = data;
    Pair *pair = find(&sizing->methods, (uintptr_t)Py_TYPE(object));
    if (pair == NULL || sizing->sums[pair->value - 1] < 0) {
        return;
    }
    PyObject *answer = PyObject_CallOneArg(sizing->asked[pair->value - 1], object);
    long long size = answer == NULL ? -1 : PyLong_AsLongLong(answer);
    Py_XDECREF(answer);
    PyErr_Clear();
    int64_t *sum = &sizing->sums[pair->value - 1];
    *sum = size < 0 ? -1 : *sum + size;
}

static const char sizes_doc[] =
    "sizes(classes, methods): [bytes of all tracked objects of each class], by its method\n"
    "`__sizeof__`, which must be written in C; -1 where that fails.";

static PyObject *
sizes(PyObject *module, PyObject *const *args, Py_ssize_t count)
{
    if (!takes("sizes", count, 2)) {
        return NULL;
    }
    if (!PyList_Check(args[0]) || !PyList_Check(args[1])
        || PyList_GET_SIZE(args[0]) != PyList_GET_SIZE(args[1])) {
        PyErr_SetString(PyExc_ValueError, "sizes() takes two lists of one length");
        return NULL;
    }
    size_t number = (size_t)PyList_GET_SIZE(args[0]);
    Sizing sizing = {.asked = PySequence_Fast_ITEMS(args[1]),
                     .sums = take_pages(number * sizeof(int64_t) + 1)};
    bool well = sizing.sums != NULL;
    for (size_t at = 0; well && at < number; at++) {
        well = put(&sizing.methods, (uintptr_t)PyList_GET_ITEM(args[0], at), at + 1);
    }
    PyObject *found = NULL;
    if (well) {
        visit_objects(size_object, &sizing);
        found = list_of_figures(&(Figures){sizing.sums, number, number});
    }
    else {
        PyErr_NoMemory();
    }
    give_pages(sizing.sums, number * sizeof(int64_t) + 1);
    drop_map(&sizing.methods);
    return found;
}

#endif
