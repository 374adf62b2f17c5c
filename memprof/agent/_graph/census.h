/*
 * One look at all tracked objects: how many of each type, how many references
 * to each class, and to the samples that are still there.
 */
#ifndef MEMPROF_CENSUS_H
#define MEMPROF_CENSUS_H

#include "ours.h"

/* Immortal and deferred objects carry a mark above this, not a count. */
#define NOT_A_COUNT 500000000

static inline Py_ssize_t
references_to(PyObject *object)
{
    Py_ssize_t count = Py_REFCNT(object) - visiting();
    return count < NOT_A_COUNT ? count : -1;
}

/* An object seen, which may be gone by the time it is told of. */
typedef struct {
    PyObject *object;
    PyTypeObject *type;
    int64_t number;            /* of the type, -1 if it has none yet */
    Py_ssize_t references;
} Seen;

typedef struct {
    Seen *items;
    size_t count, room;
} SeenList;

static bool
append_seen(SeenList *list, PyObject *object)
{
    if (list->count == list->room) {
        size_t room = list->room ? 2 * list->room : 1024;
        Seen *items = take_pages(room * sizeof(Seen));
        if (items == NULL) {
            return false;
        }
        if (list->count) {
            memcpy(items, list->items, list->count * sizeof(Seen));
        }
        give_pages(list->items, list->room * sizeof(Seen));
        list->items = items;
        list->room = room;
    }
    PyTypeObject *type = Py_TYPE(object);
    list->items[list->count++] = (Seen){object, type, number_of(type), references_to(object)};
    return true;
}

static void
drop_seen(SeenList *list)
{
    give_pages(list->items, list->room * sizeof(Seen));
    *list = (SeenList){0};
}

/* So many references are worth a second look; of so many objects at most. */
#define HEAVY 1000
#define MOST_HEAVY 256

typedef struct {
    Tally tally;
    const Map *wanted;         /* addresses of the samples */
    SeenList classes, samples;
    struct {
        uintptr_t address;
        Py_ssize_t references;
    } heavy[MOST_HEAVY];
    size_t heavies;            /* that there are, not all of them in `heavy` */
    Map own;                   /* what is there of our own, where it is not */
    bool failed;
} Census;

static void
note_heavy(Census *census, PyObject *object)
{
    Py_ssize_t references = references_to(object);
    if (UNLIKELY(references >= HEAVY)) {
        if (census->heavies < MOST_HEAVY) {
            census->heavy[census->heavies].address = (uintptr_t)object;
            census->heavy[census->heavies].references = references;
        }
        census->heavies++;
    }
}

static void
count_object(PyObject *object, void *data)
{
    Census *census = data;
    if (is_own_here(object)) {
        census->failed |= !put(&census->own, (uintptr_t)object, 1);
        return;
    }
    count_type(&census->tally, Py_TYPE(object));
    if (PyType_Check(object)) {
        /* One that is being made is tracked before it has a name. */
        unsigned long flags = Py_TPFLAGS_HEAPTYPE | Py_TPFLAGS_READY;
        bool counts = (((PyTypeObject *)object)->tp_flags & flags) == flags;
        if (counts && !append_seen(&census->classes, object)) {
            census->failed = true;
        }
    }
    else {
        note_heavy(census, object);
    }
    if (census->wanted->count && find(census->wanted, (uintptr_t)object) != NULL
        && !append_seen(&census->samples, object)) {
        census->failed = true;
    }
}

/*
 * Sum the references to classes by the number of their name; -1 where there is no
 * class.  The classes were kept alive until now.
 */
static bool
sum_references(const SeenList *classes, Figures *references, PyObject *name)
{
    bool well = true;
    for (size_t at = 0; well && at < classes->count; at++) {
        const Seen *seen = &classes->items[at];
        PyTypeObject *type = (PyTypeObject *)seen->object;
        if (seen->references >= 0) {
            int64_t number = number_of(type);
            number = number < 0 ? ask_number(type, name) : number;
            int64_t *here = number < 0 ? NULL : figure(references, (size_t)number, -1);
            well = here != NULL;
            if (well) {
                *here = (*here < 0 ? 0 : *here) + seen->references;
            }
        }
    }
    return well;
}

