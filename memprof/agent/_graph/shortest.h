/*
 * What garbage consists of: its islands, and the shortest cycle that leads from
 * an object back to itself.
 */
#ifndef MEMPROF_SHORTEST_H
#define MEMPROF_SHORTEST_H

#include "closing.h"
#include "unreachable.h"

/* Islands: objects that no reference of garbage connects belong to different ones. */
typedef struct {
    World *world;
    uint32_t *above;           /* of each object another of its island, or itself */
    uint32_t place;            /* who is looked into */
    size_t islands;
} Islands;

static inline uint32_t
top_of(uint32_t *above, uint32_t place)
{
    while (above[place] != place) {
        place = above[place] = above[above[place]];
    }
    return place;
}

static int
join_island(PyObject *referent, void *data)
{
    Islands *all = data;
    int64_t place = place_in_garbage(all->world, referent);
    if (place >= 0) {
        uint32_t here = top_of(all->above, all->place), there = top_of(all->above, (uint32_t)place);
        all->above[here > there ? here : there] = here > there ? there : here;
        all->islands -= here != there;
    }
    return is_late(all->world);
}

/* Count the islands of garbage by the help of *numbers*, one for each object. */
static size_t
count_islands(World *world, uint32_t *numbers)
{
    Islands all = {world, numbers, 0, world->count};
    for (size_t place = 0; place < world->count; place++) {
        numbers[place] = (uint32_t)place;
    }
    for (size_t place = 0; place < world->count && !abandoned(world); place++) {
        all.place = (uint32_t)place;
        visit_referents(world->objects[place], join_island, &all);
    }
    return all.islands;
}

/* A search outward from one object, nearest first, until it is met again. */
typedef struct {
    World *world;
    uint32_t *from;            /* of each object met: whence, plus one; zeroed */
    uint32_t *met;             /* in the order they were met */
    uint32_t count;
    uint32_t start, place;     /* of the object searched for, of who is looked into */
    bool closed;
} Search;

/* A shorter way back than through so many objects tells little. */
#define MOST_MET 20000

static int
come_to(PyObject *referent, void *data)
{
    Search *search = data;
    int64_t place = place_in_garbage(search->world, referent);
    if (place == search->start) {
        search->closed = true;
    }
    else if (place >= 0 && search->from[place] == 0 && search->count < MOST_MET) {
        search->from[place] = search->place + 1;
        search->met[search->count++] = (uint32_t)place;
    }
    return search->closed || is_late(search->world);
}

/* Search for a cycle through *start*; if there is one, `place` closes it. */
static bool
find_cycle(Search *search, uint32_t start)
{
    search->count = 0;
    search->closed = false;
    search->start = search->met[search->count++] = start;
    for (uint32_t at = 0; at < search->count && !abandoned(search->world); at++) {
        search->place = search->met[at];
        visit_referents(search->world->objects[search->place], come_to, search);
        if (search->closed) {
            return true;
        }
    }
    return false;
}

/* Forget what the search has met. */
static void
forget_met(Search *search)
{
    for (uint32_t at = 0; at < search->count; at++) {
        search->from[search->met[at]] = 0;
    }
}

/* Longer cycles are told by their first steps and their last. */
#define MOST_STEPS_OF_CYCLE 10
#define FIRST_STEPS 5
#define LAST_STEPS 3

/* Write one step of the cycle, to *next*; tell whether it took the one after it along. */
static bool
write_step(Text *words, PyObject *holder, PyObject *held, PyObject *after)
{
    write_kind(words, holder);
    /* An instance and its dictionary are one step. */
    bool both = after != NULL && is_attributes_of(holder, held);
    if (both) {
        write_own_attribute(words, held, after);
    }
    else {
        write_edge(words, holder, held);
    }
    write_plain(words, " -> ");
    return both;
}

/* Write the cycle that find_cycle() found: `Node.parent -> Node`. */
static void
write_cycle(Text *words, Search *search)
{
    PyObject *steps[MOST_STEPS_OF_CYCLE + 1];
    uint32_t length = 1;
    for (uint32_t place = search->place; place != search->start; length++) {
        place = search->from[place] - 1;
    }
    bool cut = length > MOST_STEPS_OF_CYCLE;
    uint32_t kept = cut ? FIRST_STEPS + LAST_STEPS : length;
    PyObject **objects = search->world->objects;
    uint32_t place = search->place;
    for (uint32_t step = length; step-- > 0; place = search->from[place] - 1) {
        if (!cut || step < FIRST_STEPS || step >= length - LAST_STEPS) {
            steps[step < FIRST_STEPS || !cut ? step : step - (length - kept)] = objects[place];
        }
    }
    steps[kept] = objects[search->start];
    for (uint32_t step = 0; step < kept; step++) {
        if (cut && step == FIRST_STEPS - 1) {
            write_kind(words, steps[step]);
            write_plain(words, " -> (");
            write_number(words, length - kept);
            write_plain(words, " more) -> ");
            continue;
        }
        bool last = step + 1 == kept || (cut && step + 1 == FIRST_STEPS - 1);
        step += write_step(words, steps[step], steps[step + 1], last ? NULL : steps[step + 2]);
    }
    write_kind(words, steps[kept]);
}

#endif
