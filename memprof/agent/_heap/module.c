/*
 * memprof.agent._heap: every block of the Python heap, by where it was allocated.
 *
 * The engine in one translation unit, so that the compiler sees all of it.
 * From the bottom up:
 *
 *   ../_cpython/frames.h  where the interpreter stands: what differs by version
 *   memory.h    tables and maps in memory of their own
 *   codes.h     when code objects die
 *   places.h    files, locations, contexts
 *   walks.h     from frames to places
 *   trails.h    walks of late, to compare the next with
 *   shadow.h    address -> mark
 *   samples.h   which blocks are written down
 *   books.h     cells: what is live, by context and size; the peak
 *   moments.h   what cells held between two looks
 *   epochs.h    when blocks were born
 *   freelists.h objects made of memory that waited
 *   recents.h   cells met of late
 *   entries.h   blocks enter the books and are struck out
 *   spares.h    freed blocks, for the next of their size
 *   hooks.h     the allocators' hooks
 *   standing.h  the hooks put before the allocators and taken away
 *   trackers.h  memory that libraries report themselves (numpy)
 *   sites.h     what the agent reads
 *   lent.h      what `_graph` may ask
 *   naming.h    numbers of the agent's for what is new
 *   forks.h     a child goes on with its parent's books
 *   running.h   what the other threads run
 *   columns.h   figures as a capture has them
 *   module.c    the functions the agent calls; all need the GIL
 */
#include "../_cpython/frames.h"
#include "epochs.h"
#include "standing.h"
#include "trackers.h"
#include "lent.h"
#include "forks.h"
#include "running.h"
#include "columns.h"

static PyObject *
refuse(const char *why)
{
    PyErr_SetString(PyExc_RuntimeError, why);
    return NULL;
}

/* Tell whether a walk of the frames finds what the interpreter says of its own. */
static bool
frames_agree(void)
{
    PyThreadState *thread = PyThreadState_Get();
    PyFrameObject *official = PyThreadState_GetFrame(thread);
    Frame *frame = frame_of(thread);
    bool agree = true;
    while (official != NULL && agree) {
        PyCodeObject *code = PyFrame_GetCode(official);
        agree = frame != NULL && code_of(frame) == code
            && line_of(code, instruction_of(frame)) == PyFrame_GetLineNumber(official);
        Py_DECREF(code);
        PyFrameObject *back = PyFrame_GetBack(official);
        Py_DECREF(official);
        official = back;
        frame = frame == NULL ? NULL : caller_of(frame);
    }
    Py_XDECREF(official);
    return agree && frame == NULL;
}

/* Return why the engine cannot work here, NULL if it can. */
static const char *
refusal(void)
{
    if (Py_Version != PY_VERSION_HEX) {
        return "it was built for another release of Python";
    }
    if (installed || lost_memory) {
        return "it has been started before";
    }
    if (!frames_agree()) {
        return "this Python's frames are not as its headers say";
    }
    return NULL;
}

static PyObject *
check(PyObject *module, PyObject *unused)
{
    const char *why = refusal();
    return why == NULL ? Py_NewRef(Py_None) : PyUnicode_FromString(why);
}

static PyObject *
start(PyObject *module, PyObject *args)
{
    int frames;
    PyObject *prefix;
    long long bytes = 0;
    unsigned long long number = 0;
    if (!PyArg_ParseTuple(args, "iU|LK:start", &frames, &prefix, &bytes, &number)) {
        return NULL;
    }
    const char *why = refusal();
    if (why != NULL) {
        return refuse(why);
    }
    if (frames < 1 || frames > MOST_FRAMES) {
        return refuse("the depth is out of range");
    }
    own_prefix = (Text){PyUnicode_DATA(prefix), PyUnicode_GET_LENGTH(prefix),
                        PyUnicode_KIND(prefix), 1};
    Py_INCREF(prefix);
    depth = frames;
    interval = bytes;
    every_block = bytes <= 1;
    seed = number ? number : mix((uintptr_t)PyThreadState_Get() ^ (uint64_t)getpid() << 32);
    distance = every_block ? 0 : draw_distance();
    home = PyInterpreterState_Get();
    steady = home == PyInterpreterState_Main() ? PyThreadState_Get() : NULL;
    epochs_in_slots = 1;
    sites.width = sizeof(Site);
    begin_recents();
    for (int number = 0; number < 2; number++) {
        books[number].cells.width = sizeof(Cell);
        if (!begin_places(&books[number].places)) {
            return PyErr_NoMemory();
        }
    }
    if (!watch_codes()) {
        return refuse("other tools watch code objects and left no place");
    }
    watch_forks();
    active = true;
    install_hooks();
    if (every_block) {
        watch_free_lists(true);
    }
    Py_RETURN_NONE;
}

