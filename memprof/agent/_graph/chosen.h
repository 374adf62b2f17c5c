/*
 * Chosen objects: some of each type to watch, those at known addresses, those
 * of known classes and what they take.
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
    Map choice_of;             /* type -> place of its choice, plus one; 0: none */
    PyTypeObject *last;
    Choice *last_choice;
    SeenList found;
    bool failed;
} Choosing;

/* Return the choice for *type*, NULL if none of it is wanted. */
static Choice *
choice_for(Choosing *choosing, PyTypeObject *type)
{
    Pair *pair = find(&choosing->choice_of, (uintptr_t)type);
    size_t place = 0;
    if (pair != NULL) {
        place = pair->value;
    }
    else {
        int64_t number = number_of(type);
        for (size_t at = 0; at < choosing->count && !place; at++) {
            place = choosing->choices[at].number == number ? at + 1 : 0;
        }
        choosing->failed |= !put(&choosing->choice_of, (uintptr_t)type, place);
    }
    return place ? &choosing->choices[place - 1] : NULL;
}

static void
choose_object(PyObject *object, void *data)
{
    Choosing *choosing = data;
    if (Py_TYPE(object) != choosing->last) {
        choosing->last = Py_TYPE(object);
        choosing->last_choice = choice_for(choosing, choosing->last);
    }
    Choice *choice = choosing->last_choice;
    if (choice == NULL || is_own_here(object)) {
        return;
    }
    if (choice->met % choice->step == 0 && choice->met / choice->step < choosing->most
        && !append_seen(&choosing->found, object)) {
        choosing->failed = true;
    }
    choice->met++;
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
    visit_others(choose_object, &choosing);
    PyObject *rows = choosing.failed ? PyErr_NoMemory() : rows_of_samples(&choosing.found);
    drop_seen(&choosing.found);
    drop_map(&choosing.choice_of);
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

static void
list_object(PyObject *object, void *data)
{
    PyObject **list = data;
    if (*list != NULL && PyList_Append(*list, object) < 0) {
        Py_CLEAR(*list);
    }
}

static const char tracked_doc[] =
    "tracked(): what gc.get_objects() tells, and what gc.freeze() put aside, as a list.";

static PyObject *
tracked(PyObject *module, PyObject *const *args, Py_ssize_t count)
{
    if (!takes("tracked", count, 0)) {
        return NULL;
    }
    PyObject *found = PyList_New(0);
    if (found != NULL) {
        /* Not itself. */
        PyObject_GC_UnTrack(found);
        PyObject *list = found;
        visit_others(list_object, &list);
        if (list == NULL) {
            return NULL;
        }
        PyObject_GC_Track(found);
    }
    return found;
}

typedef struct {
    Map wanted;                /* numbers of types, plus one */
    PyTypeObject *last;
    Map met;                   /* types */
    PyObject *list;
} Classes;

static void
find_class(PyObject *object, void *data)
{
    Classes *classes = data;
    PyTypeObject *type = Py_TYPE(object);
    if (type == classes->last || classes->list == NULL) {
        return;
    }
    classes->last = type;
    int64_t number = number_of(type);
    if (number < 0 || find(&classes->wanted, (uint64_t)number + 1) == NULL
        || find(&classes->met, (uintptr_t)type) != NULL) {
        return;
    }
    if (!put(&classes->met, (uintptr_t)type, 1)
        || PyList_Append(classes->list, (PyObject *)type) < 0) {
        Py_CLEAR(classes->list);
    }
}

static const char classes_doc[] =
    "classes(types): the classes of these numbers that have objects, as a list.";

static PyObject *
classes(PyObject *module, PyObject *const *args, Py_ssize_t count)
{
    if (!takes("classes", count, 1)) {
        return NULL;
    }
    Classes found = {0};
    bool well = PyList_Check(args[0]);
    for (Py_ssize_t at = 0; well && at < PyList_GET_SIZE(args[0]); at++) {
        size_t number = PyLong_AsSize_t(PyList_GET_ITEM(args[0], at));
        well = !PyErr_Occurred() && put(&found.wanted, number + 1, 1);
    }
    if (well) {
        found.list = PyList_New(0);
        visit_objects(find_class, &found);
    }
    drop_map(&found.wanted);
    drop_map(&found.met);
    if (found.list == NULL && !PyErr_Occurred()) {
        PyErr_SetString(PyExc_ValueError, "classes() takes a list of numbers");
    }
    return found.list;
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
    if (pair == NULL || is_own_here(object) || sizing->sums[pair->value - 1] < 0) {
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
        visit_others(size_object, &sizing);
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
