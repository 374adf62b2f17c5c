/*
 * Naming: what was met gets the agent's numbers, as `names.py` gives them.
 *
 * A program that imports a few libraries has thousands of sites, each with a file, a
 * line and a function: in Python they were most of what a young run's snapshots cost.
 */
#ifndef MEMPROF_NAMING_H
#define MEMPROF_NAMING_H

#include "sites.h"

#define OWN_FRAME (-1)

static const Text import_system = {"<frozen importlib", sizeof("<frozen importlib") - 1, 1, 0, 0};

/* What the agent numbers by, and lists of what it has not sent yet; all borrowed. */
typedef struct {
    PyObject *strings, *frames, *sites;
    PyObject *new_strings, *new_frames, *new_sites, *new_functions;
} Names;

/* Return the str of text *number*. */
static PyObject *
text_object(const Places *places, uint32_t number)
{
    const Text *text = thing(&places->texts, number);
    return PyUnicode_FromKindAndData(text->kind, text->text, text->length);
}

/* Copy the locations of *context* into *chain*; the shared book's may move without the lock. */
static uint32_t
copy_chain(const Places *places, const Context *context, uint32_t *chain)
{
    memcpy(chain, places->chains.items + context->first, context->count * sizeof(*chain));
    return context->count;
}

/*
 * Find the next context of *book* that has something to tell and no number yet:
 * its own and its *chain*.  *at* counts through the cells that changed.  Return
 * the length of the chain, 0 at the end.
 */
static uint32_t
next_unnamed(Book *book, uint32_t *at, uint32_t *number, uint32_t *chain)
{
    while (*at < book->changed.count) {
        const Cell *cell = thing(&book->cells, book->changed.items[(*at)++]);
        Context *context = thing(&book->places.contexts, cell->context);
        if (context->site == UNNAMED && is_told(cell)) {
            context->site = ASKED;
            *number = cell->context;
            return copy_chain(&book->places, context, chain);
        }
    }
    return 0;
}

/*
 * Return the number of *key* in *numbers*, a new one if it has none: *fresh* tells.
 * -1 with an error set.
 */
static int64_t
number_in(PyObject *numbers, PyObject *key, bool *fresh)
{
    PyObject *known = key == NULL ? NULL : PyDict_GetItemWithError(numbers, key);
    if (known != NULL) {
        return PyLong_AsLongLong(known);
    }
    if (PyErr_Occurred()) {
        return -1;
    }
    int64_t number = PyDict_GET_SIZE(numbers);
    PyObject *value = PyLong_FromLongLong(number);
    *fresh = value != NULL && PyDict_SetItem(numbers, key, value) == 0;
    Py_XDECREF(value);
    return *fresh ? number : -1;
}

/* Append *value* to *list*; false with an error set. */
static bool
append_figure(PyObject *list, long long value)
{
    PyObject *figure = PyLong_FromLongLong(value);
    bool well = figure != NULL && PyList_Append(list, figure) == 0;
    Py_XDECREF(figure);
    return well;
}

/* Append *one* and *other* to *list*, or neither. */
static bool
append_figures(PyObject *list, long long one, long long other)
{
    Py_ssize_t before = PyList_GET_SIZE(list);
    if (append_figure(list, one) && append_figure(list, other)) {
        return true;
    }
    PyList_SetSlice(list, before, PyList_GET_SIZE(list), NULL);
    return false;
}

/* Undo that *key* became known to *numbers*, after an error; the answer is that it failed. */
static int64_t
forget_number(PyObject *numbers, PyObject *key)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    if (PyDict_DelItem(numbers, key) < 0) {
        PyErr_Clear();
    }
    PyErr_Restore(type, value, traceback);
    return -1;
}

/* Return the agent's number of text *number*; -1 with an error set. */
static int64_t
name_text(const Names *names, const Places *places, uint32_t number)
{
    Text *text = thing(&places->texts, number);
    if (text->name) {
        return (int64_t)text->name - 1;
    }
    bool fresh = false;
    PyObject *string = text_object(places, number);
    int64_t name = number_in(names->strings, string, &fresh);
    if (fresh && PyList_Append(names->new_strings, string) < 0) {
        name = forget_number(names->strings, string);
    }
    Py_XDECREF(string);
    text->name = name < 0 ? 0 : (uint32_t)name + 1;
    return name;
}

