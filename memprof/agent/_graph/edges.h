/*
 * Who an object holds, and what that is called.
 *
 * What has a name is reached by it first; then all that the collector would be
 * shown, so that nothing is missed.  Only C code of types runs.
 */
#ifndef MEMPROF_EDGES_H
#define MEMPROF_EDGES_H

#include "walk.h"

/* Up to so many keys a dictionary is taken for a record, above for a container. */
#define FEW_KEYS 50
#define FEW_NAMES 5000

typedef struct {
    Walk *walk;
    uint32_t shape;            /* of the holder */
    Label label;
    PyTypeObject *type;        /* of the holder, which all instances hold alike */
} Holder;

static int
reach_alike(PyObject *object, void *data)
{
    Holder *holder = data;
    if (object == (PyObject *)holder->type) {
        return 0;
    }
    reach(holder->walk, object, holder->shape, holder->label);
    return holder->walk->stopped;
}

/* All referents of *object*, called alike. */
static inline void
reach_all(Walk *walk, PyObject *object, uint32_t shape, Label label)
{
    Holder holder = {walk, shape, label, Py_TYPE(object)};
    visit_referents(object, reach_alike, &holder);
}

static int
reach_alike_later(PyObject *object, void *data)
{
    Holder *holder = data;
    reach_later(holder->walk, object, holder->shape, holder->label);
    return 0;
}

static void
reach_named(PyObject *object, PyObject *name, void *data)
{
    Holder *holder = data;
    Label label = name != NULL && PyUnicode_CheckExact(name)
        ? label_named(holder->label.step, name) : label_of_words(" value in use");
    reach(holder->walk, object, holder->shape, label);
}

static inline Label
label_inside(PyTypeObject *type)
{
    return (Label){INSIDE, ITEMS, type, (uintptr_t)type};
}

/*
 * Tell whether *object*, a global of the module whose globals are *globals* and
 * whose name is *name*, was made by another: that one names it better.
 */
static bool
is_foreign(PyObject *object, PyObject *globals, PyObject *name)
{
    if (PyFunction_Check(object)) {
        return PyFunction_GET_GLOBALS(object) != globals;
    }
    PyTypeObject *type = (PyTypeObject *)object;
    if (!PyType_Check(object) || !(type->tp_flags & Py_TPFLAGS_HEAPTYPE) || type->tp_dict == NULL) {
        return false;
    }
    PyObject *module = PyDict_GetItemWithError(type->tp_dict, module_word);
    PyErr_Clear();
    return module != NULL && PyUnicode_CheckExact(module)
        && PyObject_Hash(module) != PyObject_Hash(name);
}

/* What the dictionary *dict* at *shape*, used as *role* says, holds under *key*. */
static void
reach_item(Walk *walk, PyObject *dict, uint32_t shape, PyObject *key, PyObject *value)
{
    Role role = walk->shapes.items[shape].role;
    bool names = role == ATTRIBUTES || role == GLOBALS;
    Label label = ALL_ALIKE;
    if (role == PER_THREAD) {
        label = label_silent(ATTRIBUTES);
    }
    else if (PyUnicode_CheckExact(key)
             && PyDict_GET_SIZE(dict) < (names ? FEW_NAMES : FEW_KEYS)
             && (is_spelled(key) || (names && PyUnicode_IsIdentifier(key)))) {
        label = label_named(names ? ATTRIBUTE : KEY, key);
    }
    if (role == GLOBALS && is_foreign(value, dict, (PyObject *)walk->shapes.items[shape].name)) {
        reach_later(walk, value, shape, label);
    }
    else {
        reach(walk, value, shape, label);
    }
    /* Of a record they are names that the code spells. */
    if (!PyUnicode_CheckExact(key) || (!names && PyDict_GET_SIZE(dict) >= FEW_KEYS)) {
        reach(walk, key, shape, label_of_words(" key"));
    }
}

static void
reach_items(Walk *walk, PyObject *dict, uint32_t shape)
{
    Py_ssize_t position = 0;
    PyObject *key, *value;
    while (!walk->stopped && PyDict_Next(dict, &position, &key, &value)) {
        reach_item(walk, dict, shape, key, value);
    }
}