static PyObject *
stop(PyObject *module, PyObject *unused)
{
    if (active && every_block) {
        watch_free_lists(false);
    }
    active = false;
    end_moments();
    open_spares(false);
    give_spares(&originals[PYMEM_DOMAIN_OBJ]);
    remove_hooks();
    Py_RETURN_NONE;
}

/* Return ((file, line, function), ...) of the *count* locations of *chain*. */
static PyObject *
traceback_of(const Places *places, const uint32_t *chain, uint32_t count)
{
    PyObject *rows = PyTuple_New(count);
    for (uint32_t at = 0; rows != NULL && at < count; at++) {
        const Location *location = thing(&places->locations, chain[at]);
        PyObject *file = text_object(places, location->file);
        PyObject *function = text_object(places, location->function);
        PyObject *row = file == NULL || function == NULL
            ? NULL : Py_BuildValue("(OIO)", file, location->line, function);
        Py_XDECREF(file);
        Py_XDECREF(function);
        if (row == NULL) {
            Py_CLEAR(rows);
            break;
        }
        PyTuple_SET_ITEM(rows, at, row);
    }
    return rows;
}

/* Return *moment*: its own figures, and records of the sites that changed. */
static PyObject *
row_of_moment(const Moment *moment)
{
    int64_t bytes = 0, blocks = 0;
    Columns columns;
    bool well = begin_columns(&columns, 0);
    for (uint32_t number = 0; well && number < sites.count; number++) {
        Site *site = thing(&sites, number);
        bytes += site->bytes;
        blocks += llround(site->blocks);
        if (take_change(site)) {
            well = append_row(&columns, number, site->bytes, llround(site->blocks));
        }
    }
    PyObject *records = end_columns(&columns, well, false);
    return records == NULL ? NULL
        : Py_BuildValue("(LLLLLLN)", (long long)moment->at_ns, (long long)moment->cpu_ns,
                        (long long)bytes, (long long)blocks, (long long)moment->malloc_bytes,
                        (long long)moment->served_bytes, records);
}

static PyObject *
read_moments(PyObject *module, PyObject *before)
{
    uint64_t limit_ns = PyLong_AsUnsignedLongLong(before);
    PyObject *found = PyErr_Occurred() ? NULL : PyList_New(0);
    /* What is allocated here must not note another. */
    uint32_t count = moment_count, waiting = until_glance;
    until_glance = 0;
    bool well = found != NULL;
    uint32_t one = 0;
    for (uint32_t at = 0; well && at < count && moments[at].at_ns < limit_ns; at++) {
        lock_shared();
        for (; one < moments[at].end; one++) {
            read_noted(&noted[one]);
        }
        unlock_shared();
        PyObject *row = row_of_moment(&moments[at]);
        well = row != NULL && PyList_Append(found, row) == 0;
        Py_XDECREF(row);
    }
    moment_count = 0;
    until_glance = waiting;
    if (!well) {
        Py_CLEAR(found);
    }
    return found;
}

static PyObject *
note_moments(PyObject *module, PyObject *unused)
{
    if (active && every_block && noted == NULL) {
        begin_moments();
    }
    Py_RETURN_NONE;
}

static PyObject *
changes(PyObject *module, PyObject *unused)
{
    /* Those that nobody read are older than what is read now. */
    moment_count = 0;
    for (uint32_t number = 0; number < sites.count; number++) {
        Site *site = thing(&sites, number);
        site->before = site->bytes;
    }
    read_book(&books[HELD]);
    lock_shared();
    read_book(&books[SHARED]);
    unlock_shared();
    long long bytes = 0;
    double blocks = 0;
    Columns columns;
    bool well = begin_columns(&columns, 0);
    for (uint32_t number = 0; well && number < sites.count; number++) {
        Site *site = thing(&sites, number);
        bytes += site->bytes;
        blocks += site->blocks;
        if (take_change(site)) {
            well = append_row(&columns, number, site->bytes, llround(site->blocks));
        }
    }
    PyObject *records = end_columns(&columns, well, false);
    return records == NULL ? NULL : Py_BuildValue("(NLL)", records, bytes, llround(blocks));
}

