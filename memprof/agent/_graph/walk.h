/*
 * The walk: every object once, in the order in which they are met.
 */
#ifndef MEMPROF_WALK_H
#define MEMPROF_WALK_H

#include <time.h>

#include "kinds.h"
#include "marks.h"
#include "origins.h"

/* An object whose referents are still to be looked at. */
typedef struct {
    PyObject *object;
    uint32_t shape;
} Waiting;

/* Those waiting, in blocks of which the first is given back once it is done. */
#define QUEUE_BLOCK 65536

/* So many before its turn an object is fetched: a third less time on an aged heap. */
#define AHEAD 6

typedef struct QueueBlock {
    struct QueueBlock *next;
    size_t first, count;
    Waiting items[QUEUE_BLOCK];
} QueueBlock;

/* A step that is taken only if nothing else leads there. */
typedef struct {
    PyObject *object;
    uint32_t parent;
    Label label;
} Later;

typedef struct {
    Shapes shapes;
    Kinds kinds;
    Marks met;                 /* whom the walk has met so far */
    QueueBlock *queue, *queue_end;
    Later *later;
    size_t later_count, later_room;
    const Map *ours;           /* globals of the agent's modules */
    Map addresses;             /* of wanted objects -> group, plus one */
    Sites sites;               /* whose objects are wanted */
    Map hits;                  /* group and shape, plus one -> wanted objects there */
    uint64_t hit_key;
    Pair *hit;
    bool look_below;           /* whether what the collector does not track is wanted */
    int64_t deadline_ns;       /* by the monotonic clock */
    size_t countdown;
    bool stopped, failed;
} Walk;

/* Objects between two looks at the clock. */
#define CLOCK_STEP 4096

static void
look_at_clock(Walk *walk)
{
    struct timespec now;
    walk->countdown = CLOCK_STEP;
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (now.tv_sec * 1000000000LL + now.tv_nsec > walk->deadline_ns) {
        walk->stopped = true;
    }
}

/* Take *object* for met; tell whether it was not before. */
static inline bool
meet(Walk *walk, const void *object)
{
    bool fresh = mark(&walk->met, object);
    if (UNLIKELY(walk->met.failed)) {
        walk->failed = walk->stopped = true;
    }
    return fresh;
}

static bool
wait_for(Walk *walk, PyObject *object, uint32_t shape)
{
    QueueBlock *block = walk->queue_end;
    if (block == NULL || block->count == QUEUE_BLOCK) {
        block = take_pages(sizeof(QueueBlock));
        if (block == NULL) {
            walk->failed = walk->stopped = true;
            return false;
        }
        *(walk->queue == NULL ? &walk->queue : &walk->queue_end->next) = block;
        walk->queue_end = block;
    }
    block->items[block->count++] = (Waiting){object, shape};
    return true;
}

/* Take the next that waits into *next*; tell whether there was one. */
static inline bool
next_waiting(Walk *walk, Waiting *next)
{
    QueueBlock *block = walk->queue;
    if (block != NULL && block->first == QUEUE_BLOCK) {
        walk->queue = block->next;
        walk->queue_end = block->next == NULL ? NULL : walk->queue_end;
        give_pages(block, sizeof(QueueBlock));
        block = walk->queue;
    }
    if (block == NULL || block->first == block->count) {
        return false;
    }
    *next = block->items[block->first++];
    if (block->first + AHEAD < block->count) {
        const char *ahead = (const char *)block->items[block->first + AHEAD].object;
        __builtin_prefetch(ahead);
        __builtin_prefetch(ahead + 64);
    }
    return true;
}

/* Count one wanted object of *group* at *shape*. */
static void
count_hit(Walk *walk, uint32_t group, uint32_t shape)
{
    uint64_t key = ((uint64_t)group << 32 | shape) + 1;
    if (key != walk->hit_key) {
        walk->hit = find(&walk->hits, key);
        if (walk->hit == NULL) {
            if (!put(&walk->hits, key, 0)) {
                walk->failed = walk->stopped = true;
                return;
            }
            walk->hit = find(&walk->hits, key);
        }
        walk->hit_key = key;
    }
    walk->hit->value++;
}

/* Whether one of the wanted sites allocated *object*. */
static inline bool
is_of_wanted_site(const Sites *sites, PyObject *object)
{
    int32_t site = sites->count ? sites->asked->of_object(object) : -1;
    return site >= 0 && find(&sites->groups, (uint64_t)site + 1) != NULL;
}

/* What holds nothing is met only where it is wanted: there is more of it than of all else. */
static inline bool
is_looked_at(Walk *walk, PyObject *object)
{
    if (!PyObject_IS_GC(object)) {
        return walk->look_below
            && (walk->addresses.count || kind_of(&walk->kinds, Py_TYPE(object))->wanted >= 0
                || is_of_wanted_site(&walk->sites, object)
                || PyByteArray_CheckExact(object));
    }
#if LAYOUT_IS_KNOWN
    return walk->look_below || _PyObject_GC_IS_TRACKED(object);
#else
    return walk->look_below || PyObject_GC_IsTracked(object);
#endif
}

