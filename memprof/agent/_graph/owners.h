/*
 * Who owns wanted objects: the deepest shape of path that most of them have.
 */
#ifndef MEMPROF_OWNERS_H
#define MEMPROF_OWNERS_H

#include "roots.h"
#include "wanted.h"
#include "words.h"

/* Of how many wanted objects a shape must hold to be their owner, in percent. */
#define MOST_OF_THEM 80

/* Objects there may be more at the end of the walk than before. */
#define EXTRA 65536

typedef struct {
    Words words;
    uint32_t held;
} Owner;

/* What is said of one group of wanted objects. */
typedef struct {
    uint32_t total, from_c, garbage;
    uint64_t room;
    Owner owners[2];
} Group;

/* Of each shape: wanted objects there and below, and which two below it hold most. */
typedef struct {
    uint32_t held, first, second;
    bool counted;              /* the places of its holders */
} Share;

static void
sum_shares(const Walk *walk, uint32_t group, Share *shares)
{
    memset(shares, 0, walk->shapes.count * sizeof(Share));
    size_t room = walk->hits.pairs == NULL ? 0 : walk->hits.mask + 1;
    for (size_t at = 0; at < room; at++) {
        const Pair *pair = &walk->hits.pairs[at];
        if (pair->key && (pair->key - 1) >> 32 == group) {
            shares[(uint32_t)(pair->key - 1)].held += (uint32_t)pair->value;
        }
    }
    /* What is below a shape has a greater number. */
    for (uint32_t at = walk->shapes.count - 1; at > 0; at--) {
        Share *above = &shares[walk->shapes.items[at].parent];
        above->held += shares[at].held;
        if (shares[at].held == 0) {
            continue;
        }
        if (!above->first || shares[at].held >= shares[above->first].held) {
            above->second = above->first;
            above->first = at;
        }
        else if (!above->second || shares[at].held >= shares[above->second].held) {
            above->second = at;
        }
    }
}

/* A shape that names nothing which could be emptied. */
static bool
is_bare(const Shape *shape)
{
    return shape->step == START || shape->step == MODULE || shape->step == FRAME;
}

/* Return the deepest shape from *shape* on that holds most of what *shape* holds. */
static uint32_t
deepest(const Shapes *shapes, const Share *shares, uint32_t shape, bool until_named)
{
    uint64_t most = (uint64_t)shares[shape].held * MOST_OF_THEM;
    uint32_t next = shares[shape].first;
    while (next && ((uint64_t)shares[next].held * 100 >= most
                    || (until_named && is_bare(&shapes->items[shape])))) {
        shape = next;
        next = shares[shape].first;
    }
    return shape;
}

static void
say_owner(const Shapes *shapes, const Share *shares, uint32_t shape, Owner *owner)
{
    if (shape) {
        owner->held = shares[shape].held;
        say_path(&owner->words, shapes, shape);
    }
}

static bool
is_below(const Shapes *shapes, uint32_t shape, uint32_t above)
{
    while (shape > above) {
        shape = shapes->items[shape].parent;
    }
    return shape == above;
}

/* How many objects of *shape*, of which *here* are wanted, those that hold them have room for. */
static uint64_t
room_at(const Shapes *shapes, Share *shares, uint32_t shape, uint64_t here)
{
    const Shape *held = &shapes->items[shape], *holder = &shapes->items[held->parent];
    if (held->repeats) {
        /* They hold each other. */
        return here;
    }
    switch (held->step) {
    case ANY:
    case ANY_OF_MOST: {
        bool fresh = !shares[held->parent].counted;
        shares[held->parent].counted = true;
        return fresh ? holder->places : 0;
    }
    case ATTRIBUTE:
    case KEY:
    case LOCAL:
    case DEFAULT:
    case CLOSURE:
    case SILENT:
        /* One by each of these.  Modules and calls are not met as objects. */
        return holder->holders ? holder->holders : 1;
    default:
        return here;
    }
}

