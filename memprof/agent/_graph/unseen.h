/*
 * A thread of ours that waits, where nobody sees it: fault handlers dump all threads of
 * the interpreter, and sys._current_frames() tells of them.
 *
 * Its state is taken out of the interpreter's list while the GIL is held, and is back
 * before it runs any code.  To wait, and to have the GIL again, needs no list.
 */
#ifndef MEMPROF_UNSEEN_H
#define MEMPROF_UNSEEN_H

#include "objects.h"

#if IN_PLACE

#include <internal/pycore_runtime.h>

static void
lock_threads(void)
{
#if PY_VERSION_HEX >= 0x030D0000
    PyMutex_Lock(&_PyRuntime.interpreters.mutex);
#else
    PyThread_acquire_lock(_PyRuntime.interpreters.mutex, WAIT_LOCK);
#endif
}

static void
unlock_threads(void)
{
#if PY_VERSION_HEX >= 0x030D0000
    PyMutex_Unlock(&_PyRuntime.interpreters.mutex);
#else
    PyThread_release_lock(_PyRuntime.interpreters.mutex);
#endif
}

/* Take *thread* out of the list of its interpreter; false where it is the only one. */
static bool
leave_threads(PyThreadState *thread)
{
    lock_threads();
    PyThreadState *before = thread->prev, *after = thread->next;
    bool leaves = before != NULL || after != NULL;
    if (leaves) {
        if (before != NULL) {
            before->next = after;
        }
        else {
            thread->interp->threads.head = after;
        }
        if (after != NULL) {
            after->prev = before;
        }
        thread->prev = thread->next = NULL;
    }
    unlock_threads();
    return leaves;
}

/* Put *thread* back, at the list's head as a new one would be. */
static void
join_threads(PyThreadState *thread)
{
    lock_threads();
    PyThreadState *first = thread->interp->threads.head;
    thread->next = first;
    if (first != NULL) {
        first->prev = thread;
    }
    thread->interp->threads.head = thread;
#if PY_VERSION_HEX >= 0x030D0000
    /* What the others were told meanwhile: by which version code is instrumented. */
    uintptr_t told = _Py_atomic_load_uintptr(&thread->eval_breaker) & 0xff;
    _Py_atomic_store_uintptr(&thread->eval_breaker,
                             told | thread->interp->ceval.instrumentation_version);
#endif
    unlock_threads();
}

#endif

static const char unseen_doc[] =
    "unseen(wait, arguments): return wait(*arguments), a C function that waits, called while\n"
    "nobody sees this thread.";

static PyObject *
unseen(PyObject *module, PyObject *const *args, Py_ssize_t count)
{
    if (!takes("unseen", count, 2)) {
        return NULL;
    }
#if IN_PLACE
    PyThreadState *thread = PyThreadState_Get();
    bool left = leave_threads(thread);
#endif
    PyObject *answer = PyObject_Call(args[0], args[1], NULL);
#if IN_PLACE
    if (left) {
        join_threads(thread);
    }
#endif
    return answer;
}

#endif