/* Return (bytes, blocks) of one kind of figure that is kept of *site*. */
static void
figures_of(const Site *site, int kind, long long *bytes, long long *blocks)
{
    switch (kind) {
    case 0:
        *bytes = (long long)site->peak_bytes;
        *blocks = (long long)site->peak_blocks;
        break;
    case 1:
        *bytes = (long long)site->allocated_bytes;
        *blocks = (long long)site->allocated_blocks;
        break;
    case 2:
        *bytes = (long long)site->collected_bytes;
        *blocks = (long long)site->collected_blocks;
        break;
    default:
        *bytes = llround(sqrt(fmax(site->variance, 0)));
        *blocks = llround(sqrt(fmax(site->blocks_variance, 0)));
    }
}

#define KINDS 4

/* Return the records of the sites that have any figures of *kind*. */
static PyObject *
details_of_kind(int kind)
{
    Columns columns;
    bool well = begin_columns(&columns, 0);
    for (uint32_t number = 0; well && number < sites.count; number++) {
        long long bytes, blocks;
        figures_of(thing(&sites, number), kind, &bytes, &blocks);
        if (bytes || blocks) {
            well = append_row(&columns, number, bytes, blocks);
        }
    }
    return end_columns(&columns, well, true);
}

/* Return the records of live blocks by epoch, of the sites that have any. */
static PyObject *
births(void)
{
    Columns columns;
    bool well = begin_columns(&columns, epochs_in_slots);
    for (uint32_t number = 0; well && number < sites.count; number++) {
        const Site *site = thing(&sites, number);
        uint64_t any = 0;
        for (uint32_t slot = 0; slot < epochs_in_slots; slot++) {
            any |= site->born[slot];
        }
        well = !any || begin_row(&columns, number);
        for (uint32_t slot = 0; well && any && slot < epochs_in_slots; slot++) {
            write_figure(&columns.figures[0], (int64_t)site->born[slot]);
        }
    }
    return end_columns(&columns, well, true);
}

static PyObject *
details(PyObject *module, PyObject *unused)
{
    sum_sites();
    PyObject *found = PyTuple_New(KINDS + 1);
    for (int kind = 0; found != NULL && kind <= KINDS; kind++) {
        PyObject *part = kind < KINDS ? details_of_kind(kind) : births();
        if (part == NULL) {
            Py_CLEAR(found);
            break;
        }
        PyTuple_SET_ITEM(found, kind, part);
    }
    return found;
}

static PyObject *
live_bytes(PyObject *module, PyObject *unused)
{
    return PyLong_FromLongLong(live_total());
}

static PyObject *
served_bytes(PyObject *module, PyObject *unused)
{
    return PyLong_FromLongLong(served_by_malloc());
}

static PyObject *
totals(PyObject *module, PyObject *unused)
{
    return Py_BuildValue("(LLLnO)", (long long)live_total(), (long long)peak_bytes,
                         (long long)(books[HELD].own_bytes + books[SHARED].own_bytes),
                         (Py_ssize_t)(own_bytes + shadow_bytes()), lost_memory ? Py_True : Py_False);
}

/* Return the traceback of the block of *object*, None if it is not known. */
static PyObject *
origin(PyObject *module, PyObject *object)
{
    uintptr_t address = (uintptr_t)object - header_size(Py_TYPE(object));
    Mark *place = mark_at(address);
    if (place == NULL || *place == 0 || lost_memory) {
        Py_RETURN_NONE;
    }
    Book *book = &books[BOOK_OF(*place)];
    uint32_t chain[MOST_FRAMES];
    lock_shared();
    const Cell *cell = thing(&book->cells, CELL_OF(*place));
    uint32_t count = copy_chain(&book->places, thing(&book->places.contexts, cell->context), chain);
    unlock_shared();
    return traceback_of(&book->places, chain, count);
}

static PyObject *
running(PyObject *module, PyObject *most)
{
    long frames = PyLong_AsLong(most);
    return PyErr_Occurred() ? NULL : running_stacks((int)Py_MIN(frames, MOST_FRAMES));
}

