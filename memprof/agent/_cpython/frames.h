/*
 * The interpreter's frames, read in place: what differs from version to version.
 *
 * Nothing here allocates, takes a reference or calls back.  The layouts come
 * from the headers of the very Python this is compiled for; the engine compares
 * a walk with sys._getframe before it agrees to start.
 *
 * Since 3.14 what a frame works with are not pointers but references with a tag:
 * some are borrowed from a variable or a caller and not counted, some are numbers.
 */
#ifndef MEMPROF_CPYTHON_FRAMES_H
#define MEMPROF_CPYTHON_FRAMES_H

#define Py_BUILD_CORE_MODULE 1
#include <Python.h>
#include <stdbool.h>
#include <stdint.h>

#if PY_VERSION_HEX < 0x030B0000 || PY_VERSION_HEX >= 0x03100000
#error "this Python's frames are not known"
#endif
#ifdef Py_GIL_DISABLED
#error "free-threaded builds need other tables"
#endif

/* The internal atomics of 3.11 and 3.12 want this. */
#undef HAVE_STD_ATOMIC
#include <internal/pycore_frame.h>
#if PY_VERSION_HEX >= 0x030E0000
#include <internal/pycore_interpframe.h>
#include <internal/pycore_stackref.h>
#endif
#include <internal/pycore_gc.h>
#include <internal/pycore_runtime.h>

typedef _PyInterpreterFrame Frame;

#if PY_VERSION_HEX >= 0x030E0000
/* In the tag of a reference: a number stands there, or what is no reference at all. */
#define NO_OBJECT 2
#endif

/*
 * The state of the main thread, in that thread alone: asking the interpreter is
 * a call and a search.  It is as old as the process and never another, unless
 * there are more interpreters than one.
 */
static __thread PyThreadState *steady __attribute__((tls_model("initial-exec")));

/* The state of the thread that holds the GIL; NULL while none does. */
static inline PyThreadState *
thread_with_gil(void)
{
#if PY_VERSION_HEX >= 0x030D0000
    return PyThreadState_GetUnchecked();
#else
    return _PyThreadState_UncheckedGet();
#endif
}

/* The same, sooner; for who is known to hold the GIL. */
static inline PyThreadState *
thread_now(void)
{
    PyThreadState *thread = steady;
    if (thread != NULL && _PyRuntime.interpreters.head == thread->interp) {
        return thread;
    }
    return thread_with_gil();
}

static inline PyCodeObject *
code_of(const Frame *frame)
{
#if PY_VERSION_HEX >= 0x030E0000
    return (PyCodeObject *)PyStackRef_AsPyObjectBorrow(frame->f_executable);
#elif PY_VERSION_HEX >= 0x030D0000
    return (PyCodeObject *)frame->f_executable;
#else
    return frame->f_code;
#endif
}

static inline PyObject *
function_of(const Frame *frame)
{
#if PY_VERSION_HEX >= 0x030E0000
    return PyStackRef_AsPyObjectBorrow(frame->f_funcobj);
#elif PY_VERSION_HEX >= 0x030C0000
    return frame->f_funcobj;
#else
    return (PyObject *)frame->f_func;
#endif
}

/* How many variables and values of *frame* can be read: first its variables. */
static inline int
readable(const Frame *frame)
{
#if PY_VERSION_HEX >= 0x030E0000
    return (int)(frame->stackpointer - frame->localsplus);
#else
    /* Below zero while its instructions run: then only the variables stand still. */
    return frame->stacktop < 0 ? code_of(frame)->co_nlocalsplus : frame->stacktop;
#endif
}

/* What stands at *place* among those, NULL for nothing; whether the reference is *counted*. */
static inline PyObject *
object_at(const Frame *frame, int place, bool *counted)
{
#if PY_VERSION_HEX >= 0x030E0000
    _PyStackRef reference = frame->localsplus[place];
    *counted = PyStackRef_RefcountOnObject(reference);
    return PyStackRef_IsNull(reference) || (reference.bits & NO_OBJECT) ? NULL
        : PyStackRef_AsPyObjectBorrow(reference);
#else
    *counted = true;
    return frame->localsplus[place];
#endif
}

/* Where the frame stands: an address inside its code object. */
static inline const void *
instruction_of(const Frame *frame)
{
#if PY_VERSION_HEX >= 0x030D0000
    return frame->instr_ptr;
#else
    return frame->prev_instr;
#endif
}

/* The frame, or the nearest caller of it, that runs Python code; NULL if none. */
static inline Frame *
complete(Frame *frame)
{
    while (frame != NULL && _PyFrame_IsIncomplete(frame)) {
        frame = frame->previous;
    }
    return frame;
}

