/*
 * Every functools.lru_cache there is: whose, how large, how often it helped.
 *
 * cache_info() makes a named tuple, which runs code in Python; the figures are
 * read in place instead, once a cache of our own has shown that they stand
 * where they are expected.
 */
#ifndef MEMPROF_CACHES_H
#define MEMPROF_CACHES_H

#include "text.h"

/* lru_cache_object of Modules/_functoolsmodule.c, which has no header. */
typedef struct {
    PyObject_HEAD
    void *previous, *next;     /* of the root of the list of entries */
    Py_hash_t hash;
    PyObject *key, *result;
    void *wrapper;
    int typed;
    PyObject *cache;
    Py_ssize_t hits;
    PyObject *func;
    Py_ssize_t maxsize;        /* -1 for none */
    Py_ssize_t misses;
    PyObject *own_words[3];
    PyObject *dict, *weakreflist;
} Cache;

/* Tell whether caches of *class* are laid out as Cache: one of two entries, asked five times. */
static bool
layout_holds(PyObject *class)
{
    PyTypeObject *type = (PyTypeObject *)class;
    if (!PyType_Check(class) || type->tp_basicsize != (Py_ssize_t)sizeof(Cache)) {
        return false;
    }
    PyObject *sizing = (PyObject *)&PyComplex_Type;  /* any type, called with two numbers */
    PyObject *made = PyObject_CallFunction(class, "OiOO", sizing, 77, Py_False, Py_None);
    Cache *cache = (Cache *)made;
    bool holds = made != NULL && cache->func == sizing && cache->maxsize == 77;
    for (int number = 0; holds && number < 5; number++) {
        PyObject *answer = PyObject_CallFunction(made, "ii", number & 1, 3);
        holds = answer != NULL;
        Py_XDECREF(answer);
    }
    holds = holds && cache->hits == 3 && cache->misses == 2 && PyDict_CheckExact(cache->cache)
        && PyDict_GET_SIZE(cache->cache) == 2;
    Py_XDECREF(made);
    PyErr_Clear();
    return holds;
}

typedef struct {
    PyTypeObject *class;
    PyObject **found;
    size_t count, room;
    bool failed;
} Caching;

static void
find_cache(PyObject *object, void *data)
{
    Caching *caching = data;
    /* functools lets a subclass be made, which only adds to the end. */
    if (PyType_IsSubtype(Py_TYPE(object), caching->class) && !is_own(object)) {
        caching->failed |= !append_object(&caching->found, &caching->count, &caching->room, object);
    }
}

/*
 * Tell whether the function of *code*, called *name*, gets an instance that the
 * cache then keeps alive: it is defined in a class, and its first argument is
 * the one that is called `self` everywhere.
 */
static bool
pins_instances(const PyCodeObject *code, PyObject *name)
{
    Py_ssize_t length = PyUnicode_GET_LENGTH(name);
    Py_ssize_t dot = PyUnicode_FindChar(name, '.', 0, length, -1);
    if (dot <= 0 || PyUnicode_READ_CHAR(name, dot - 1) == '>' || code->co_argcount < 1) {
        return false;
    }
    PyObject *first = PyTuple_GET_ITEM(code->co_localsplusnames, 0);
    return PyUnicode_CompareWithASCIIString(first, "self") == 0;
}

/* Return (module, name, file, line, pins) of the *function* a cache is for. */
static PyObject *
describe_function(PyObject *function)
{
    if (PyFunction_Check(function)) {
        const PyFunctionObject *plain = (PyFunctionObject *)function;
        const PyCodeObject *code = (PyCodeObject *)plain->func_code;
        bool named = plain->func_module != NULL && PyUnicode_CheckExact(plain->func_module);
        return Py_BuildValue("(OOOiO)", named ? plain->func_module : Py_None, plain->func_qualname,
                             code->co_filename, code->co_firstlineno,
                             pins_instances(code, plain->func_qualname) ? Py_True : Py_False);
    }
    Text words = {0};
    PyObject *module = NULL;
    if (PyCFunction_Check(function)) {
        write_plain(&words, ((PyCFunctionObject *)function)->m_ml->ml_name);
        module = ((PyCFunctionObject *)function)->m_module;
    }
    else {
        write_kind(&words, function);
    }
    bool named = module != NULL && PyUnicode_CheckExact(module);
    PyObject *name = string_of(&words);
    PyObject *row = name == NULL ? NULL
        : Py_BuildValue("(OOOiO)", named ? module : Py_None, name, Py_None, 0, Py_False);
    Py_XDECREF(name);
    return row;
}