static PyObject *
youngest(PyObject *module, PyObject *args)
{
    unsigned int slot, most, numbers[MOST_RANKED];
    int late;
    PyObject *standing;
    if (!PyArg_ParseTuple(args, "IISp:youngest", &slot, &most, &standing, &late)) {
        return NULL;
    }
    most = most < MOST_RANKED ? most : MOST_RANKED;
    const int64_t *bytes = (const int64_t *)PyBytes_AS_STRING(standing);
    uint32_t known = (uint32_t)((size_t)PyBytes_GET_SIZE(standing) / sizeof(*bytes));
    uint32_t count = rank_sites(slot, numbers, most, bytes, known, late);
    PyObject *found = PyList_New(0);
    for (uint32_t at = 0; found != NULL && at < count; at++) {
        if (!append_figure(found, numbers[at])) {
            Py_CLEAR(found);
        }
    }
    return found;
}

static PyObject *
standing(PyObject *module, PyObject *unused)
{
    PyObject *found = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)(sites.count * sizeof(int64_t)));
    for (uint32_t number = 0; found != NULL && number < sites.count; number++) {
        const Site *site = thing(&sites, number);
        memcpy(PyBytes_AS_STRING(found) + number * sizeof(site->most), &site->most,
               sizeof(site->most));
    }
    return found;
}

static PyObject *
forked(PyObject *module, PyObject *unused)
{
    if (active) {
        note_inherited();
    }
    Py_RETURN_NONE;
}

static PyObject *
begin_again(PyObject *module, PyObject *unused)
{
    tell_again();
    PyObject *rows = PyList_New(0);
    if (rows != NULL && !(append_functions(rows, &books[HELD].places)
                          && append_functions(rows, &books[SHARED].places))) {
        Py_CLEAR(rows);
    }
    return rows;
}

static PyObject *
next_epoch(PyObject *module, PyObject *unused)
{
    return PyBool_FromLong(begin_epoch());
}

static PyObject *
stands(PyObject *module, PyObject *unused)
{
    return PyBool_FromLong(hooks_work());
}

static PyObject *
settle(PyObject *module, PyObject *unused)
{
    if (active && every_block) {
        empty_free_lists();
        give_spares(&originals[PYMEM_DOMAIN_OBJ]);
    }
    Py_RETURN_NONE;
}

static bool
is_start(PyObject *const *args, Py_ssize_t count)
{
    return count > 0 && PyUnicode_Check(args[0]) && PyUnicode_GET_LENGTH(args[0]) == 5;
}

/* The number the collector tells of in *info*, 0 where it tells none. */
static Py_ssize_t
told(PyObject *info, const char *what)
{
    PyObject *number = PyDict_Check(info) ? PyDict_GetItemString(info, what) : NULL;
    return number != NULL && PyLong_Check(number) ? PyNumber_AsSsize_t(number, NULL) : 0;
}

/* For gc.callbacks, before all others of ours: what dies from now on is theirs. */
static PyObject *
on_collection_end(PyObject *module, PyObject *const *args, Py_ssize_t count)
{
    if (count > 1 && !is_start(args, count) && collecting) {
        collecting = false;
        bool found = told(args[1], "collected") != 0;
        end_collection(&books[HELD], found);
        lock_shared();
        end_collection(&books[SHARED], found);
        unlock_shared();
    }
    Py_RETURN_NONE;
}