/* Whether it is no frame of a function, but where C code called the interpreter. */
static inline bool
is_bridge(const Frame *frame)
{
#if PY_VERSION_HEX >= 0x030E0000
    return frame->owner >= FRAME_OWNED_BY_INTERPRETER;
#elif PY_VERSION_HEX >= 0x030C0000
    return frame->owner == FRAME_OWNED_BY_CSTACK;
#else
    return false;
#endif
}

/* The innermost frame, complete or not; NULL if there is none. */
static inline Frame *
innermost(PyThreadState *thread)
{
#if PY_VERSION_HEX >= 0x030D0000
    return thread->current_frame;
#else
    return thread->cframe == NULL ? NULL : thread->cframe->current_frame;
#endif
}

static inline Frame *
frame_of(PyThreadState *thread)
{
    return complete(innermost(thread));
}

/*
 * The frame of a generator or coroutine that waits.  One that runs is on a stack;
 * of one that is over what was released may still stand there.
 */
static inline Frame *
frame_of_generator(PyObject *object)
{
    PyGenObject *generator = (PyGenObject *)object;
    /* An array of one up to 3.13, the frame itself since. */
    return generator->gi_frame_state < FRAME_EXECUTING ? (Frame *)&generator->gi_iframe : NULL;
}

/* The frame that belongs to a frame object, NULL if that is on a stack. */
static inline Frame *
frame_of_object(PyObject *object)
{
    Frame *frame = ((PyFrameObject *)object)->f_frame;
    return frame != NULL && frame->owner == FRAME_OWNED_BY_FRAME_OBJECT ? frame : NULL;
}

static inline Frame *
caller_of(Frame *frame)
{
    return complete(frame->previous);
}

/* The line at *instruction* of *code*, 0 where there is none. */
static inline int
line_of(PyCodeObject *code, const void *instruction)
{
    long offset = (long)((const char *)instruction - code->co_code_adaptive);
    int line = PyCode_Addr2Line(code, (int)offset);
    return line > 0 ? line : 0;
}

/* A reading of the line table of *code*, at its beginning. */
static inline PyCodeAddressRange
lines_of(PyCodeObject *code)
{
    const char *table = PyBytes_AS_STRING(code->co_linetable);
    PyCodeAddressRange range = {.ar_start = -1, .ar_end = 0, .ar_line = -1};
    range.opaque.computed_line = code->co_firstlineno;
    range.opaque.lo_next = (const uint8_t *)table;
    range.opaque.limit = range.opaque.lo_next + PyBytes_GET_SIZE(code->co_linetable);
    return range;
}

/* What line_of returns, by a reading of the table that goes on from where it stands. */
static inline int
next_line(PyCodeObject *code, const void *instruction, PyCodeAddressRange *range)
{
    long offset = (long)((const char *)instruction - code->co_code_adaptive);
    if (offset < 0) {
        return line_of(code, instruction);
    }
    int line = _PyCode_CheckLineNumber((int)offset, range);
    if (line < 0) {
        *range = lines_of(code);
        line = _PyCode_CheckLineNumber((int)offset, range);
    }
    return line > 0 ? line : 0;
}

/* The number of *instruction* in *code*, and back; a frame that has not begun stands before the first. */
static inline uint32_t
units_into(PyCodeObject *code, const void *instruction)
{
    long offset = (long)((const char *)instruction - code->co_code_adaptive);
    return (uint32_t)(offset / (long)sizeof(_Py_CODEUNIT) + 1);
}

static inline const void *
unit_of(PyCodeObject *code, uint64_t number)
{
    return code->co_code_adaptive + ((long)number - 1) * (long)sizeof(_Py_CODEUNIT);
}

/* The first address behind the instructions of *code*. */
static inline const char *
end_of(PyCodeObject *code)
{
    return code->co_code_adaptive + Py_SIZE(code) * sizeof(_Py_CODEUNIT);
}

/* What stands before an object of *type* in its block. */
static inline size_t
header_size(PyTypeObject *type)
{
#if PY_VERSION_HEX >= 0x030C0000
    bool has_more = PyType_HasFeature(type, Py_TPFLAGS_PREHEADER);
#else
    bool has_more = PyType_HasFeature(type, Py_TPFLAGS_MANAGED_DICT);
#endif
    return (PyType_HasFeature(type, Py_TPFLAGS_HAVE_GC) ? sizeof(PyGC_Head) : 0)
        + (has_more ? 2 * sizeof(PyObject *) : 0);
}

#endif
