/*
 * memprof.agent._tally: what each call of a test allocated that is still there.
 *
 * Less than `_heap` tells, and for less: no lines, no peak of each line; of every block
 * its span and its size.  It stands before the allocators as long as a session of tests.
 *
 *   ../_cpython/waiting.h  what waits in the interpreter's free lists
 *   names.h     strings that are kept for ever
 *   spans.h     whose time a block was born in
 *   holders.h   who holds what is left of spans
 *   module.c    the hooks, and the functions the tally calls; those need the GIL
 */
#include "../_cpython/waiting.h"

#include <pthread.h>

#include "holders.h"
#include "names.h"

#define DOMAINS 3              /* PYMEM_DOMAIN_RAW, _MEM, _OBJ */

static PyMemAllocatorEx originals[DOMAINS];
static PyInterpreterState *home;
static bool installed, active;

/* Whether who calls holds the GIL of the interpreter that is counted. */
HOT bool
is_home(void)
{
    return LIKELY(_PyRuntime.interpreters.head == home) || thread_with_gil()->interp == home;
}

HOT bool
is_small(size_t size)
{
    return size <= LARGEST_SMALL && active && is_home();
}

/* Large ones are had from the raw domain, and counted by its hooks. */
HOT void *
hooked_malloc(int domain, size_t size)
{
    void *block = originals[domain].malloc(originals[domain].ctx, size);
    if (LIKELY(is_small(size) && block != NULL)) {
        enter_small(block, size);
    }
    return block;
}

HOT void *
hooked_calloc(int domain, size_t number, size_t size)
{
    void *block = originals[domain].calloc(originals[domain].ctx, number, size);
    if (is_small(number * size) && block != NULL) {
        enter_small(block, number * size);
    }
    return block;
}

HOT void
hooked_free(int domain, void *block)
{
    if (LIKELY(block != NULL && active)) {
        strike_small((uintptr_t)block);
    }
    originals[domain].free(originals[domain].ctx, block);
}

/* What was a small block, with its *mark* or none, is at *block* now and has *size*. */
static void
move_small(void *old, Mark mark, void *block, size_t size)
{
    Mark *place = mark_near((uintptr_t)block);
    bool raw = place != NULL && *place & RAW_BIT;
    int64_t before = (int64_t)GRAINS_OF(mark) * GRAIN;
    int64_t after = raw ? bytes_of_large(block) : (int64_t)grains_for(size) * GRAIN;
    if (!mark) {
        if (block != old && !raw) {
            /* It was there before all counting: that it moved says that it grew, or shrank. */
            enter_small(block, size);
        }
        return;
    }
    uint32_t number = SPAN_OF(mark);
    count_in(number, HELD, -1, -before);
    if (raw) {
        /* The hook of the raw domain took it for a new one. */
        lock_raw();
        *place = MARK_OF(number, LARGE_GRAINS) | RAW_BIT;
        count_in(span_now, RAW, -1, -after);
        count_in(number, RAW, 1, before);
        count_growth(number, RAW, before, after);
        unlock_raw();
        return;
    }
    if (before == after) {
        /* It is where it was. */
        count_in(number, HELD, 1, before);
        *place = mark;
        return;
    }
    /* Small ones have grown so little that they count as new: else what goes with its list would stay. */
    enter_small(block, size);
}

static void *
hooked_realloc(int domain, void *old, size_t size)
{
    PyMemAllocatorEx *original = &originals[domain];
    if (old == NULL) {
        return hooked_malloc(domain, size);
    }
    Mark *place = mark_near((uintptr_t)old);
    Mark mark = place == NULL ? 0 : *place;
    if (!active || mark & RAW_BIT || !is_home()) {
        return original->realloc(original->ctx, old, size);
    }
    if (mark) {
        *place = 0;
    }
    void *block = original->realloc(original->ctx, old, size);
    if (block == NULL) {
        if (mark) {
            *place = mark;
        }
        return NULL;
    }
    move_small(old, mark, block, size);
    return block;
}

static void *
raw_malloc(void *ctx, size_t size)
{
    void *block = originals[0].malloc(ctx, size);
    if (block != NULL && active) {
        enter_raw(block);
    }
    return block;
}