/* The attributes of *object*, of a type that is known as *kind*. */
static void
reach_attributes(Walk *walk, PyObject *object, uint32_t shape, const Kind *kind)
{
    const Slot *slots = &walk->kinds.slots[kind->first_slot];
    for (uint32_t at = 0; at < kind->slots; at++) {
        PyObject *value = *(PyObject **)((char *)object + slots[at].offset);
        reach(walk, value, shape, label_named(ATTRIBUTE, slots[at].name));
    }
    PyObject *dict = kind->dict_offset ? *(PyObject **)((char *)object + kind->dict_offset) : NULL;
#if LAYOUT_IS_KNOWN
    if (kind->managed) {
        Holder holder = {walk, shape, {ATTRIBUTE, ITEMS, NULL, 0}, NULL};
        visit_values(object, reach_named, &holder);
        dict = managed_dict_of(object);
    }
#endif
    reach(walk, dict, shape, label_silent(ATTRIBUTES));
}

/* The defaults and the closure of a function, by the names its code has for them. */
static void
reach_function(Walk *walk, PyFunctionObject *function, uint32_t shape)
{
    PyCodeObject *code = (PyCodeObject *)function->func_code;
    PyObject *defaults = function->func_defaults, *closure = function->func_closure;
    Py_ssize_t count = defaults == NULL ? 0 : PyTuple_GET_SIZE(defaults);
    for (Py_ssize_t at = 0; at < count && count <= code->co_argcount; at++) {
        PyObject *name = PyTuple_GET_ITEM(code->co_localsplusnames, code->co_argcount - count + at);
        reach(walk, PyTuple_GET_ITEM(defaults, at), shape, label_named(DEFAULT, name));
    }
    Py_ssize_t position = 0;
    PyObject *key, *value;
    bool has_more = function->func_kwdefaults != NULL && PyDict_Check(function->func_kwdefaults);
    while (has_more && PyDict_Next(function->func_kwdefaults, &position, &key, &value)) {
        if (PyUnicode_CheckExact(key)) {
            reach(walk, value, shape, label_named(DEFAULT, key));
        }
    }
    count = closure == NULL ? 0 : PyTuple_GET_SIZE(closure);
    for (Py_ssize_t at = 0; at < count && count <= code->co_nlocalsplus; at++) {
        Py_ssize_t place = code->co_nlocalsplus - count + at;
        PyObject *name = PyTuple_GET_ITEM(code->co_localsplusnames, place);
        reach(walk, PyTuple_GET_ITEM(closure, at), shape, label_named(CLOSURE, name));
    }
    reach(walk, function->func_dict, shape, label_silent(ATTRIBUTES));
    reach_later(walk, function->func_globals, shape,
                (Label){WORDS, ATTRIBUTES, ".__globals__", 1});
}

#if LAYOUT_IS_KNOWN

/* What a frame's code works on, below *shape*: of its generator, or of its own. */
static void
reach_frame(Walk *walk, Frame *frame, uint32_t shape)
{
    Label label = label_named(FRAME, code_of(frame)->co_qualname);
    uint32_t below = shape_below(&walk->shapes, shape, label, NULL);
    Holder holder = {walk, below, {LOCAL, ITEMS, NULL, 0}, NULL};
    /* A module's or a class's frame: these are no locals, or not yet an attribute. */
    PyObject *locals = frame->f_locals, *key, *value;
    Py_ssize_t position = 0;
    bool has_dict = locals != NULL && PyDict_Check(locals) && meet(walk, locals);
    while (has_dict && !walk->stopped && PyDict_Next(locals, &position, &key, &value)) {
        reach_named(value, key, &holder);
    }
    visit_frame(frame, reach_named, &holder);
    reach_later(walk, function_of(frame), holder.shape, label_of_words(" function"));
    reach_later(walk, frame->f_globals, holder.shape, (Label){WORDS, ATTRIBUTES, " globals", 1});
}

#endif

static void
reach_exception(Walk *walk, PyObject *object, uint32_t shape)
{
    const PyBaseExceptionObject *exception = (PyBaseExceptionObject *)object;
    reach(walk, exception->traceback, shape, label_of_words(".__traceback__"));
    reach(walk, exception->args, shape, label_of_words(".args"));
    reach(walk, exception->notes, shape, label_of_words(".__notes__"));
    reach(walk, exception->context, shape, label_of_words(".__context__"));
    reach(walk, exception->cause, shape, label_of_words(".__cause__"));
}

static void
reach_of_class(Walk *walk, PyTypeObject *type, uint32_t shape)
{
    if (type->tp_dict != NULL && meet(walk, type->tp_dict)) {
        uint32_t dict = shape_below(&walk->shapes, shape, label_silent(ATTRIBUTES), &PyDict_Type);
        reach_items(walk, type->tp_dict, dict);
    }
    Holder holder = {walk, shape, label_of_words(".__class__"), NULL};
    visit_referents((PyObject *)type, reach_alike_later, &holder);
}

#endif
