/*
 * How one object holds another: by which attribute, key or variable, as far as
 * it can be read in place.  Nothing of the target runs, no dictionary is made.
 */
#ifndef MEMPROF_CLOSING_H
#define MEMPROF_CLOSING_H

#include "text.h"

#include <internal/pycore_dict.h>
#include <internal/pycore_frame.h>
#include <internal/pycore_object.h>
#include <structmember.h>

static bool
write_attribute(Text *words, PyObject *name)
{
    write_plain(words, ".");
    write_text(words, name);
    return true;
}

static bool
write_known(Text *words, const char *label)
{
    write_plain(words, label);
    return true;
}

/* Return the dictionary of an instance's attributes, NULL if there is none now. */
static PyObject *
attributes_of(PyObject *holder)
{
    PyTypeObject *type = Py_TYPE(holder);
    if (type->tp_flags & Py_TPFLAGS_MANAGED_DICT) {
#if PY_VERSION_HEX >= 0x030D0000
        return (PyObject *)_PyObject_GetManagedDict(holder);
#elif PY_VERSION_HEX >= 0x030C0000
        PyDictOrValues either = *_PyObject_DictOrValuesPointer(holder);
        return _PyDictOrValues_IsValues(either) ? NULL : _PyDictOrValues_GetDict(either);
#else
        return *_PyObject_ManagedDictPointer(holder);
#endif
    }
    /* A negative offset counts from the end of an object of varying size. */
    return type->tp_dictoffset > 0 ? *(PyObject **)((char *)holder + type->tp_dictoffset) : NULL;
}

/* Return the values of attributes that stand without a dictionary, NULL if there are none. */
static PyDictValues *
inline_values_of(PyObject *holder)
{
#if PY_VERSION_HEX >= 0x030D0000
    bool may = Py_TYPE(holder)->tp_flags & Py_TPFLAGS_INLINE_VALUES;
    return may && _PyObject_InlineValues(holder)->valid ? _PyObject_InlineValues(holder) : NULL;
#else
    if (!(Py_TYPE(holder)->tp_flags & Py_TPFLAGS_MANAGED_DICT)) {
        return NULL;
    }
#if PY_VERSION_HEX >= 0x030C0000
    PyDictOrValues either = *_PyObject_DictOrValuesPointer(holder);
    return _PyDictOrValues_IsValues(either) ? _PyDictOrValues_GetValues(either) : NULL;
#else
    return *_PyObject_ValuesPointer(holder);
#endif
#endif
}

static bool
write_value(Text *words, PyObject *holder, const PyObject *held)
{
    const PyDictValues *values = inline_values_of(holder);
    PyDictKeysObject *keys = ((PyHeapTypeObject *)Py_TYPE(holder))->ht_cached_keys;
    if (values == NULL || keys == NULL) {
        return false;
    }
    Py_ssize_t count = keys->dk_nentries;
#if PY_VERSION_HEX >= 0x030D0000
    count = count < values->capacity ? count : values->capacity;
#endif
    for (Py_ssize_t at = 0; at < count; at++) {
        if (values->values[at] == held) {
            return write_attribute(words, DK_UNICODE_ENTRIES(keys)[at].me_key);
        }
    }
    return false;
}

/* Slots, and what types written in C show as members. */
static bool
write_member(Text *words, PyObject *holder, const PyObject *held)
{
    PyObject *bases = Py_TYPE(holder)->tp_mro, *name, *descriptor;
    for (Py_ssize_t at = 0; bases != NULL && at < PyTuple_GET_SIZE(bases); at++) {
        PyTypeObject *base = (PyTypeObject *)PyTuple_GET_ITEM(bases, at);
#if PY_VERSION_HEX >= 0x030C0000
        PyObject *members = PyType_GetDict(base);
        Py_XDECREF(members);  /* the class keeps it */
#else
        PyObject *members = base->tp_dict;
#endif
        Py_ssize_t place = 0;
        while (members != NULL && PyDict_Next(members, &place, &name, &descriptor)) {
            if (!Py_IS_TYPE(descriptor, &PyMemberDescr_Type) || !PyUnicode_Check(name)) {
                continue;
            }
            const PyMemberDef *member = ((PyMemberDescrObject *)descriptor)->d_member;
            bool is_object = member->type == T_OBJECT || member->type == T_OBJECT_EX;
            /* A descriptor may stand in a class whose objects are laid out otherwise. */
            bool fits = PyType_IsSubtype(Py_TYPE(holder), PyDescr_TYPE(descriptor));
            if (is_object && fits && *(PyObject **)((char *)holder + member->offset) == held) {
                return write_attribute(words, name);
            }
        }
    }
    return false;
}