static void *
raw_calloc(void *ctx, size_t number, size_t size)
{
    void *block = originals[0].calloc(ctx, number, size);
    if (block != NULL && active) {
        enter_raw(block);
    }
    return block;
}

static void
raw_free(void *ctx, void *block)
{
    if (block != NULL && active) {
        strike_raw(block, bytes_of_large(block));
    }
    originals[0].free(ctx, block);
}

static void *
raw_realloc(void *ctx, void *old, size_t size)
{
    if (old == NULL) {
        return raw_malloc(ctx, size);
    }
    if (!active) {
        return originals[0].realloc(ctx, old, size);
    }
    /* Before the call: once it is freed, the address may be another thread's. */
    int64_t before = bytes_of_large(old);
    Mark mark = strike_raw(old, before);
    void *block = originals[0].realloc(ctx, old, size);
    move_raw(block == NULL ? old : block, mark, before);
    return block;
}

#define HOOKS(domain) \
    static void *malloc_##domain(void *ctx, size_t size) { return hooked_malloc(domain, size); } \
    static void *calloc_##domain(void *ctx, size_t number, size_t size) \
    { return hooked_calloc(domain, number, size); } \
    static void *realloc_##domain(void *ctx, void *block, size_t size) \
    { return hooked_realloc(domain, block, size); } \
    static void free_##domain(void *ctx, void *block) { hooked_free(domain, block); }

HOOKS(1)
HOOKS(2)

static const PyMemAllocatorEx hooks[DOMAINS] = {
    {NULL, raw_malloc, raw_calloc, raw_realloc, raw_free},
    {NULL, malloc_1, calloc_1, realloc_1, free_1},
    {NULL, malloc_2, calloc_2, realloc_2, free_2},
};

static void
install_hooks(void)
{
    for (int domain = 0; domain < DOMAINS; domain++) {
        PyMem_GetAllocator(domain, &originals[domain]);
        PyMemAllocatorEx hook = hooks[domain];
        /* A thread without the GIL may read this while it is written. */
        hook.ctx = originals[domain].ctx;
        PyMem_SetAllocator(domain, &hook);
    }
    installed = true;
}

/* Whether nobody has put other hooks before ours, or instead of them. */
static bool
hooks_stand(void)
{
    bool stand = installed;
    for (int domain = 0; domain < DOMAINS; domain++) {
        PyMemAllocatorEx now;
        PyMem_GetAllocator(domain, &now);
        stand = stand && now.malloc == hooks[domain].malloc;
    }
    return stand;
}

static PyObject *
check(PyObject *module, PyObject *unused)
{
    const char *name = _PyMem_GetCurrentAllocatorName();
    if (Py_Version != PY_VERSION_HEX) {
        return PyUnicode_FromString("it was built for another release of Python");
    }
    if (installed || lost_memory) {
        return PyUnicode_FromString("it has been started before");
    }
    if (name == NULL || strcmp(name, "pymalloc") != 0) {
        return PyUnicode_FromString("Python's own allocator is not in use");
    }
    Py_RETURN_NONE;
}

static PyObject *
begin(PyObject *module, PyObject *unused)
{
    if (spans.count >> SPAN_NUMBER_BITS || add_thing(&spans) == NULL) {
        return PyErr_NoMemory();
    }
    most = 0;
    return PyLong_FromUnsignedLong(spans.count - 1);
}

/* Leave to the spans what is theirs. */
static void
settle(void)
{
    if (active) {
        give_waiting(home);
        disown_names(home);
    }
}

/* Count for span *number* from here on; 0 for none. */
static void
switch_to(uint32_t number)
{
    settle();
    lock_raw();
    span_now = number;
    span = thing(&spans, number);
    unlock_raw();
    ceiling = INT64_MAX;
    if (number) {
        note_most();
    }
}

/* Read the number of a span from *object*; tell whether there is such a one. */
static bool
read_number(PyObject *object, uint32_t *number)
{
    unsigned long found = PyLong_AsUnsignedLong(object);
    if (!PyErr_Occurred() && found >= spans.count) {
        PyErr_SetString(PyExc_ValueError, "there is no such span");
    }
    *number = (uint32_t)found;
    return !PyErr_Occurred();
}