/* Return the agent's number of location *number*, or OWN_FRAME; false in *well* with an error set. */
static int64_t
name_location(const Names *names, const Places *places, uint32_t number, bool *well)
{
    Location *location = thing(&places->locations, number);
    if (location->frame) {
        return (int64_t)location->frame - 2;
    }
    const Text *text = thing(&places->texts, location->file);
    if (text->own) {
        location->frame = 1;
        return OWN_FRAME;
    }
    int64_t file = name_text(names, places, location->file), frame = -1;
    int64_t function = file < 0 ? -1 : name_text(names, places, location->function);
    if (function >= 0) {
        bool fresh = false;
        PyObject *key = PyLong_FromLongLong(file << 32 | location->line);
        frame = number_in(names->frames, key, &fresh);
        if (fresh && !append_figures(names->new_frames, file, location->line)) {
            frame = forget_number(names->frames, key);
        }
        else if (fresh && !append_figures(names->new_functions, frame, function)) {
            Py_ssize_t rows = PyList_GET_SIZE(names->new_frames);
            PyList_SetSlice(names->new_frames, rows - 2, rows, NULL);
            frame = forget_number(names->frames, key);
        }
        Py_XDECREF(key);
    }
    *well = frame >= 0;
    location->frame = frame < 0 ? 0 : (uint32_t)frame + 2;
    return frame;
}

/* Return the list of *count* numbers, NULL with an error set. */
static PyObject *
list_of_numbers(const int64_t *numbers, uint32_t count)
{
    PyObject *list = PyList_New(0);
    for (uint32_t at = 0; list != NULL && at < count; at++) {
        if (!append_figure(list, numbers[at])) {
            Py_CLEAR(list);
        }
    }
    return list;
}

/*
 * Return what the agent knows the site of the frames *numbers* by, NULL with an error
 * set.  Not by repr(): that makes a dictionary for the thread, as if the target had.
 */
static PyObject *
key_of_stack(const int64_t *numbers, uint32_t count)
{
    if (count == 1) {
        return PyLong_FromLongLong(numbers[0]);
    }
    char text[MOST_FRAMES * 21];
    size_t length = 0;
    for (uint32_t at = 0; at < count; at++) {
        size_t room = sizeof(text) - length;
        length += (size_t)snprintf(text + length, room, at ? " %lld" : "%lld", (long long)numbers[at]);
    }
    return PyUnicode_FromStringAndSize(text, (Py_ssize_t)length);
}

/* Return the agent's number of the site whose frames are *numbers*; -1 with an error set. */
static int64_t
name_stack(const Names *names, const int64_t *numbers, uint32_t count)
{
    bool fresh = false;
    PyObject *stack = list_of_numbers(numbers, count);
    if (stack == NULL) {
        return -1;
    }
    PyObject *key = key_of_stack(numbers, count);
    int64_t site = number_in(names->sites, key, &fresh);
    if (fresh && PyList_Append(names->new_sites, stack) < 0) {
        site = forget_number(names->sites, key);
    }
    Py_XDECREF(key);
    Py_DECREF(stack);
    if (site > INT32_MAX || (site >= 0 && !make_sites((int32_t)site))) {
        PyErr_NoMemory();
        return -1;
    }
    return site;
}

/* Give *context* of *places*, whose locations are *chain*, the number of its site; false with an error set. */
static bool
name_context(const Names *names, const Places *places, Context *context, const uint32_t *chain,
             uint32_t count)
{
    int64_t numbers[MOST_FRAMES];
    uint32_t others = 0;
    bool well = true;
    for (uint32_t level = 0; well && level < count; level++) {
        int64_t frame = name_location(names, places, chain[level], &well);
        if (well && level == 0 && frame == OWN_FRAME) {
            context->site = OWN_FRAME;
            return true;
        }
        /* Deeper down a frame of ours may stand: the door, a checkpoint. */
        if (well && frame != OWN_FRAME) {
            numbers[others++] = frame;
        }
    }
    int64_t site = well ? name_stack(names, numbers, others) : -1;
    context->site = site < 0 ? UNNAMED : (int32_t)site;
    if (site >= 0) {
        const Location *innermost = thing(&places->locations, chain[0]);
        const Text *file = thing(&places->texts, innermost->file);
        ((Site *)thing(&sites, (uint32_t)site))->loading = starts_with(file, &import_system);
    }
    return site >= 0;
}

static PyObject *
name_new(PyObject *module, PyObject *args)
{
    Names names;
    if (!PyArg_ParseTuple(args, "O!O!O!O!O!O!O!:name_new", &PyDict_Type, &names.strings,
                          &PyDict_Type, &names.frames, &PyDict_Type, &names.sites,
                          &PyList_Type, &names.new_strings, &PyList_Type, &names.new_frames,
                          &PyList_Type, &names.new_sites, &PyList_Type, &names.new_functions)) {
        return NULL;
    }
    for (int number = 0; number < 2; number++) {
        Places *places = &books[number].places;
        uint32_t at = 0, context, chain[MOST_FRAMES];
        for (;;) {
            /* Not while Python objects are made: their memory is counted too. */
            lock_shared();
            uint32_t count = next_unnamed(&books[number], &at, &context, chain);
            unlock_shared();
            if (count == 0) {
                break;
            }
            if (!name_context(&names, places, thing(&places->contexts, context), chain, count)) {
                return NULL;
            }
        }
    }
    Py_RETURN_NONE;
}

#endif
