/*
 * Where paths begin: modules, then what only others lead to, then the running
 * frames and threads, then what is held from C.
 */
#ifndef MEMPROF_ROOTS_H
#define MEMPROF_ROOTS_H

#include "edges.h"

static void
reach_traceback(Walk *walk, PyTracebackObject *traceback, uint32_t shape)
{
    reach(walk, (PyObject *)traceback->tb_next, shape, (Label){SILENT, ITEMS, NULL, 1});
    reach(walk, (PyObject *)traceback->tb_frame, shape, label_silent(ITEMS));
}

/* What the entries of *cache*, a functools.lru_cache, are called: by the function it is for. */
static Label
label_of_cache(PyObject *cache, const Kind *kind)
{
    PyObject *names = kind->dict_offset ? *(PyObject **)((char *)cache + kind->dict_offset) : NULL;
    PyObject *function = names != NULL && PyDict_Check(names)
        ? PyDict_GetItemWithError(names, wrapped_word) : NULL;
    PyErr_Clear();
    if (function == NULL || !PyFunction_Check(function)) {
        return label_of_words(".<lru_cache>");
    }
    PyObject *name = ((PyFunctionObject *)function)->func_name;
    if (PyUnicode_CompareWithASCIIString(name, "<lambda>") == 0) {
        return label_of_words(".<lru_cache of lambda>");
    }
    bool plain = PyUnicode_CheckExact(name) && PyUnicode_IsIdentifier(name);
    return plain ? label_named(CACHED, name) : label_of_words(".<lru_cache>");
}

/* Who is on the way that *kind* has; false where there may be more than has a name. */
static bool
reach_by_way(Walk *walk, PyObject *object, uint32_t shape, const Kind *kind)
{
    switch (kind->way) {
    case ATTRIBUTES_ONLY:
        return true;
    case ITEMS_ONLY:
    case DEQUE_WAY:
        reach_all(walk, object, shape, label_of_items(object, kind));
        return true;
    case DICTIONARY:
        reach_items(walk, object, shape);
        return Py_IS_TYPE(object, &PyDict_Type);
    case FUNCTION_WAY:
        reach_function(walk, (PyFunctionObject *)object, shape);
        return false;
    case CELL_WAY:
        reach(walk, PyCell_GET(object), shape, label_silent(ITEMS));
        return true;
    case METHOD_WAY:
        reach_all(walk, object, shape, label_of_words(".__self__"));
        return true;
    case CLASS_WAY:
        reach_of_class(walk, (PyTypeObject *)object, shape);
        return true;
    case MODULE_WAY:
        /* What its state in C leads to is not looked at: see is_opaque. */
        reach(walk, PyModule_GetDict(object), shape, label_silent(ATTRIBUTES));
        return true;
    case TRACEBACK_WAY:
        reach_traceback(walk, (PyTracebackObject *)object, shape);
        return true;
    case EXCEPTION_WAY:
        reach_exception(walk, object, shape);
        return false;
    case WEAKREF_WAY:
        reach_all(walk, object, shape, label_of_words(".__callback__"));
        return true;
    case THREAD_LOCAL_WAY:
        reach_all(walk, object, shape, label_silent(PER_THREAD));
        return true;
    case LRU_CACHE_WAY: {
        /* One shape for keys and results alike: together they may be most, and it names them. */
        Label label = label_of_cache(object, kind);
        uint32_t below = shape_below(&walk->shapes, shape, label, NULL);
        reach_all(walk, object, below, label_silent(ITEMS));
        return true;
    }
    default:
        return false;
    }
}

#if LAYOUT_IS_KNOWN

static bool
is_theirs(const Walk *walk, Frame *frame)
{
    return find(walk->ours, (uintptr_t)frame->f_globals) == NULL;
}

#endif

static void
reach_running(Walk *walk, PyObject *object, uint32_t shape, const Kind *kind)
{
#if LAYOUT_IS_KNOWN
    Frame *frame = kind->way == FRAME_WAY ? frame_of_object(object)
        : kind->way == GENERATOR_WAY ? frame_of_generator(object) : NULL;
    if (frame != NULL && is_theirs(walk, frame)) {
        reach_frame(walk, frame, shape);
    }
#endif
}

/* All that *object* at *shape* holds. */
static void
look_into(Walk *walk, PyObject *object, uint32_t shape)
{
    Kind *kind = kind_of(&walk->kinds, Py_TYPE(object));
    if (kind->slots || kind->managed || kind->dict_offset) {
        reach_attributes(walk, object, shape, kind);
    }
    reach_running(walk, object, shape, kind);
    bool all = reach_by_way(walk, object, shape, kind);
    if (!kind->class_noted) {
        kind->class_noted = true;
        reach_later(walk, (PyObject *)kind->type, shape, label_of_words(".__class__"));
    }
    if (!all || (kind->subclassed && !LAYOUT_IS_KNOWN)) {
        reach_all(walk, object, shape, label_inside(Py_TYPE(object)));
    }
}

static void
walk_on(Walk *walk)
{
    Waiting next;
    while (!walk->stopped && next_waiting(walk, &next)) {
        walk->shapes.items[next.shape].holders++;
        look_into(walk, next.object, next.shape);
    }
}

/* The steps put off, and what they lead to. */
static void
walk_later(Walk *walk)
{
    for (size_t at = 0; at < walk->later_count && !walk->stopped; at++) {
        Later later = walk->later[at];
        reach(walk, later.object, later.parent, later.label);
        walk_on(walk);
    }
    walk->later_count = 0;
}

