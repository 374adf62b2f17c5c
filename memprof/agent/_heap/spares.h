/*
 * Spares: small blocks that were freed wait here for the next of their size.
 *
 * pymalloc takes some fifty instructions to have a block back and give it out
 * again, and so it does for every float and tuple where their free lists are
 * kept closed (freelists.h).  A few blocks of each of pymalloc's sizes stay in
 * hand instead.  For those who hold the GIL of the main interpreter, and where
 * it is pymalloc itself that gives the blocks: it alone rounds sizes up alike.
 */
#ifndef MEMPROF_SPARES_H
#define MEMPROF_SPARES_H

#include "books.h"

#define MOST_SPARES 32
#define SPARE_CLASSES (LARGEST_EXACT / 16 + 1)
#define CLASS_OF(size) (((size) + 15) / 16)

typedef struct {
    uint32_t count, room;
    void *blocks[MOST_SPARES];
} Spares;

static Spares spares[SPARE_CLASSES];

/* Return a block that has room for *size* bytes, which is 1 to 512; NULL if none waits. */
HOT void *
take_spare(size_t size)
{
    Spares *all = &spares[CLASS_OF(size)];
    return LIKELY(all->count) ? all->blocks[--all->count] : NULL;
}

/* Tell whether a *block* of *size*, 0 if that is not known, was kept. */
HOT bool
keep_spare(void *block, uint32_t size)
{
    Spares *all = &spares[CLASS_OF(size)];
    if (all->count < all->room) {
        all->blocks[all->count++] = block;
        return true;
    }
    return false;
}

/* Give all spares back. */
static void
give_spares(const PyMemAllocatorEx *original)
{
    for (Spares *all = spares; all < spares + SPARE_CLASSES; all++) {
        while (all->count) {
            original->free(original->ctx, all->blocks[--all->count]);
        }
    }
}

/* Keep spares from now on, or no more. */
static void
open_spares(bool on)
{
    for (size_t at = 1; at < SPARE_CLASSES; at++) {
        spares[at].room = on ? MOST_SPARES : 0;
    }
}

#endif
