/*
 * How instances, generators and frames lie in memory: what differs by version.
 *
 * The layouts come from the headers of the very Python this is compiled for.  On
 * a Python whose layouts are not known here nothing is read; what the collector
 * shows is then named by its holder's type.
 */
#ifndef MEMPROF_CPYTHON_LAYOUT_H
#define MEMPROF_CPYTHON_LAYOUT_H

#define Py_BUILD_CORE_MODULE 1
#include <Python.h>
#include <stdbool.h>

#if PY_VERSION_HEX >= 0x030B0000 && PY_VERSION_HEX < 0x03100000 && !defined(Py_GIL_DISABLED)
#define LAYOUT_IS_KNOWN 1
#include "frames.h"
#include <internal/pycore_dict.h>
#include <internal/pycore_object.h>
#else
#define LAYOUT_IS_KNOWN 0
#endif

/* What is done with a referent of known name; *name* is an exact str. */
typedef void (*NameVisitor)(PyObject *object, PyObject *name, void *data);

static inline bool
has_managed_dict(PyTypeObject *type)
{
#if LAYOUT_IS_KNOWN
    return (type->tp_flags & Py_TPFLAGS_MANAGED_DICT) && (type->tp_flags & Py_TPFLAGS_HEAPTYPE);
#else
    return false;
#endif
}

static inline bool
generates(PyObject *object)
{
    return PyGen_CheckExact(object) || PyCoro_CheckExact(object) || PyAsyncGen_CheckExact(object);
}

#if LAYOUT_IS_KNOWN

/* The values *object* holds beside a dictionary, NULL if it has none. */
static inline PyDictValues *
values_of(PyObject *object)
{
#if PY_VERSION_HEX >= 0x030D0000
    if (!(Py_TYPE(object)->tp_flags & Py_TPFLAGS_INLINE_VALUES)) {
        return NULL;
    }
    PyDictValues *values = _PyObject_InlineValues(object);
    return values->valid ? values : NULL;
#elif PY_VERSION_HEX >= 0x030C0000
    PyDictOrValues either = *_PyObject_DictOrValuesPointer(object);
    return _PyDictOrValues_IsValues(either) ? _PyDictOrValues_GetValues(either) : NULL;
#else
    return *_PyObject_ValuesPointer(object);
#endif
}

/* The dictionary *object* has by now; its own values may lie there too. */
static inline PyObject *
managed_dict_of(PyObject *object)
{
#if PY_VERSION_HEX >= 0x030D0000
    return (PyObject *)_PyObject_GetManagedDict(object);
#elif PY_VERSION_HEX >= 0x030C0000
    PyDictOrValues either = *_PyObject_DictOrValuesPointer(object);
    return _PyDictOrValues_IsValues(either) ? NULL : _PyDictOrValues_GetDict(either);
#else
    return *_PyObject_ManagedDictPointer(object);
#endif
}

/* Call *visit* with each attribute that *object*, of a managed type, has beside a dictionary. */
static inline void
visit_values(PyObject *object, NameVisitor visit, void *data)
{
    PyDictValues *values = values_of(object);
    PyDictKeysObject *keys = ((PyHeapTypeObject *)Py_TYPE(object))->ht_cached_keys;
    if (values == NULL || keys == NULL || !DK_IS_UNICODE(keys)) {
        return;
    }
    Py_ssize_t count = keys->dk_nentries;
#if PY_VERSION_HEX >= 0x030D0000
    count = count > values->capacity ? values->capacity : count;
#endif
    PyDictUnicodeEntry *entries = DK_UNICODE_ENTRIES(keys);
    for (Py_ssize_t at = 0; at < count; at++) {
        if (values->values[at] != NULL && entries[at].me_key != NULL) {
            visit(values->values[at], entries[at].me_key, data);
        }
    }
}

/*
 * Tell whether the locals of *frame*, which calls *callee* or is the innermost,
 * can be read.  Up to 3.11 a frame stands on its stack while it is released: then
 * its stack is at rest although no Python function it calls runs.
 */
static inline bool
is_alive(Frame *frame, const Frame *callee)
{
#if PY_VERSION_HEX < 0x030C0000
    if (frame->stacktop >= 0 && (callee == NULL || callee->is_entry)) {
        return false;
    }
#endif
    return !_PyFrame_IsIncomplete(frame) && PyCode_Check(code_of(frame));
}

/* The frame that *holder*, a generator or a frame object, keeps; NULL if that is on a stack. */
static inline Frame *
frame_kept_by(PyObject *holder)
{
    if (PyFrame_Check(holder)) {
        return frame_of_object(holder);
    }
    return generates(holder) ? frame_of_generator(holder) : NULL;
}

/*
 * Call *visit* with each local of *frame*, and with what its instructions have in
 * use, which has no name: NULL.  Up to 3.13 that is not to be seen while they run.
 */
static void
visit_frame(const Frame *frame, NameVisitor visit, void *data)
{
    PyCodeObject *code = code_of(frame);
    int named = code->co_nlocalsplus, count = readable(frame);
    for (int at = 0; at < count && at < named + code->co_stacksize; at++) {
        bool counted;
        PyObject *name = at < named ? PyTuple_GET_ITEM(code->co_localsplusnames, at) : NULL;
        PyObject *object = object_at(frame, at, &counted);
        /* What is borrowed for an instruction is held by another, who names it better. */
        if (object != NULL && (counted || name != NULL)) {
            visit(object, name, data);
        }
    }
}

#endif

/*
 * Call *visit* with each referent that *object* shows the collector and has only
 * borrowed: its reference count knows nothing of it.
 */
static inline void
visit_borrowed(PyObject *object, visitproc visit, void *data)
{
#if LAYOUT_IS_KNOWN && PY_VERSION_HEX >= 0x030E0000
    if (!generates(object) || ((PyGenObject *)object)->gi_frame_state >= FRAME_CLEARED) {
        return;
    }
    const Frame *frame = &((PyGenObject *)object)->gi_iframe;
    int count = readable(frame);
    for (int at = 0; at < count; at++) {
        bool counted;
        PyObject *referent = object_at(frame, at, &counted);
        if (referent != NULL && !counted) {
            visit(referent, data);
        }
    }
#endif
}

#endif