/* From *modules*, [name, globals, ...], each by its name. */
static void
walk_modules(Walk *walk, PyObject *modules)
{
    for (Py_ssize_t at = 0; at < PyList_GET_SIZE(modules); at += 2) {
        PyObject *name = PyList_GET_ITEM(modules, at), *globals = PyList_GET_ITEM(modules, at + 1);
        Label label = label_named(MODULE, name);
        label.role = Py_IS_TYPE(globals, &PyDict_Type) ? GLOBALS : ITEMS;
        uint32_t shape = shape_below(&walk->shapes, 0, label, Py_TYPE(globals));
        /* Met before anything was looked at, so that nobody else names it. */
        arrive(walk, globals, kind_of(&walk->kinds, Py_TYPE(globals)), shape);
    }
    walk_on(walk);
}

#if LAYOUT_IS_KNOWN

/* What the frames from *inner* on work on: a caller's before what it calls was passed. */
static void
reach_stack(Walk *walk, Frame *inner)
{
    size_t depth = 0, at = 0;
    for (Frame *frame = inner; frame != NULL; frame = frame->previous) {
        depth++;
    }
    Frame **frames = take_pages((depth + 1) * sizeof(Frame *));
    for (Frame *frame = inner; frames != NULL && frame != NULL; frame = frame->previous) {
        frames[at++] = frame;
    }
    while (at--) {
        if (is_alive(frames[at], at ? frames[at - 1] : NULL) && is_theirs(walk, frames[at])) {
            reach_frame(walk, frames[at], 0);
            reach(walk, (PyObject *)frames[at]->frame_obj, 0, label_of_words("running frame"));
        }
    }
    give_pages(frames, (depth + 1) * sizeof(Frame *));
    walk_on(walk);
}

#endif

static void
walk_threads(Walk *walk)
{
#if LAYOUT_IS_KNOWN
    PyThreadState *thread = PyInterpreterState_ThreadHead(PyInterpreterState_Get());
    for (; thread != NULL; thread = PyThreadState_Next(thread)) {
        reach_stack(walk, innermost(thread));
    }
    thread = PyInterpreterState_ThreadHead(PyInterpreterState_Get());
    for (; thread != NULL; thread = PyThreadState_Next(thread)) {
        reach(walk, thread->dict, 0, label_of_words("thread's own data"));
        reach(walk, thread->context, 0, label_of_words("context variables"));
        for (_PyErr_StackItem *item = thread->exc_info; item != NULL; item = item->previous_item) {
            reach(walk, item->exc_value, 0, label_of_words("exception being handled"));
        }
    }
#endif
    walk_on(walk);
}

/* What no path leads to. */
typedef struct {
    Walk *walk;
    PyObject **items;
    size_t count, room;
    Map inside;                /* address -> references from others of them, plus one */
} Rest;

static void
note_rest(PyObject *object, void *data)
{
    Rest *rest = data;
    Walk *walk = rest->walk;
    if (walk->stopped || is_marked(&walk->met, object)) {
        return;
    }
    if (rest->count == rest->room || !put(&rest->inside, (uintptr_t)object, 1)) {
        walk->failed |= rest->count != rest->room;
        walk->stopped = true;
        return;
    }
    rest->items[rest->count++] = object;
    if (--walk->countdown == 0) {
        look_at_clock(walk);
    }
}

static int
note_inside(PyObject *object, void *data)
{
    Pair *pair = find(&((Rest *)data)->inside, (uintptr_t)object);
    if (pair != NULL) {
        pair->value++;
    }
    return 0;
}

static int
note_borrowed(PyObject *object, void *data)
{
    Pair *pair = find(&((Rest *)data)->inside, (uintptr_t)object);
    if (pair != NULL) {
        pair->value--;
    }
    return 0;
}

/*
 * Of *rest*, what has more references than the others of it hold is held from C,
 * or is in use in a frame that runs just now.  What that does not lead to is
 * garbage for the collector.
 */
static void
walk_held(Walk *walk, Rest *rest)
{
    for (size_t at = 0; at < rest->count && !walk->stopped; at++) {
        if (!is_opaque(rest->items[at])) {
            visit_referents(rest->items[at], note_inside, rest);
            visit_borrowed(rest->items[at], note_borrowed, rest);
        }
        if (--walk->countdown == 0) {
            look_at_clock(walk);
        }
    }
    for (size_t at = 0; at < rest->count && !walk->stopped; at++) {
        PyObject *object = rest->items[at];
        const Pair *pair = find(&rest->inside, (uintptr_t)object);
        if ((uint64_t)Py_REFCNT(object) > pair->value - 1) {
            reach(walk, object, 0, (Label){HELD, ITEMS, NULL, 0});
        }
    }
    walk_on(walk);
    walk_later(walk);
    for (size_t at = 0; at < rest->count && !walk->stopped; at++) {
        reach(walk, rest->items[at], 0, (Label){GARBAGE, ITEMS, NULL, 0});
    }
    /* To what the collector does not track, which garbage holds too. */
    walk_on(walk);
}

static void
walk_rest(Walk *walk, size_t most)
{
    Rest rest = {.walk = walk, .room = most};
    rest.items = take_pages(most * sizeof(PyObject *));
    if (rest.items == NULL) {
        walk->failed = walk->stopped = true;
        return;
    }
    visit_objects(note_rest, &rest);
    walk_held(walk, &rest);
    drop_map(&rest.inside);
    give_pages(rest.items, most * sizeof(PyObject *));
}

#endif
