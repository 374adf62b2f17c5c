/*
 * Cyclic debt: the garbage that a full collection would find, by type, with
 * samples, and by which attributes it holds itself.
 */
#ifndef MEMPROF_GARBAGE_H
#define MEMPROF_GARBAGE_H

#include "shortest.h"

/* The garbage of one type. */
typedef struct {
    PyTypeObject *type;
    size_t count;
    size_t chosen;             /* of it are samples */
    size_t first;              /* of them among all samples */
    size_t step, met;          /* one of so many is chosen */
    int64_t number;
    Text *cycle;
} EdgeKind;

typedef struct {
    World world;
    Tally tally;
    Map place_of_type;         /* plus one */
    EdgeKind *kinds;               /* in the order they were met */
    size_t count, room;
    EdgeKind **most;               /* the most numerous, most first */
    size_t wanted;             /* so many */
    size_t samples_each, samples;
    uint32_t *sampled;         /* places in garbage */
    size_t sampled_room;
    Text *words;              /* one for each of `most` */
    int64_t islands;
} Debt;

static bool
add_kind(Debt *debt, PyTypeObject *type)
{
    if (debt->count == debt->room) {
        size_t room = debt->room ? 2 * debt->room : 256;
        EdgeKind *kinds = take_pages(room * sizeof(EdgeKind));
        if (kinds == NULL) {
            return false;
        }
        if (debt->count) {
            memcpy(kinds, debt->kinds, debt->count * sizeof(EdgeKind));
        }
        give_pages(debt->kinds, debt->room * sizeof(EdgeKind));
        debt->kinds = kinds;
        debt->room = room;
    }
    debt->kinds[debt->count++] = (EdgeKind){.type = type};
    return put(&debt->place_of_type, (uintptr_t)type, debt->count);
}

static void
count_kinds(Debt *debt)
{
    World *world = &debt->world;
    for (size_t at = 0; at < world->count && !abandoned(world); at++) {
        PyTypeObject *type = Py_TYPE(world->objects[at]);
        Pair *pair = find(&debt->place_of_type, (uintptr_t)type);
        if (pair == NULL && !add_kind(debt, type)) {
            world->failed = true;
            return;
        }
        debt->kinds[pair == NULL ? debt->count - 1 : pair->value - 1].count++;
        count_type(&debt->tally, type);
    }
}

/* Choose the most numerous types; of equals, those met first. */
static void
choose_kinds(Debt *debt)
{
    debt->wanted = debt->wanted < debt->count ? debt->wanted : debt->count;
    debt->most = take_pages(debt->wanted * sizeof(EdgeKind *) + 1);
    debt->words = take_pages(debt->wanted * sizeof(Text) + 1);
    if (debt->most == NULL || debt->words == NULL) {
        debt->world.failed = true;
        return;
    }
    size_t kept = 0;
    for (size_t at = 0; at < debt->count; at++) {
        size_t place = kept;
        while (place > 0 && debt->most[place - 1]->count < debt->kinds[at].count) {
            place--;
        }
        if (place < debt->wanted) {
            kept += kept < debt->wanted;
            memmove(&debt->most[place + 1], &debt->most[place],
                    (kept - place - 1) * sizeof(EdgeKind *));
            debt->most[place] = &debt->kinds[at];
        }
    }
    for (size_t at = 0; at < kept; at++) {
        EdgeKind *kind = debt->most[at];
        kind->cycle = &debt->words[at];
        kind->chosen = kind->count < debt->samples_each ? kind->count : debt->samples_each;
        kind->step = kind->chosen ? kind->count / kind->chosen : 1;
        kind->first = debt->samples;
        debt->samples += kind->chosen;
    }
}

/* Choose samples of the most numerous types, spread evenly. */
static void
choose_samples(Debt *debt)
{
    World *world = &debt->world;
    debt->sampled_room = debt->samples * sizeof(uint32_t) + 1;
    debt->sampled = take_pages(debt->sampled_room);
    world->failed |= debt->sampled == NULL;
    for (size_t at = 0; at < world->count && !abandoned(world); at++) {
        Pair *pair = find(&debt->place_of_type, (uintptr_t)Py_TYPE(world->objects[at]));
        EdgeKind *kind = &debt->kinds[pair->value - 1];
        if (kind->chosen && kind->met % kind->step == 0 && kind->met / kind->step < kind->chosen) {
            debt->sampled[kind->first + kind->met / kind->step] = (uint32_t)at;
        }
        kind->met++;
    }
}

/* Samples of one type that are tried: not each lies on a cycle. */
#define MOST_TRIED 3

/* Count the islands, and find a cycle for each of the most numerous types. */
static void
look_for_cycles(Debt *debt)
{
    World *world = &debt->world;
    size_t size = world->count * sizeof(uint32_t) + 1;
    size_t met = (MOST_MET + 1) * sizeof(uint32_t);
    Search search = {.world = world, .from = take_pages(size), .met = take_pages(met)};
    if (search.from == NULL || search.met == NULL) {
        world->failed = true;
    }
    else {
        size_t islands = count_islands(world, search.from);
        debt->islands = abandoned(world) ? -1 : (int64_t)islands;
        memset(search.from, 0, size);
        for (size_t at = 0; at < debt->wanted * MOST_TRIED && !abandoned(world); at++) {
            const EdgeKind *kind = debt->most[at / MOST_TRIED];
            size_t tried = kind->chosen < MOST_TRIED ? kind->chosen : MOST_TRIED;
            if (kind->cycle->length || at % MOST_TRIED >= tried) {
                continue;
            }
            size_t sample = kind->first + kind->chosen * (at % MOST_TRIED) / tried;
            if (find_cycle(&search, debt->sampled[sample])) {
                write_cycle(kind->cycle, &search);
            }
            forget_met(&search);
        }
    }
    give_pages(search.from, size);
    give_pages(search.met, met);
}

