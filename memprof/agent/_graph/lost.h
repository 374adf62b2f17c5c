/*
 * Lost references: counted, and nowhere to be found.
 *
 * Who holds a reference stores a pointer.  An object that is referred to a thousand
 * times more often than there are pointers to it in all of the process's memory was
 * taken by C code that forgot it: nobody can give these references back.
 *
 * Classes are left out.  Many extensions forget the reference that each instance has
 * to its class; nothing is kept by it that would not be there anyway.
 *
 * Pointers that lie in freed memory are counted like others, so fewer are called
 * lost than are; never more.
 */
#ifndef MEMPROF_LOST_H
#define MEMPROF_LOST_H

#include "census.h"
#include "marks.h"
#include "pages.h"

typedef struct {
    PyObject *object;
    Py_ssize_t references;
    Py_ssize_t found;          /* of them, so many that tracked objects hold; then pointers */
} Heavy;

typedef struct {
    Heavy items[MOST_HEAVY];
    size_t count;
    Py_ssize_t least;
    Marks marks;               /* of those that are looked for now */
    Map place;                 /* address -> place in `items`, plus one */
    const Pages *pages;
    uintptr_t lowest, highest; /* of the addresses */
    bool full;
} Losing;

static void
find_heavy(PyObject *object, void *data)
{
    Losing *losing = data;
    Py_ssize_t references = references_to(object);
    if (references < losing->least || is_own_here(object) || PyType_Check(object)) {
        return;
    }
    if (losing->count == MOST_HEAVY) {
        losing->full = true;
        return;
    }
    losing->items[losing->count++] = (Heavy){object, references, 0};
}

/* Some keep flags in the lowest bits of a pointer. */
#define FLAGS (((uintptr_t)1 << MARK_SHIFT) - 1)

/* What stands for *object*, whatever the flags. */
static inline uint64_t
key_of(const void *object)
{
    return (uintptr_t)object >> MARK_SHIFT;
}

/* Look for those alone of which enough references are not found yet; tell whether there are any. */
static bool
keep_unfound(Losing *losing)
{
    size_t kept = 0;
    drop_marks(&losing->marks);
    losing->marks = (Marks){0};
    drop_map(&losing->place);
    losing->lowest = UINTPTR_MAX;
    losing->highest = 0;
    for (size_t at = 0; at < losing->count; at++) {
        Heavy one = losing->items[at];
        if (one.references - one.found >= losing->least) {
            losing->items[kept++] = one;
            uintptr_t address = (uintptr_t)one.object;
            losing->lowest = address < losing->lowest ? address : losing->lowest;
            losing->highest = (address | FLAGS) > losing->highest ? address | FLAGS
                : losing->highest;
            mark(&losing->marks, one.object);
            losing->full |= !put(&losing->place, key_of(one.object), kept);
        }
    }
    losing->count = kept;
    losing->full |= losing->marks.failed;
    return kept > 0 && !losing->full;
}

static inline void
find_reference(Losing *losing, const void *object)
{
    if (is_marked(&losing->marks, object)) {
        const Pair *pair = find(&losing->place, key_of(object));
        if (pair != NULL) {
            losing->items[pair->value - 1].found++;
        }
    }
}

static int
find_referent(PyObject *object, void *data)
{
    find_reference(data, object);
    return 0;
}

static void
find_referents(PyObject *object, void *data)
{
    if (!is_opaque(object)) {
        visit_referents(object, find_referent, data);
    }
}

/* Take off what tracked objects hold: for most programs that is all, and nothing is read. */
static bool
explain_heavy(Losing *losing)
{
    Gathered all = {0};
    visit_objects(gather_one, &all);
    visit_gathered(&all, find_referents, losing);
    losing->full |= all.failed;
    drop_gathered(&all);
    return keep_unfound(losing);
}

static void
find_pointers(const unsigned char *piece, size_t size, void *data)
{
    Losing *losing = data;
    /* Most words are far from where the objects lie: this loop is all that they cost. */
    uintptr_t lowest = losing->lowest, span = losing->highest - losing->lowest;
    size_t step = losing->pages->step;
    for (size_t at = 0; at + sizeof(uintptr_t) <= size; at += step) {
        uintptr_t word;
        memcpy(&word, piece + at, sizeof(word));
        if (UNLIKELY(word - lowest <= span)) {
            find_reference(losing, (const void *)word);
        }
    }
}

/* Count the pointers to the objects, every *step* bytes; tell whether that was all memory. */
static bool
count_pointers(Losing *losing, Pages *pages, size_t step)
{
    for (size_t at = 0; at < losing->count; at++) {
        losing->items[at].found = 0;
    }
    losing->pages = pages;
    pages->step = step;
    read_pages(pages, find_pointers, losing);
    return !pages->late && !pages->failed && keep_unfound(losing);
}

/* Return [(address, type, references, pointers), ...] of what is left. */
static PyObject *
rows_of_heavy(const Losing *losing, PyObject *name)
{
    PyObject *rows = PyList_New(0);
    for (size_t at = 0; rows != NULL && at < losing->count; at++) {
        const Heavy *one = &losing->items[at];
        int64_t number = number_of(Py_TYPE(one->object));
        number = number < 0 ? ask_number(Py_TYPE(one->object), name) : number;
        PyObject *row = number < 0 ? NULL
            : Py_BuildValue("(KLnn)", (unsigned long long)(uintptr_t)one->object,
                            (long long)number, one->references, one->found);
        if (row == NULL || PyList_Append(rows, row) < 0) {
            Py_CLEAR(rows);
        }
        Py_XDECREF(row);
    }
    return rows;
}

static const char lost_doc[] =
    "lost(name, least, deadline_ns): [(address, type, references, pointers), ...] of the tracked\n"
    "objects, no classes, that have *least* references more than there are pointers to them in the process's\n"
    "private memory, wherever they stand; None if time.monotonic_ns() passed *deadline_ns* before\n"
    "all was read, or if it may not be.  Types are numbered by name(class).";

static PyObject *
lost(PyObject *module, PyObject *const *args, Py_ssize_t count)
{
    if (!takes("lost", count, 3)) {
        return NULL;
    }
    Losing losing = {.least = PyLong_AsSsize_t(args[1])};
    Pages pages = {.deadline_ns = PyLong_AsLongLong(args[2])};
    if (PyErr_Occurred()) {
        return NULL;
    }
    visit_others(find_heavy, &losing);
    bool read = false, left = keep_unfound(&losing) && explain_heavy(&losing);
    if (left) {
        /* Most pointers stand at whole words; those that do not are looked for next. */
        read = open_pages(&pages);
        left = read && count_pointers(&losing, &pages, sizeof(uintptr_t))
            && count_pointers(&losing, &pages, 1);
        read = read && !pages.late && !pages.failed;
        close_pages(&pages);
    }
    else {
        read = !losing.full;
    }
    PyObject *rows = read && !losing.full ? rows_of_heavy(&losing, args[0]) : Py_NewRef(Py_None);
    drop_marks(&losing.marks);
    drop_map(&losing.place);
    return rows;
}

#endif