/* What types written in C keep without showing it as a member. */
static bool
write_hidden(Text *words, PyObject *holder, const PyObject *held)
{
    const struct {
        bool is;
        const void *there;
        const char *label;
    } places[] = {
#define PLACE(is, Type, field, label) \
    {is(holder), is(holder) ? (void *)((Type *)holder)->field : NULL, label}
        PLACE(PyExceptionInstance_Check, PyBaseExceptionObject, traceback, ".__traceback__"),
        PLACE(PyExceptionInstance_Check, PyBaseExceptionObject, context, ".__context__"),
        PLACE(PyExceptionInstance_Check, PyBaseExceptionObject, cause, ".__cause__"),
        PLACE(PyExceptionInstance_Check, PyBaseExceptionObject, args, ".args"),
        PLACE(PyTraceBack_Check, PyTracebackObject, tb_next, ".tb_next"),
        PLACE(PyFunction_Check, PyFunctionObject, func_defaults, ".__defaults__"),
        PLACE(PyFunction_Check, PyFunctionObject, func_kwdefaults, ".__kwdefaults__"),
        PLACE(PyFunction_Check, PyFunctionObject, func_annotations, ".__annotations__"),
        PLACE(PyCFunction_Check, PyCFunctionObject, m_self, ".__self__"),
        PLACE(PyCell_Check, PyCellObject, ob_ref, ".cell_contents"),
        PLACE(PyType_Check, PyTypeObject, tp_mro, ".__mro__"),
        PLACE(PyType_Check, PyTypeObject, tp_bases, ".__bases__"),
        PLACE(PyType_Check, PyTypeObject, tp_base, ".__base__"),
        PLACE(PyFrame_Check, PyFrameObject, f_back, ".f_back"),
#undef PLACE
    };
    for (size_t at = 0; at < sizeof(places) / sizeof(*places); at++) {
        if (places[at].is && places[at].there == held) {
            return write_known(words, places[at].label);
        }
    }
    return false;
}

/* Return the frame of a frame object, a generator or the like, NULL if it has none. */
static _PyInterpreterFrame *
frame_of(PyObject *holder)
{
    if (PyFrame_Check(holder)) {
        return ((PyFrameObject *)holder)->f_frame;
    }
    if (PyGen_Check(holder) || PyCoro_CheckExact(holder) || PyAsyncGen_CheckExact(holder)) {
        PyGenObject *generator = (PyGenObject *)holder;
        bool ended = generator->gi_frame_state >= FRAME_COMPLETED;
        return ended ? NULL : (_PyInterpreterFrame *)generator->gi_iframe;
    }
    return NULL;
}

/* A variable of a function that has not ended, or of which the frame is kept. */
static bool
write_variable(Text *words, PyObject *holder, const PyObject *held)
{
    const _PyInterpreterFrame *frame = frame_of(holder);
    if (frame == NULL) {
        return false;
    }
#if PY_VERSION_HEX >= 0x030D0000
    PyCodeObject *code = (PyCodeObject *)frame->f_executable;
    if (code == NULL || !PyCode_Check((PyObject *)code)) {
        return false;
    }
#else
    PyCodeObject *code = frame->f_code;
#endif
    int count = frame->stacktop < code->co_nlocalsplus ? frame->stacktop : code->co_nlocalsplus;
    for (int at = 0; at < count; at++) {
        if (frame->localsplus[at] == held) {
            return write_attribute(words, PyTuple_GET_ITEM(code->co_localsplusnames, at));
        }
    }
    return false;
}

static bool
write_key(Text *words, PyObject *holder, const PyObject *held)
{
    PyObject *key, *value;
    Py_ssize_t place = 0;
    while (PyDict_Next(holder, &place, &key, &value)) {
        if (value == held && PyUnicode_Check(key) && is_spelled(key)) {
            write_plain(words, "['");
            write_text(words, key);
            return write_known(words, "']");
        }
    }
    return write_known(words, "[...]");
}

static inline bool
is_attributes_of(PyObject *holder, PyObject *held)
{
    return attributes_of(holder) == held
        || (PyType_Check(holder) && ((PyTypeObject *)holder)->tp_dict == held);
}

/* Write by what the instance or class whose attributes *attributes* are holds *held*. */
static bool
write_own_attribute(Text *words, PyObject *attributes, const PyObject *held)
{
    PyObject *key, *value;
    Py_ssize_t place = 0;
    while (PyDict_Next(attributes, &place, &key, &value)) {
        if (value == held && PyUnicode_Check(key) && is_spelled(key)) {
            return write_attribute(words, key);
        }
    }
    return write_known(words, ".__dict__");
}

/* Write by what *holder* holds *held*: `.name`, `['key']`, `[...]`, or nothing. */
static void
write_edge(Text *words, PyObject *holder, PyObject *held)
{
    if (is_attributes_of(holder, held)) {
        write_plain(words, ".__dict__");
    }
    else if (PyDict_Check(holder)) {
        write_key(words, holder, held);
    }
    else if (write_value(words, holder, held) || write_member(words, holder, held)
             || write_hidden(words, holder, held) || write_variable(words, holder, held)) {
        return;
    }
    else if (PyList_Check(holder) || PyTuple_Check(holder) || PyAnySet_Check(holder)) {
        write_plain(words, "[...]");
    }
    else if ((PyObject *)Py_TYPE(holder) == held) {
        write_plain(words, ".__class__");
    }
}

#endif
