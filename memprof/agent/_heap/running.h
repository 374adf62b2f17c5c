/*
 * What the other threads run just now: which lines call into memory that the
 * engine does not see.
 */
#ifndef MEMPROF_RUNNING_H
#define MEMPROF_RUNNING_H

#include "../_cpython/frames.h"

#define MOST_RUNNING 16

/* Return ((file, line, function), ...) of *frame* and its callers, *most* of them. */
static PyObject *
stack_of(Frame *frame, int most)
{
    PyObject *rows = PyList_New(0);
    for (; rows != NULL && frame != NULL && most > 0; frame = caller_of(frame), most--) {
        PyCodeObject *code = code_of(frame);
        PyObject *row = Py_BuildValue("(OiO)", code->co_filename,
                                      line_of(code, instruction_of(frame)), code->co_qualname);
        if (row == NULL || PyList_Append(rows, row) < 0) {
            Py_CLEAR(rows);
        }
        Py_XDECREF(row);
    }
    return rows;
}

/* Return the stack of each thread of this interpreter but the one that asks. */
static PyObject *
running_stacks(int most)
{
    PyThreadState *asks = PyThreadState_Get();
    PyObject *found = PyList_New(0);
    int count = 0;
    for (PyThreadState *thread = PyInterpreterState_ThreadHead(asks->interp);
         found != NULL && thread != NULL && count < MOST_RUNNING;
         thread = PyThreadState_Next(thread)) {
        Frame *frame = thread == asks ? NULL : frame_of(thread);
        if (frame == NULL) {
            continue;
        }
        PyObject *stack = stack_of(frame, most);
        if (stack == NULL || PyList_Append(found, stack) < 0) {
            Py_CLEAR(found);
        }
        Py_XDECREF(stack);
        count++;
    }
    return found;
}

#endif
