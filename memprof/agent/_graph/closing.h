/*
 * How one object holds another: by which attribute, key or variable, as far as
 * it can be read in place.  Nothing of the target runs, no dictionary is made.
 */
#ifndef MEMPROF_CLOSING_H
#define MEMPROF_CLOSING_H

#include "../_cpython/layout.h"
#include "text.h"

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
#if LAYOUT_IS_KNOWN
    if (has_managed_dict(type)) {
        return managed_dict_of(holder);
    }
#endif
    /* A negative offset counts from the end of an object of varying size. */
    return type->tp_dictoffset > 0 ? *(PyObject **)((char *)holder + type->tp_dictoffset) : NULL;
}

#if LAYOUT_IS_KNOWN

/* A search for the name by which an object is held. */
typedef struct {
    const PyObject *held;
    PyObject *name;            /* NULL until it is found */
} Naming;

static void
note_name(PyObject *object, PyObject *name, void *data)
{
    Naming *naming = data;
    if (object == naming->held && naming->name == NULL) {
        naming->name = name;
    }
}

/* Return the attribute or variable by which *holder*, an instance or a frame, holds *held*. */
static PyObject *
name_of_held(PyObject *holder, const PyObject *held)
{
    Naming naming = {held, NULL};
    if (has_managed_dict(Py_TYPE(holder))) {
        visit_values(holder, note_name, &naming);
    }
    Frame *frame = frame_kept_by(holder);
    if (frame != NULL && naming.name == NULL) {
        visit_frame(frame, note_name, &naming);
    }
    return naming.name;
}

#else

static PyObject *
name_of_held(PyObject *holder, const PyObject *held)
{
    return NULL;
}

#endif

static bool
write_name(Text *words, PyObject *holder, const PyObject *held)
{
    PyObject *name = name_of_held(holder, held);
    return name != NULL && write_attribute(words, name);
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
    else if (write_name(words, holder, held) || write_member(words, holder, held)
             || write_hidden(words, holder, held)) {
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
