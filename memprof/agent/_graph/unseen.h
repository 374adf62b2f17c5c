/*
 * A thread of ours that waits, where nobody sees it: fault handlers dump all threads of
 * the interpreter, and sys._current_frames() tells of them.
 *
 * Its state is taken out of the interpreter's list while the GIL is held, and is back
 * before it runs any code.  To wait, and to have the GIL again, needs no list.
 *
 * Up to 3.13 an interpreter that ends lets no thread have the GIL any more.  Since 3.14 it
 * tells those in its list, so that ours must be in it before it asks, or not ask at all:
 * it waits here, for a bell, and not in a lock of Python's.
 */
#ifndef MEMPROF_UNSEEN_H
#define MEMPROF_UNSEEN_H

#include "collections.h"

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

/* Put *thread* back, at the list's head as a new one would be; the list is locked. */
static void
join_locked(PyThreadState *thread)
{
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
}

#endif

#if IN_PLACE && PY_VERSION_HEX >= 0x030E0000 && defined(__linux__)
#define WAITS_FOR_BELL 1

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NS_PER_S 1000000000

static uint32_t rings;

/* Wait until there were more *rings* than *heard*, or *most_ns* have passed. */
static void
await_bell(uint32_t heard, int64_t most_ns)
{
    struct timespec most = {most_ns / NS_PER_S, most_ns % NS_PER_S};
    syscall(SYS_futex, &rings, FUTEX_WAIT_PRIVATE, heard, &most, NULL, 0);
}

/* Have the GIL again, as *thread*; never where the interpreter has begun to end. */
static void
come_back(PyThreadState *thread)
{
    lock_threads();
    if (_PyRuntimeState_GetFinalizing(&_PyRuntime) != NULL) {
        /* It has told all whom it will tell.  Nothing is ours any more. */
        unlock_threads();
        for (;;) {
            pause();
        }
    }
    join_locked(thread);
    unlock_threads();
    PyEval_RestoreThread(thread);
}

/* Return acquire(False) when the bell rings and that says yes, or when *seconds* have passed. */
static PyObject *
acquire_unseen(PyObject *acquire, double seconds)
{
    PyThreadState *thread = PyThreadState_Get();
    int64_t end_ns = monotonic_ns() + (int64_t)(seconds * NS_PER_S);
    for (;;) {
        uint32_t heard = __atomic_load_n(&rings, __ATOMIC_ACQUIRE);
        PyObject *answer = PyObject_CallOneArg(acquire, Py_False);
        int64_t most_ns = end_ns - monotonic_ns();
        if (answer != Py_False || most_ns <= 0) {
            return answer;
        }
        Py_DECREF(answer);
        bool left = leave_threads(thread);
        PyEval_SaveThread();
        await_bell(heard, most_ns);
        if (left) {
            come_back(thread);
        }
        else {
            PyEval_RestoreThread(thread);
        }
    }
}

#else
#define WAITS_FOR_BELL 0
#endif

static const char ring_doc[] =
    "ring(): have a thread that waits in `unseen` look at once whether its lock is free.";

static PyObject *
ring(PyObject *module, PyObject *const *args, Py_ssize_t count)
{
    if (!takes("ring", count, 0)) {
        return NULL;
    }
#if WAITS_FOR_BELL
    __atomic_add_fetch(&rings, 1, __ATOMIC_RELEASE);
    syscall(SYS_futex, &rings, FUTEX_WAKE_PRIVATE, INT32_MAX, NULL, NULL, 0);
#endif
    Py_RETURN_NONE;
}

static const char unseen_doc[] =
    "unseen(acquire, arguments): return acquire(*arguments), that of a lock, (True, seconds), called\n"
    "while nobody sees this thread.  Who frees the lock calls `ring` then.";

static PyObject *
unseen(PyObject *module, PyObject *const *args, Py_ssize_t count)
{
    if (!takes("unseen", count, 2)) {
        return NULL;
    }
#if WAITS_FOR_BELL
    double seconds = PyTuple_Check(args[1]) && PyTuple_GET_SIZE(args[1]) == 2
        ? PyFloat_AsDouble(PyTuple_GET_ITEM(args[1], 1)) : 0;
    return PyErr_Occurred() ? NULL : acquire_unseen(args[0], seconds);
#else
#if IN_PLACE
    PyThreadState *thread = PyThreadState_Get();
    bool left = leave_threads(thread);
#endif
    PyObject *answer = PyObject_Call(args[0], args[1], NULL);
#if IN_PLACE
    if (left) {
        lock_threads();
        join_locked(thread);
        unlock_threads();
    }
#endif
    return answer;
#endif
}

#endif