/*
 * How many objects those that hold the wanted ones of *group* at *owner* and below have room
 * for.  More have room for more: what grows while this does not fills what was there.
 */
static uint64_t
room_below(const Walk *walk, uint32_t group, Share *shares, uint32_t owner)
{
    uint64_t found = 0;
    size_t room = walk->hits.pairs == NULL ? 0 : walk->hits.mask + 1;
    for (size_t at = 0; at < room; at++) {
        const Pair *pair = &walk->hits.pairs[at];
        uint32_t shape = (uint32_t)(pair->key - 1);
        if (pair->key && (pair->key - 1) >> 32 == group && is_below(&walk->shapes, shape, owner)) {
            found += room_at(&walk->shapes, shares, shape, pair->value);
        }
    }
    return found;
}

/* Say who owns the objects of *number*; what *shares* says before is forgotten. */
static void
judge(const Walk *walk, uint32_t number, Share *shares, Group *group)
{
    const Shapes *shapes = &walk->shapes;
    sum_shares(walk, number, shares);
    group->total = shares[0].held;
    for (uint32_t at = 1; at < shapes->count; at++) {
        if (shapes->items[at].parent == 0 && shapes->items[at].step == HELD) {
            group->from_c += shares[at].held;
        }
        else if (shapes->items[at].parent == 0 && shapes->items[at].step == GARBAGE) {
            group->garbage += shares[at].held;
        }
    }
    uint32_t owner = deepest(shapes, shares, 0, false);
    if (is_bare(&shapes->items[owner])) {
        uint32_t second = shares[owner].second;
        owner = deepest(shapes, shares, shares[owner].first, true);
        say_owner(shapes, shares, second ? deepest(shapes, shares, second, true) : 0,
                  &group->owners[1]);
    }
    say_owner(shapes, shares, owner, &group->owners[0]);
    group->room = owner ? room_below(walk, number, shares, owner) : 0;
}

/* Return (total, from C, garbage, owners, room) of *group*, and *types* where that is not NULL. */
static PyObject *
row_of_group(const Group *group, PyObject *types)
{
    PyObject *owners = PyList_New(0);
    for (int at = 0; owners != NULL && at < 2 && group->owners[at].held; at++) {
        const Owner *owner = &group->owners[at];
        PyObject *text = PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, owner->words.letters,
                                                   (Py_ssize_t)owner->words.count);
        PyObject *pair = text == NULL ? NULL : Py_BuildValue("(NI)", text, owner->held);
        if (pair == NULL || PyList_Append(owners, pair) < 0) {
            Py_CLEAR(owners);
        }
        Py_XDECREF(pair);
    }
    if (owners == NULL) {
        return NULL;
    }
    unsigned long long room = group->room;
    return types == NULL
        ? Py_BuildValue("(IIINK)", group->total, group->from_c, group->garbage, owners, room)
        : Py_BuildValue("(IIINKO)", group->total, group->from_c, group->garbage, owners, room,
                        types);
}

/* Walk from all roots, those that name best first. */
static void
walk_all(Walk *walk, PyObject *users, PyObject *libraries, PyObject *ours, size_t tracked)
{
    for (size_t at = 0; own.pairs != NULL && at <= own.mask; at++) {
        if (own.pairs[at].key) {
            meet(walk, (PyObject *)own.pairs[at].key);
        }
    }
    PyObject *lists[] = {ours, users, libraries};
    for (int one = 0; one < 3; one++) {
        meet(walk, lists[one]);
        /* Every second is a name. */
        for (Py_ssize_t at = one > 0; at < PyList_GET_SIZE(lists[one]); at += one > 0 ? 2 : 1) {
            meet(walk, PyList_GET_ITEM(lists[one], at));
        }
    }
    walk_modules(walk, users);
    walk_modules(walk, libraries);
    walk_later(walk);
    walk_threads(walk);
    walk_later(walk);
    walk_rest(walk, tracked + EXTRA);
}