#define ALL_ALIKE ((Label){ANY, ITEMS, NULL, 0})

/* How *object*, of a kind whose items are held alike, holds them. */
static inline Label
label_of_items(PyObject *object, const Kind *kind)
{
    if (kind->way != DEQUE_WAY) {
        return ALL_ALIKE;
    }
    Py_ssize_t limit = *(Py_ssize_t *)((char *)object + DEQUE_LIMIT);
    return limit < 0 ? ALL_ALIKE : (Label){ANY_OF_MOST, ITEMS, NULL, (uint64_t)limit};
}

/* Count *object* for the sites of its own block and of the one that has its items. */
static void
count_sites(Walk *walk, PyObject *object, const Kind *kind, uint32_t shape)
{
    Sites *sites = &walk->sites;
    int64_t group = count_at_site(sites, sites->asked->of_object(object), object);
    if (group >= 0) {
        count_hit(walk, (uint32_t)group, shape);
    }
    const void *items = kind->items_offset
        ? *(const void **)((const char *)object + kind->items_offset) : items_of(object);
    int32_t site = items == NULL ? -1 : sites->asked->of_block(items);
    const Pair *pair = site < 0 ? NULL : find(&sites->groups, (uint64_t)site + 1);
    if (pair != NULL && (int64_t)pair->value - 1 != group) {
        Label label = label_of_items(object, kind);
        /* What has a limit is said of its room, too. */
        uint32_t where = label.step == ANY ? shape : shape_below(&walk->shapes, shape, label, NULL);
        count_hit(walk, (uint32_t)count_at_site(sites, site, object), where);
    }
}

/* *object*, not met before, stands at *shape*. */
static inline void
arrive(Walk *walk, PyObject *object, const Kind *kind, uint32_t shape)
{
    if (kind->wanted >= 0) {
        count_hit(walk, (uint32_t)kind->wanted, shape);
    }
    else if (walk->addresses.count) {
        const Pair *pair = find(&walk->addresses, (uintptr_t)object);
        if (pair != NULL) {
            count_hit(walk, (uint32_t)pair->value - 1, shape);
        }
    }
    if (walk->sites.count) {
        count_sites(walk, object, kind, shape);
    }
    if (PyObject_IS_GC(object)) {
        wait_for(walk, object, shape);
    }
    if (--walk->countdown == 0) {
        look_at_clock(walk);
    }
}

/* *parent* holds *object*, which may be NULL, as *label* says. */
static inline void
reach(Walk *walk, PyObject *object, uint32_t parent, Label label)
{
    if (label.step == ANY || label.step == ANY_OF_MOST) {
        walk->shapes.items[parent].places++;
    }
    /* Most were met before; nothing else is looked into for that. */
    if (object == NULL || walk->stopped || is_marked(&walk->met, object)
        || !is_looked_at(walk, object) || !meet(walk, object)) {
        return;
    }
    const Kind *kind = kind_of(&walk->kinds, Py_TYPE(object));
    if (kind->is_ours) {
        return;
    }
    arrive(walk, object, kind, shape_below(&walk->shapes, parent, label, Py_TYPE(object)));
}

/* The same, if nothing better leads there. */
static void
reach_later(Walk *walk, PyObject *object, uint32_t parent, Label label)
{
    if (object == NULL || is_marked(&walk->met, object) || !is_looked_at(walk, object)) {
        return;
    }
    if (walk->later_count == walk->later_room) {
        size_t room = walk->later_room ? 2 * walk->later_room : 4096;
        Later *later = take_pages(room * sizeof(Later));
        if (later == NULL) {
            walk->failed = walk->stopped = true;
            return;
        }
        if (walk->later_count) {
            memcpy(later, walk->later, walk->later_count * sizeof(Later));
        }
        give_pages(walk->later, walk->later_room * sizeof(Later));
        walk->later = later;
        walk->later_room = room;
    }
    walk->later[walk->later_count++] = (Later){object, parent, label};
}

static bool
start_walk(Walk *walk, const Map *wanted)
{
    return start_shapes(&walk->shapes) && start_kinds(&walk->kinds, wanted);
}

static void
drop_walk(Walk *walk)
{
    drop_shapes(&walk->shapes);
    drop_kinds(&walk->kinds);
    drop_marks(&walk->met);
    while (walk->queue != NULL) {
        QueueBlock *next = walk->queue->next;
        give_pages(walk->queue, sizeof(QueueBlock));
        walk->queue = next;
    }
    give_pages(walk->later, walk->later_room * sizeof(Later));
    drop_map(&walk->addresses);
    drop_sites(&walk->sites);
    drop_map(&walk->hits);
}

#endif