/* Keep the classes of *census*, and the types of its samples, alive; see `hold_tally`. */
static void
hold_classes(const Census *census)
{
    for (size_t at = 0; at < census->classes.count; at++) {
        Py_INCREF(census->classes.items[at].object);
    }
    for (size_t at = 0; at < census->samples.count; at++) {
        Py_INCREF((PyObject *)census->samples.items[at].type);
    }
}

static void
let_go_classes(const Census *census)
{
    for (size_t at = 0; at < census->classes.count; at++) {
        Py_DECREF(census->classes.items[at].object);
    }
    for (size_t at = 0; at < census->samples.count; at++) {
        Py_DECREF((PyObject *)census->samples.items[at].type);
    }
}

/* Number the types of *samples*, all of which have numbers by now. */
static void
number_samples(SeenList *samples)
{
    for (size_t at = 0; at < samples->count; at++) {
        samples->items[at].number = number_of(samples->items[at].type);
    }
}

/* Append *count* figures to the list *rows*; return it, NULL with an error set. */
static PyObject *
append_figures(PyObject *rows, const long long *figures, int count)
{
    for (int column = 0; rows != NULL && column < count; column++) {
        PyObject *value = PyLong_FromLongLong(figures[column]);
        if (value == NULL || PyList_Append(rows, value) < 0) {
            Py_CLEAR(rows);
        }
        Py_XDECREF(value);
    }
    return rows;
}

/* Return [address, number of the type, references, ...] of the samples seen. */
static PyObject *
rows_of_samples(const SeenList *samples)
{
    PyObject *rows = PyList_New(0);
    for (size_t at = 0; at < samples->count; at++) {
        const Seen *seen = &samples->items[at];
        long long figures[] = {(long long)(uintptr_t)seen->object, seen->number, seen->references};
        rows = append_figures(rows, figures, 3);
    }
    return rows;
}

/* Return [address, references, ...] of what has many, None where there are too many of these. */
static PyObject *
rows_of_heavies(const Census *census)
{
    if (census->heavies > MOST_HEAVY) {
        return Py_NewRef(Py_None);
    }
    PyObject *rows = PyList_New(0);
    for (size_t at = 0; at < census->heavies; at++) {
        long long figures[] = {(long long)census->heavy[at].address, census->heavy[at].references};
        rows = append_figures(rows, figures, 2);
    }
    return rows;
}

static const char look_doc[] =
    "look(name, samples): ([objects of each type], [references to the classes of each name],\n"
    "[address, type, references, ... of the samples that are there],\n"
    "[address, references, ... of all but classes that has a thousand references or more],\n"
    "None where that is too much).\n\n"
    "Types are numbered by name(class).  A name without a class has -1, and so has a count that\n"
    "is none: immortal objects.  The agent's own are left out.";

static PyObject *
look(PyObject *module, PyObject *const *args, Py_ssize_t count)
{
    if (!takes("look", count, 2)) {
        return NULL;
    }
    PyObject *name = args[0], *samples = args[1], *found = NULL;
    Map wanted = {0};
    Figures counts = {0}, references = {0};
    Census census = {.wanted = &wanted};
    if (read_addresses(samples, &wanted)) {
        visit_others(count_object, &census);
        hold_tally(&census.tally);
        hold_classes(&census);
        bool well = settle_tally(&census.tally, &counts, name)
            && sum_references(&census.classes, &references, name);
        if (census.failed && !PyErr_Occurred()) {
            PyErr_NoMemory();
        }
        if (well && !census.failed) {
            if (!own_is_withdrawn()) {
                drop_map(&own);
                own = census.own;
                census.own = (Map){0};
            }
            number_samples(&census.samples);
            PyObject *rows = rows_of_samples(&census.samples);
            PyObject *by_type = rows == NULL ? NULL : list_of_figures(&counts);
            PyObject *by_class = by_type == NULL ? NULL : list_of_figures(&references);
            PyObject *heavies = by_class == NULL ? NULL : rows_of_heavies(&census);
            found = heavies == NULL ? NULL : PyTuple_Pack(4, by_type, by_class, rows, heavies);
            Py_XDECREF(heavies);
            Py_XDECREF(rows);
            Py_XDECREF(by_type);
            Py_XDECREF(by_class);
        }
    }
    drop_tally(&census.tally);
    let_go_classes(&census);
    drop_map(&wanted);
    drop_map(&census.own);
    drop_seen(&census.classes);
    drop_seen(&census.samples);
    drop_figures(&counts);
    drop_figures(&references);
    return found;
}

#endif
