/*
 * What is known of a type: how its objects hold others, found out once.
 */
#ifndef MEMPROF_KINDS_H
#define MEMPROF_KINDS_H

#include <structmember.h>

#include "paths.h"

/* In which way an object of a type is looked at, beside its attributes. */
typedef enum {
    ATTRIBUTES_ONLY,           /* what classes written in Python add is all there is */
    ITEMS_ONLY,                /* lists and the like: all that is held is held alike */
    DEQUE_WAY,
    DICTIONARY,
    FUNCTION_WAY,
    CELL_WAY,
    METHOD_WAY,
    CLASS_WAY,
    MODULE_WAY,
    FRAME_WAY,
    GENERATOR_WAY,
    TRACEBACK_WAY,
    EXCEPTION_WAY,
    WEAKREF_WAY,
    THREAD_LOCAL_WAY,
    LRU_CACHE_WAY,
    OTHER_WAY,
} Way;

/* An attribute that lies at a place in the object. */
typedef struct {
    PyObject *name;
    Py_ssize_t offset;
} Slot;

typedef struct {
    PyTypeObject *type;
    Way way;
    bool is_ours;              /* a class of the agent */
    bool managed;              /* attributes lie where the interpreter keeps them */
    bool class_noted;          /* that its objects hold it */
    bool subclassed;           /* a class written in Python, or below one */
    Py_ssize_t dict_offset;    /* 0 if there is no dictionary at a place */
    Py_ssize_t items_offset;   /* of the address of a block of items, 0 if none is known */
    uint32_t first_slot, slots;
    int64_t wanted;            /* the group its objects belong to, -1 if none */
} Kind;

#define MOST_KINDS 100000
#define MOST_SLOTS 400000

typedef struct {
    Kind *items;
    uint32_t count;
    Map at;                    /* address of a type -> its place, plus one */
    Kind *last;
    Slot *slots;
    uint32_t slot_count;
    const Map *wanted;         /* number of a type -> group, plus one */
    bool full;                 /* there were more types than there is room for */
} Kinds;

/* The tp_traverse of every class written in Python. */
static traverseproc class_traverse;

/* Find it at a class that is always there. */
static bool
find_class_traverse(void)
{
    PyObject *imports = PyImport_ImportModule("_frozen_importlib");
    PyObject *one = imports == NULL ? NULL : PyObject_GetAttrString(imports, "ModuleSpec");
    if (one != NULL && PyType_Check(one)) {
        class_traverse = ((PyTypeObject *)one)->tp_traverse;
    }
    Py_XDECREF(imports);
    Py_XDECREF(one);
    return one != NULL;
}

static bool
start_kinds(Kinds *kinds, const Map *wanted)
{
    kinds->items = take_pages(MOST_KINDS * sizeof(Kind));
    kinds->slots = take_pages(MOST_SLOTS * sizeof(Slot));
    kinds->wanted = wanted;
    return kinds->items != NULL && kinds->slots != NULL;
}

static void
drop_kinds(Kinds *kinds)
{
    give_pages(kinds->items, MOST_KINDS * sizeof(Kind));
    give_pages(kinds->slots, MOST_SLOTS * sizeof(Slot));
    drop_map(&kinds->at);
}

/* Note the members of *base*, of which *kind* is a subclass, that hold an object. */
static void
note_slots(Kinds *kinds, Kind *kind, PyTypeObject *base)
{
    Py_ssize_t position = 0;
    PyObject *key, *value;
    while (base->tp_dict != NULL && PyDict_Next(base->tp_dict, &position, &key, &value)) {
        if (!Py_IS_TYPE(value, &PyMemberDescr_Type) || !PyUnicode_CheckExact(key)) {
            continue;
        }
        const PyMemberDescrObject *member = (PyMemberDescrObject *)value;
        bool holds = member->d_member->type == T_OBJECT_EX || member->d_member->type == T_OBJECT;
        Py_ssize_t offset = member->d_member->offset;
        /* Under another's name, or one of another class: the places would be wrong. */
        bool fits = PyDescr_TYPE(member) == base && offset >= (Py_ssize_t)sizeof(PyObject)
            && offset + (Py_ssize_t)sizeof(PyObject *) <= base->tp_basicsize;
        bool is_dict = offset == kind->dict_offset;
        if (holds && fits && !is_dict && kinds->slot_count < MOST_SLOTS) {
            kinds->slots[kinds->slot_count++] = (Slot){key, offset};
            kind->slots++;
        }
    }
}

/* The nearest base of *type* that is written in C. */
static PyTypeObject *
written_in_c(PyTypeObject *type)
{
    while (type->tp_base != NULL && type->tp_traverse == class_traverse) {
        type = type->tp_base;
    }
    return type;
}

static bool
is_named(const PyTypeObject *type, const char *name)
{
    return strcmp(type->tp_name, name) == 0;
}

static Way
way_of_flags(unsigned long flags)
{
    return flags & Py_TPFLAGS_DICT_SUBCLASS ? DICTIONARY
        : flags & (Py_TPFLAGS_LIST_SUBCLASS | Py_TPFLAGS_TUPLE_SUBCLASS) ? ITEMS_ONLY
        : flags & Py_TPFLAGS_TYPE_SUBCLASS ? CLASS_WAY
        : flags & Py_TPFLAGS_BASE_EXC_SUBCLASS ? EXCEPTION_WAY
        : OTHER_WAY;
}

/* Deques, as no header tells of them: their fields stand at the same places on 3.11 to 3.15. */
static bool
is_deque(const PyTypeObject *base)
{
    return base->tp_basicsize == 27 * (Py_ssize_t)sizeof(void *)
        && is_named(base, "collections.deque");
}