/* Return (module, name, file, line, pins, largest size, size, hits, misses). */
static PyObject *
row_of_cache(PyObject *object)
{
    const Cache *cache = (Cache *)object;
    if (cache->func == NULL || cache->cache == NULL || !PyDict_Check(cache->cache)) {
        return PyTuple_New(0);
    }
    PyObject *largest = cache->maxsize < 0 ? Py_NewRef(Py_None)
        : PyLong_FromSsize_t(cache->maxsize);
    PyObject *figures = largest == NULL ? NULL
        : Py_BuildValue("(Nnnn)", largest, PyDict_GET_SIZE(cache->cache), cache->hits,
                        cache->misses);
    PyObject *function = figures == NULL ? NULL : describe_function(cache->func);
    PyObject *row = function == NULL ? NULL : PySequence_Concat(function, figures);
    Py_XDECREF(figures);
    Py_XDECREF(function);
    return row;
}

/* Return the rows of the caches found, which the list *kept* keeps alive. */
static PyObject *
rows_of_caches(PyObject *kept)
{
    PyObject *rows = PyList_New(0);
    for (Py_ssize_t at = 0; rows != NULL && at < PyList_GET_SIZE(kept); at++) {
        PyObject *row = row_of_cache(PyList_GET_ITEM(kept, at));
        if (row == NULL || (PyTuple_GET_SIZE(row) && PyList_Append(rows, row) < 0)) {
            Py_CLEAR(rows);
        }
        Py_XDECREF(row);
    }
    return rows;
}

static const char caches_doc[] =
    "caches(class): [(module, name, file, line, pins, maxsize, size, hits, misses)] of all\n"
    "objects of *class*, functools._lru_cache_wrapper; None if this Python's cannot be read.\n\n"
    "Module, name, file and line are those of the function; of one that is not written in\n"
    "Python, file is None, and module may be.  *pins* tells that it is a method, by `self`:\n"
    "what is cached keeps instances alive.  No maxsize is None.  Nothing of the target runs,\n"
    "and the agent's own are left out.";

static PyObject *
caches(PyObject *module, PyObject *const *args, Py_ssize_t count)
{
    static PyObject *readable;  /* the class whose layout was found to hold */
    if (!takes("caches", count, 1)) {
        return NULL;
    }
    if (readable != args[0]) {
        if (!layout_holds(args[0])) {
            return Py_NewRef(Py_None);
        }
        Py_XSETREF(readable, Py_NewRef(args[0]));
    }
    Caching caching = {.class = (PyTypeObject *)args[0]};
    visit_objects(find_cache, &caching);
    /* The collector may run once the list is made: all are taken hold of first. */
    for (size_t at = 0; at < caching.count; at++) {
        Py_INCREF(caching.found[at]);
    }
    PyObject *kept = caching.failed ? PyErr_NoMemory() : PyList_New((Py_ssize_t)caching.count);
    for (size_t at = 0; at < caching.count; at++) {
        if (kept != NULL) {
            PyList_SET_ITEM(kept, (Py_ssize_t)at, caching.found[at]);
        }
        else {
            Py_DECREF(caching.found[at]);
        }
    }
    give_pages(caching.found, caching.room * sizeof(*caching.found));
    PyObject *rows = kept == NULL ? NULL : rows_of_caches(kept);
    Py_XDECREF(kept);
    return rows;
}

#endif
