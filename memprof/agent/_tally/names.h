/*
 * Names: strings that the interpreter keeps for ever, whoever made them first.
 *
 * Since 3.12 code that is compiled or loaded makes its names immortal, and 3.12 all that
 * is interned: a test that meets a name first leaves it, and no other call of it does.
 * They are nobody's.  The interpreter has them in a dictionary, the new ones at its end.
 */
#ifndef MEMPROF_NAMES_H
#define MEMPROF_NAMES_H

#include "spans.h"

/* Have the block at *address* be of no span. */
static void
disown(uintptr_t address)
{
    Mark *place = mark_at(address);
    Mark mark = place == NULL ? 0 : *place;
    if (SPAN_OF(mark) && !(mark & RAW_BIT)) {
        int64_t bytes = (int64_t)GRAINS_OF(mark) * GRAIN;
        count_in(SPAN_OF(mark), HELD, -1, -bytes);
        count_in(0, HELD, 1, bytes);
        *place = MARK_OF(0, GRAINS_OF(mark));
    }
}

#if PY_VERSION_HEX >= 0x030C0000

#include <internal/pycore_dict.h>

#define IMMORTAL 2             /* SSTATE_INTERNED_IMMORTAL, and one that is static is more */

/* Take the names that are new off their spans. */
static void
disown_names(PyInterpreterState *interpreter)
{
    static Py_ssize_t seen;
    PyObject *names = interpreter->cached_objects.interned_strings;
    if (names == NULL || !PyDict_CheckExact(names)) {
        return;
    }
    Py_ssize_t count = ((PyDictObject *)names)->ma_keys->dk_nentries;
    if (count < seen) {
        /* It was made anew, without what had gone. */
        seen = 0;
    }
    PyObject *name;
    while (seen < count && PyDict_Next(names, &seen, &name, NULL)) {
        if (PyUnicode_CHECK_INTERNED(name) >= IMMORTAL) {
            disown((uintptr_t)name);
        }
    }
}

#else

static void
disown_names(PyInterpreterState *interpreter)
{
    /* 3.11 frees a name that nobody uses. */
    (void)interpreter;
}

#endif

#if PY_VERSION_HEX >= 0x030C0000
#define TYPE_CACHE(interpreter) (&(interpreter)->types.type_cache)
#else
#define TYPE_CACHE(interpreter) (&(interpreter)->type_cache)
#endif

static int
compare_names(const void *one, const void *other)
{
    uintptr_t first = *(const uintptr_t *)one, second = *(const uintptr_t *)other;
    return (first > second) - (first < second);
}

/*
 * Take the names of attributes off their spans that only the interpreter's cache of types
 * still holds: whoever looks up another attribute next takes their place.
 */
static void
disown_attributes(PyInterpreterState *interpreter)
{
    struct type_cache *cache = TYPE_CACHE(interpreter);
    /* Of one name there is an entry for each class it was looked up in. */
    static uintptr_t held[sizeof(cache->hashtable) / sizeof(*cache->hashtable)];
    size_t count = 0;
    for (size_t at = 0; at < sizeof(held) / sizeof(*held); at++) {
        PyObject *name = cache->hashtable[at].name;
        Mark *place = name == NULL ? NULL : mark_at((uintptr_t)name);
        if (place != NULL && SPAN_OF(*place)) {
            held[count++] = (uintptr_t)name;
        }
    }
    qsort(held, count, sizeof(*held), compare_names);
    for (size_t first = 0, next; first < count; first = next) {
        for (next = first + 1; next < count && held[next] == held[first]; next++) {
        }
        if (Py_REFCNT((PyObject *)held[first]) == (Py_ssize_t)(next - first)) {
            disown(held[first]);
        }
    }
}

#endif
