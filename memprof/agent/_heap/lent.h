/*
 * What the engine lends to `_graph`: the site of a block, and which sites are
 * worth asking about.
 */
#ifndef MEMPROF_LENT_H
#define MEMPROF_LENT_H

#include "sites.h"

/* The number of the site of the block at *address*, -1 for none. */
static int32_t
site_of_block(const void *address)
{
    const Mark *place = mark_at((uintptr_t)address);
    if (place == NULL || *place == 0 || lost_memory) {
        return -1;
    }
    const Book *book = &books[BOOK_OF(*place)];
    const Cell *cell = thing(&book->cells, CELL_OF(*place));
    int32_t site = ((Context *)thing(&book->places.contexts, cell->context))->site;
    return site < 0 ? -1 : site;
}

static int32_t
site_of_object(PyObject *object)
{
    return site_of_block((char *)object - header_size(Py_TYPE(object)));
}

/* As `_graph` declares it, by the same name. */
static const struct {
    int32_t (*of_object)(PyObject *object);
    int32_t (*of_block)(const void *block);
} origins = {site_of_object, site_of_block};

#define ORIGINS "memprof.agent._heap.origins"

/* The live bytes of *site* that were born in the epoch *slot* or later. */
static double
young_bytes(const Site *site, uint32_t slot)
{
    uint64_t young = 0;
    for (; slot < epochs_in_slots; slot++) {
        young += site->born[slot];
    }
    return site->blocks > 0 ? (double)young * (double)site->bytes / site->blocks : 0;
}

/* Put *number* among the *count* greatest, whose young bytes are *sizes*; return the new count. */
static uint32_t
rank_site(uint32_t number, double size, uint32_t *numbers, double *sizes, uint32_t count,
          uint32_t most)
{
    uint32_t at = count < most ? count : most;
    for (; at > 0 && sizes[at - 1] < size; at--) {
        if (at < most) {
            numbers[at] = numbers[at - 1];
            sizes[at] = sizes[at - 1];
        }
    }
    if (at < most) {
        numbers[at] = number;
        sizes[at] = size;
    }
    return count < most ? count + 1 : most;
}

#define MOST_RANKED 64

/* Less is no suspect, and not worth a walk. */
#define LEAST_YOUNG_BYTES (16 << 10)

/* What rises steadily has this much of that, and this share of all, to come once it is warm. */
#define LEAST_GAIN_BYTES (LEAST_YOUNG_BYTES / 3)
#define LEAST_GAIN_SHARE 64

static bool
has_grown(const Site *site, int64_t most, bool late)
{
    int64_t gain = site->bytes - most;
    return gain >= LEAST_GAIN_BYTES && gain >= most / LEAST_GAIN_SHARE
        && (!late || site->before - most >= LEAST_GAIN_BYTES / 3);
}

/*
 * Fill *numbers* with at most *room* sites of the most young bytes; return how many.
 * Not of the import system, which nobody suspects, and none that gained next to nothing
 * on the most it held before: *standing*, the bytes of the first *known* sites.  Where the
 * look before the last was *late* in the run, it must have gained by then, too.
 */
static uint32_t
rank_sites(uint32_t slot, uint32_t *numbers, uint32_t room, const int64_t *standing, uint32_t known,
           bool late)
{
    double sizes[MOST_RANKED];
    uint32_t count = 0;
    sum_sites();
    for (uint32_t number = 0; number < sites.count; number++) {
        const Site *site = thing(&sites, number);
        double size = site->loading ? 0 : young_bytes(site, slot);
        int64_t most = number < known ? standing[number] : 0;
        if (has_grown(site, most, late) && size >= LEAST_YOUNG_BYTES) {
            count = rank_site(number, size, numbers, sizes, count, room);
        }
    }
    return count;
}

#endif