#define DEQUE_NEWEST (sizeof(PyVarObject) + sizeof(void *))
#define DEQUE_LIMIT (sizeof(PyVarObject) + 5 * sizeof(void *))

/* The way of *base*, a type written in C. */
static Way
way_of(PyTypeObject *base)
{
    static const struct { PyTypeObject *type; Way way; } known_ways[] = {
        {&PyBaseObject_Type, ATTRIBUTES_ONLY}, {&PySet_Type, ITEMS_ONLY},
        {&PyFrozenSet_Type, ITEMS_ONLY}, {&PyFunction_Type, FUNCTION_WAY},
        {&PyCell_Type, CELL_WAY}, {&PyMethod_Type, METHOD_WAY},
        {&PyCFunction_Type, METHOD_WAY}, {&PyFrame_Type, FRAME_WAY},
        {&PyGen_Type, GENERATOR_WAY}, {&PyCoro_Type, GENERATOR_WAY},
        {&PyAsyncGen_Type, GENERATOR_WAY}, {&PyTraceBack_Type, TRACEBACK_WAY},
        {&_PyWeakref_RefType, WEAKREF_WAY}, {&PyModule_Type, MODULE_WAY},
    };
    for (size_t at = 0; at < sizeof(known_ways) / sizeof(*known_ways); at++) {
        if (base == known_ways[at].type) {
            return known_ways[at].way;
        }
    }
    Way way = way_of_flags(base->tp_flags);
    return way != OTHER_WAY ? way
        : PyType_IsSubtype(base, &PyModule_Type) ? MODULE_WAY
        : is_deque(base) ? DEQUE_WAY
        : is_named(base, "_thread._local") ? THREAD_LOCAL_WAY
        : is_named(base, "functools._lru_cache_wrapper") ? LRU_CACHE_WAY
        : OTHER_WAY;
}

/*
 * Return where objects of *base*, which no header tells of, have the address of the block
 * of their items, or of the newest of them; 0 where that is not known.
 */
static Py_ssize_t
items_offset_of(const PyTypeObject *base)
{
    bool is_array = base->tp_basicsize == 8 * 8 && is_named(base, "array.array");
    return is_deque(base) ? (Py_ssize_t)DEQUE_NEWEST
        : is_array ? (Py_ssize_t)sizeof(PyVarObject) : 0;
}

/*
 * Tell whether *type* is a class of the agent.  What came with it is the target's
 * as well: itertools, say.
 */
static bool
is_class_of_ours(PyTypeObject *type)
{
    bool has_dict = (type->tp_flags & Py_TPFLAGS_HEAPTYPE) && type->tp_dict != NULL;
    PyObject *module = has_dict ? PyDict_GetItemWithError(type->tp_dict, module_word) : NULL;
    PyErr_Clear();
    static const char ours[] = "memprof.";
    if (module == NULL || !PyUnicode_CheckExact(module) || !PyUnicode_IS_ASCII(module)) {
        return false;
    }
    return strncmp((const char *)PyUnicode_1BYTE_DATA(module), ours, sizeof(ours) - 1) == 0;
}

static void
learn_kind(Kinds *kinds, Kind *kind, PyTypeObject *type)
{
    PyTypeObject *base = written_in_c(type);
    *kind = (Kind){.type = type, .way = way_of(base), .first_slot = kinds->slot_count};
    kind->is_ours = is_class_of_ours(type);
    kind->subclassed = base != type;
    kind->managed = has_managed_dict(type);
    kind->dict_offset = kind->managed || type->tp_dictoffset < 0 ? 0 : type->tp_dictoffset;
    kind->items_offset = items_offset_of(base);
    kind->wanted = -1;
    /* A class holds its attributes in a dictionary; what its class has as members says no more. */
    PyObject *bases = kind->way == CLASS_WAY ? NULL : type->tp_mro;
    Py_ssize_t declared = 0;
    for (Py_ssize_t at = 0; bases != NULL && at < PyTuple_GET_SIZE(bases); at++) {
        PyTypeObject *one = (PyTypeObject *)PyTuple_GET_ITEM(bases, at);
        /* What has a way of its own needs no names from its members. */
        bool in_python = PyType_Check(one) && one->tp_traverse == class_traverse;
        if (in_python || (PyType_Check(one) && kind->way == OTHER_WAY)) {
            note_slots(kinds, kind, one);
        }
        declared += in_python ? Py_SIZE(one) : 0;
    }
    if (kind->way == ATTRIBUTES_ONLY && declared > kind->slots) {
        /* A slot has lost its name: the collector knows it still. */
        kind->way = OTHER_WAY;
    }
    int64_t number = kinds->wanted->count ? number_of(type) : -1;
    const Pair *group = number < 0 ? NULL : find(kinds->wanted, (uint64_t)number + 1);
    if (group != NULL) {
        kind->wanted = (int64_t)group->value - 1;
    }
}

/* What is known of *type*; nothing, of one more than there is room for. */
static inline Kind *
kind_of(Kinds *kinds, PyTypeObject *type)
{
    if (kinds->last != NULL && kinds->last->type == type) {
        return kinds->last;
    }
    const Pair *pair = find(&kinds->at, (uintptr_t)type);
    Kind *kind = &kinds->items[pair != NULL ? pair->value - 1 : kinds->count];
    if (pair == NULL) {
        kinds->full |= kinds->count + 1 == MOST_KINDS
            || !put(&kinds->at, (uintptr_t)type, kinds->count + 1);
        if (kinds->full) {
            *kind = (Kind){.way = OTHER_WAY, .class_noted = true, .wanted = -1};
            return kind;
        }
        kinds->count++;
        learn_kind(kinds, kind, type);
    }
    kinds->last = kind;
    return kind;
}

#endif