/* For gc.callbacks, after all others of ours. */
static PyObject *
on_collection(PyObject *module, PyObject *const *args, Py_ssize_t count)
{
    if (!active) {
        Py_RETURN_NONE;
    }
    if (is_start(args, count)) {
        /* What waits in free lists is no garbage, nor is the word "start". */
        if (every_block) {
            empty_free_lists();
        }
        Mark mark = take_mark((uintptr_t)args[0], false);
        if (mark) {
            strike_block((uintptr_t)args[0], mark);
        }
        collecting = true;
    }
    else {
        on_collection_end(module, args, count);
        if (every_block) {
            /* A full collection opens the free lists again. */
            watch_free_lists(true);
            if (count > 1 && told(args[1], "generation") == 2) {
                give_spares(&originals[PYMEM_DOMAIN_OBJ]);
            }
            collected = true;
        }
    }
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"start", start, METH_VARARGS,
     "start(depth, own_prefix, interval=0, seed=0): write down blocks from now on, with that many\n"
     "frames.\n\n"
     "Every block, or one for each interval of bytes on average, by chance or by a seed.  Files\n"
     "below own_prefix are the agent's.  Raises RuntimeError, with the reason, if it cannot."},
    {"stop", stop, METH_NOARGS, "stop(): write down nothing more."},
    {"check", check, METH_NOARGS, "check(): why it cannot work here, None if it can."},
    {"stands", stands, METH_NOARGS, "stands(): whether blocks still are written down."},
    {"live_bytes", live_bytes, METH_NOARGS, "live_bytes(): what is live now, without the agent's."},
    {"origin", origin, METH_O,
     "origin(object): ((file, line, function), ...) of its block, None if unknown."},
    {"name_new", name_new, METH_VARARGS,
     "name_new(strings, frames, sites, *fresh): number what has anything live and no site yet.\n\n"
     "The dicts are those of the agent's `Names`, which takes the new to the four lists *fresh*:\n"
     "of strings, frames, sites, functions."},
    {"changes", changes, METH_NOARGS,
     "changes(): (records of what the sites hold that changed since the last call, live bytes,\n"
     "live blocks of all sites).  Records are a list of bytes, the text of columns: runs of\n"
     "sites, bytes and blocks, of which each has no more rows than one in a capture."},
    {"note_moments", note_moments, METH_NOARGS,
     "note_moments(): note from now on what changes between two looks, while the run is young."},
    {"moments", read_moments, METH_O,
     "moments(before_ns): [(at_ns, processor time, live bytes, live blocks, malloc's bytes in use\n"
     "(-1: unknown), served bytes, records of the sites that changed), ...] of those noted since\n"
     "the last look and before that time of time.perf_counter_ns()."},
    {"served_bytes", served_bytes, METH_NOARGS,
     "served_bytes(): what malloc has served of all blocks, the agent's too."},
    {"details", details, METH_NOARGS,
     "details(): (records at the peak, ever allocated, freed by the collector, the standard\n"
     "errors of what is live, and of live blocks by epoch).  Sites without any are left out;\n"
     "there is one record at least of each."},
    {"running", running, METH_O,
     "running(most): [[(file, line, function), ...], ...]: *most* frames of each other thread."},
    {"youngest", youngest, METH_VARARGS,
     "youngest(epoch, most, standing, late): [site, ...] of the most live bytes born in that epoch\n"
     "or later, of those that hold more than what `standing` once returned; if *late*, and held\n"
     "more at what was told before the last `changes`, too."},
    {"standing", standing, METH_NOARGS,
     "standing(): the most bytes that each site held so far, in a form for `youngest`."},
    {"totals", totals, METH_NOARGS,
     "totals(): (live bytes, peak bytes, the agent's bytes, the tables' bytes, out of memory)."},
    {"forked", forked, METH_NOARGS,
     "forked(): note what this process, a child just forked, inherits; what its parent had noted\n"
     "and not read is dropped."},
    {"begin_again", begin_again, METH_NOARGS,
     "begin_again(): [frame, string, ...] of the functions ever named; every site is told as\n"
     "changed, and epochs, the peak and what was ever allocated begin now."},
    {"next_epoch", next_epoch, METH_NOARGS, "next_epoch(): blocks born from now on are younger."},
    {"settle", settle, METH_NOARGS,
     "settle(): leave nothing of the agent's for the target to make objects of."},
    {"on_collection_end", (PyCFunction)(void (*)(void))on_collection_end, METH_FASTCALL,
     "on_collection_end(phase, info): for gc.callbacks, before others of the agent's."},
    {"on_collection", (PyCFunction)(void (*)(void))on_collection, METH_FASTCALL,
     "on_collection(phase, info): for gc.callbacks, after others of the agent's."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_heap",
    .m_doc = "Every block of the Python heap, by where it was allocated.",
    .m_size = -1,
    .m_methods = methods,
};

PyMODINIT_FUNC
PyInit__heap(void)
{
    PyObject *module = PyModule_Create(&definition);
    PyObject *lent = module == NULL ? NULL : PyCapsule_New((void *)&origins, ORIGINS, NULL);
    if (lent == NULL || PyModule_AddObjectRef(module, "origins", lent) < 0) {
        Py_CLEAR(module);
    }
    Py_XDECREF(lent);
    return module;
}
