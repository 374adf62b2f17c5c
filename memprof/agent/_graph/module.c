/*
 * memprof.agent._graph: the objects alive, and how they hold each other.
 *
 * Every look walks all that the collector tracks, in place, holding the GIL:
 * nothing of the target runs meanwhile, nothing is allocated in its heap but the
 * answer.  Where this is not built, graph.py does the same in Python.  From the
 * bottom up (../_cpython/ has what differs by version of frames and instances):
 *
 *   objects.h      every object, one after the other: what differs by version
 *   text.h         words about objects, in memory of our own
 *   types.h        types by number, and figures by that number
 *   traced.h       what tracemalloc has traced, by site
 *   ours.h         the agent's own objects
 *   withdrawn.h    these, taken out of the collector's lists
 *   line.h         what came to the oldest generation since a line was drawn
 *   census.h       objects by type, references to classes and samples
 *   below.h        what the collector does not track
 *   chosen.h       chosen objects: by type, by address; their size
 *   holders.h      who refers to chosen objects
 *   marks.h        sets of addresses, a bit for each
 *   pages.h        the process's private memory, piece by piece
 *   lost.h         references that are counted and nowhere to be found
 *   items.h        the items of all containers
 *   caches.h       every functools.lru_cache
 *   collections.h  what the collector did, by its callbacks
 *   world.h        what a full collection would look at, in a table
 *   unreachable.h  what it would find unreachable
 *   closing.h      by which attribute one object holds another
 *   shortest.h     islands of garbage, the shortest cycle
 *   garbage.h      cyclic debt: the garbage there is, by type
 *   paths.h        shapes of paths
 *   kinds.h        how the objects of a type hold others
 *   origins.h      where objects were allocated
 *   walk.h         every object once, in the order in which they are met
 *   edges.h        who holds whom, and what that is called
 *   roots.h        where paths begin
 *   words.h        a path in words
 *   wanted.h       what is wanted
 *   owners.h       who owns wanted objects
 *   unseen.h       a thread of ours that waits
 *   module.c       the functions the agent calls
 */
#include "below.h"
#include "caches.h"
#include "chosen.h"
#include "collections.h"
#include "garbage.h"
#include "holders.h"
#include "items.h"
#include "line.h"
#include "lost.h"
#include "owners.h"
#include "traced.h"
#include "unseen.h"

#define FUNCTION(name) \
    {#name, (PyCFunction)(void (*)(void))name, METH_FASTCALL, name##_doc}

static PyMethodDef methods[] = {
    FUNCTION(adopt),
    FUNCTION(adopt_rest),
    FUNCTION(is_first),
    FUNCTION(withdraw),
    FUNCTION(readmit),
    FUNCTION(draw_line),
    FUNCTION(collect_new),
    FUNCTION(look),
    FUNCTION(untracked),
    FUNCTION(some),
    FUNCTION(at),
    FUNCTION(tracked),
    FUNCTION(classes),
    FUNCTION(holders),
    FUNCTION(items),
    FUNCTION(lost),
    FUNCTION(sizes),
    FUNCTION(traced),
#if PY_VERSION_HEX < 0x030C0000
    FUNCTION(traceback_of),
#endif
    FUNCTION(garbage),
    FUNCTION(caches),
#if IN_PLACE
    FUNCTION(on_collection),
    FUNCTION(collections),
#endif
    FUNCTION(owners),
    FUNCTION(unseen),
    FUNCTION(ring),
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_graph",
    .m_doc = "The objects alive, and how they hold each other.",
    .m_size = -1,
    .m_methods = methods,
};

PyMODINIT_FUNC
PyInit__graph(void)
{
    /* Frames, instances and lists are read by the layouts of the very release. */
    if (Py_Version >> 16 != PY_VERSION_HEX >> 16 || (IN_PLACE && !is_in_place())) {
        PyErr_SetString(PyExc_ImportError, "built for another release of Python");
        return NULL;
    }
    known.width = sizeof(Known);
    traced_all.width = sizeof(Traced);
    module_word = PyUnicode_InternFromString("__module__");
    wrapped_word = PyUnicode_InternFromString("__wrapped__");
    if (module_word == NULL || wrapped_word == NULL || !know_collector() || !find_class_traverse()) {
        return NULL;
    }
#if IN_PLACE
    if (!know_collections()) {
        return NULL;
    }
#endif
    PyObject *module = PyModule_Create(&definition);
    if (module != NULL && PyModule_AddIntConstant(module, "READS_TRACES", TRACES_IN_REACH) < 0) {
        Py_CLEAR(module);
    }
    return module;
}