static PyObject *
go_on(PyObject *module, PyObject *object)
{
    uint32_t number;
    if (!read_number(object, &number)) {
        return NULL;
    }
    switch_to(number);
    Py_RETURN_NONE;
}

static PyObject *
kept(PyObject *module, PyObject *object)
{
    uint32_t number;
    if (!read_number(object, &number)) {
        return NULL;
    }
    settle();
    const Span *one = thing(&spans, number);
    long long blocks = one->blocks[HELD] + one->blocks[RAW];
    long long grown = one->grown[HELD] + one->grown[RAW];
    return Py_BuildValue("LL", blocks, one->bytes[HELD] + one->bytes[RAW] + (grown > 0 ? grown : 0));
}

static PyObject *
forget_attributes(PyObject *module, PyObject *unused)
{
    if (active) {
        disown_attributes(home);
    }
    Py_RETURN_NONE;
}

static PyObject *
span_of(PyObject *module, PyObject *object)
{
    return PyLong_FromUnsignedLong(span_of_object(object));
}

static PyObject *
holders(PyObject *module, PyObject *args)
{
    PyObject *objects;
    Range range = {0};
    if (!PyArg_ParseTuple(args, "O!II", &PyList_Type, &objects, &range.first, &range.last)) {
        return NULL;
    }
    if (range.first == 0 || range.first > range.last || range.last - range.first >= MOST_SPANS) {
        PyErr_SetString(PyExc_ValueError, "there are no such spans, or too many");
        return NULL;
    }
    return holders_of(objects, range);
}

static PyObject *
read_most(PyObject *module, PyObject *unused)
{
    return PyLong_FromLongLong(most);
}

static PyObject *
start(PyObject *module, PyObject *unused)
{
    static bool watched;
    if (installed) {
        PyErr_SetString(PyExc_RuntimeError, "it has been started before");
        return NULL;
    }
    spans.width = sizeof(Span);
    if (spans.count == 0 && add_thing(&spans) == NULL) {
        return PyErr_NoMemory();
    }
    if (!watched) {
        watched = true;
        /* A fork finds the lock free. */
        pthread_atfork(lock_raw, unlock_raw, unlock_raw);
    }
    home = PyInterpreterState_Get();
    active = true;
    switch_to(0);
    install_hooks();
    Py_RETURN_NONE;
}

static PyObject *
stop(PyObject *module, PyObject *unused)
{
    if (active) {
        switch_to(0);
        let_wait(home);
    }
    active = false;
    if (hooks_stand()) {
        for (int domain = 0; domain < DOMAINS; domain++) {
            PyMem_SetAllocator(domain, &originals[domain]);
        }
        /* It is not started again: of what was freed meanwhile nothing would be known. */
    }
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"check", check, METH_NOARGS, "check(): why it cannot work here, None if it can."},
    {"start", start, METH_NOARGS, "start(): count blocks from now on."},
    {"stop", stop, METH_NOARGS, "stop(): count no more."},
    {"begin", begin, METH_NOARGS, "begin(): the number of a new span, which has nothing yet."},
    {"go_on", go_on, METH_O, "go_on(number): what is allocated is of that span from now on; 0: of none."},
    {"kept", kept, METH_O,
     "kept(number): (blocks, bytes) that were allocated in the span and are still there; with the\n"
     "bytes by which older blocks grew in it."},
    {"forget_attributes", forget_attributes, METH_NOARGS,
     "forget_attributes(): names that only the interpreter's cache of attributes holds are of no\n"
     "span from now on."},
    {"span_of", span_of, METH_O, "span_of(object): the number of the span it was allocated in."},
    {"holders", holders, METH_VARARGS,
     "holders(objects, first, last): those of a list of objects that hold something of each span\n"
     "from *first* to *last*, and are of none of these themselves."},
    {"most", read_most, METH_NOARGS, "most(): the most bytes of the newest span that were there at once."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_tally",
    .m_doc = "What each call of a test allocated that is still there.",
    .m_size = -1,
    .m_methods = methods,
};

PyMODINIT_FUNC
PyInit__tally(void)
{
    return PyModule_Create(&definition);
}