/* Judge all groups while nothing else runs, then say so in Python. */
static PyObject *
say_all(Walk *walk, uint32_t count, PyObject *name)
{
    for (size_t at = 0; at < walk->sites.count; at++) {
        hold_tally(&walk->sites.types[at]);
    }
    size_t sizes[] = {count * sizeof(Group) + 1, walk->shapes.count * sizeof(Share)};
    Group *groups = take_pages(sizes[0]);
    Share *shares = take_pages(sizes[1]);
    bool well = groups != NULL && shares != NULL && !walk->failed;
    for (uint32_t at = 0; well && at < count; at++) {
        judge(walk, at, shares, &groups[at]);
    }
    bool complete = !walk->stopped && !walk->shapes.full && !walk->kinds.full;
    PyObject *rows = well ? PyList_New(0) : PyErr_NoMemory();
    for (uint32_t at = 0; rows != NULL && at < count; at++) {
        const Sites *sites = &walk->sites;
        bool is_site = sites->count && at >= sites->first_group;
        PyObject *types = is_site
            ? list_of_tally(&sites->types[at - sites->first_group], name) : NULL;
        PyObject *row = is_site && types == NULL ? NULL : row_of_group(&groups[at], types);
        Py_XDECREF(types);
        if (row == NULL || PyList_Append(rows, row) < 0) {
            Py_CLEAR(rows);
        }
        Py_XDECREF(row);
    }
    give_pages(groups, sizes[0]);
    give_pages(shares, sizes[1]);
    return rows == NULL ? NULL : Py_BuildValue("(NN)", PyBool_FromLong(complete), rows);
}

static const char owners_doc[] =
    "owners(name, types, addresses, users, libraries, ours, deadline_ns, sites, origins): (complete,\n"
    "[(wanted objects, of which held from C, of which garbage, [(owner, held), ...], room)]).\n\n"
    "Wanted are the objects of each of *types*, by its number, or those at the addresses that\n"
    "stand at its place in *addresses*; then those of each of *sites*, of whose rows the last is\n"
    "[(type, objects), ...]: *origins* is what `_heap` lends, or None.  What the first owner's\n"
    "holders have *room* for is 0 where there is no owner.  *users* and *libraries*\n"
    "are [name, globals, ...]; *ours* are globals that name nothing.";

static PyObject *
owners(PyObject *module, PyObject *const *args, Py_ssize_t count)
{
    if (!takes("owners", count, 9)) {
        return NULL;
    }
    Map wanted = {0}, ours = {0};
    Walk walk = {.countdown = CLOCK_STEP, .ours = &ours};
    walk.deadline_ns = PyLong_AsLongLong(args[6]);
    bool well = !PyErr_Occurred();
    for (int at = 3; well && at < 6; at++) {
        well = is_list_of(args[at], at < 5 ? 2 : 1);
    }
    for (Py_ssize_t at = 0; well && at < PyList_GET_SIZE(args[5]); at++) {
        well = put(&ours, (uintptr_t)PyList_GET_ITEM(args[5], at), 1);
    }
    size_t tracked = 0;
    well = well && read_wanted(args[1], args[2], &wanted, &walk.addresses)
        && read_sites(&walk.sites, args[7], args[8], (size_t)PyList_GET_SIZE(args[1]));
    walk.look_below = walk.sites.count > 0;
    well = well && count_tracked(args[0], &wanted, &tracked, &walk.look_below);
    PyObject *found = NULL;
    if (well && start_walk(&walk, &wanted)) {
        look_at_clock(&walk);
        walk_all(&walk, args[3], args[4], args[5], tracked);
        found = say_all(&walk, (uint32_t)((size_t)PyList_GET_SIZE(args[1]) + walk.sites.count),
                        args[0]);
    }
    else if (!PyErr_Occurred()) {
        PyErr_NoMemory();
    }
    drop_walk(&walk);
    drop_map(&wanted);
    drop_map(&ours);
    return found;
}

#endif