/* Return [addresses] of the samples of *kind*. */
static PyObject *
addresses_of(const Debt *debt, const EdgeKind *kind)
{
    PyObject *list = PyList_New((Py_ssize_t)kind->chosen);
    for (size_t at = 0; list != NULL && at < kind->chosen; at++) {
        const PyObject *object = debt->world.objects[debt->sampled[kind->first + at]];
        PyObject *address = PyLong_FromVoidPtr((void *)object);
        if (address == NULL) {
            Py_CLEAR(list);
            break;
        }
        PyList_SET_ITEM(list, (Py_ssize_t)at, address);
    }
    return list;
}

static PyObject *
rows_of_kinds(const Debt *debt)
{
    PyObject *rows = PyList_New(0);
    for (size_t at = 0; rows != NULL && at < debt->wanted; at++) {
        const EdgeKind *kind = debt->most[at];
        PyObject *addresses = addresses_of(debt, kind);
        PyObject *text = addresses == NULL ? NULL : string_of(kind->cycle);
        PyObject *row = text == NULL ? NULL
            : Py_BuildValue("(LnOO)", (long long)kind->number, (Py_ssize_t)kind->count,
                            addresses, text);
        if (row == NULL || PyList_Append(rows, row) < 0) {
            Py_CLEAR(rows);
        }
        Py_XDECREF(addresses);
        Py_XDECREF(text);
        Py_XDECREF(row);
    }
    return rows;
}

/* Return what is found; what ran meanwhile may have freed the garbage, not its types. */
static PyObject *
tell_debt(Debt *debt, PyObject *name)
{
    Figures counts = {0};
    for (size_t at = 0; at < debt->wanted; at++) {
        Py_INCREF((PyObject *)debt->most[at]->type);
    }
    bool well = settle_tally(&debt->tally, &counts, name);
    for (size_t at = 0; at < debt->wanted; at++) {
        debt->most[at]->number = number_of(debt->most[at]->type);
    }
    PyObject *rows = well ? rows_of_kinds(debt) : NULL;
    PyObject *by_type = rows == NULL ? NULL : list_of_figures(&counts);
    PyObject *found = by_type == NULL ? NULL
        : Py_BuildValue("(OLO)", by_type, (long long)debt->islands, rows);
    Py_XDECREF(rows);
    Py_XDECREF(by_type);
    for (size_t at = 0; at < debt->wanted; at++) {
        Py_DECREF((PyObject *)debt->most[at]->type);
    }
    drop_figures(&counts);
    return found;
}

static void
drop_debt(Debt *debt)
{
    drop_world(&debt->world);
    drop_map(&debt->tally.counts);
    drop_map(&debt->place_of_type);
    give_pages(debt->kinds, debt->room * sizeof(EdgeKind));
    give_pages(debt->most, debt->wanted * sizeof(EdgeKind *) + 1);
    give_pages(debt->words, debt->wanted * sizeof(Text) + 1);
    give_pages(debt->sampled, debt->sampled_room);
}

static const char garbage_doc[] =
    "garbage(name, deadline_ns, types, samples): ([objects of each type], islands,\n"
    "[(type, objects, [addresses], cycle)]) of the cyclic garbage there is, or None.\n\n"
    "It is what gc.collect() would find unreachable, found without collecting: nothing is\n"
    "freed, finalized or changed.  Types are numbered by name(class).  Islands are parts that\n"
    "do not refer to each other; -1 if they could not be counted in time.  The rows are of\n"
    "the *types* most numerous, most first: of each up to *samples* addresses, spread evenly,\n"
    "and the shortest cycle found through one, as text: `Node.parent -> Node`; empty if none\n"
    "was found.  None if time.perf_counter_ns() passed *deadline_ns* before all was counted.\n"
    "What the agent owns is alive.  Call it with the collector off: the answer is made of\n"
    "objects, and an address says nothing once the garbage is freed.";

static PyObject *
garbage(PyObject *module, PyObject *const *args, Py_ssize_t count)
{
    if (!takes("garbage", count, 4)) {
        return NULL;
    }
    Debt debt = {.world.deadline_ns = PyLong_AsLongLong(args[1]), .islands = -1};
    debt.wanted = PyLong_AsSize_t(args[2]);
    debt.samples_each = PyLong_AsSize_t(args[3]);
    PyObject *found = NULL;
    if (!PyErr_Occurred() && find_garbage(&debt.world)) {
        void (*const steps[])(Debt *) = {count_kinds, choose_kinds, choose_samples};
        for (int step = 0; step < 3 && !abandoned(&debt.world); step++) {
            steps[step](&debt);
        }
        bool late = debt.world.late;
        if (!abandoned(&debt.world)) {
            look_for_cycles(&debt);
        }
        found = debt.world.failed ? PyErr_NoMemory() : late ? Py_NewRef(Py_None)
            : tell_debt(&debt, args[0]);
    }
    drop_debt(&debt);
    return found;
}

#endif
