/*
 * Sets of addresses of objects: one bit for each, in a map of the address space.
 *
 * To ask whether a referent is among many objects takes no look at it, and of a
 * heap of a hundred megabytes all bits are less than one.
 */
#ifndef MEMPROF_MARKS_H
#define MEMPROF_MARKS_H

#include "../_heap/memory.h"

/* No two objects are nearer to each other than two words. */
#define MARK_SHIFT (sizeof(void *) == 8 ? 4 : 3)

#define REGION_SHIFT 20
#define REGION_WORDS (((size_t)1 << REGION_SHIFT >> MARK_SHIFT) / 64)

/* Regions that are asked for together; what is not touched takes no memory. */
#define SLAB_REGIONS 8

typedef struct Slab {
    struct Slab *next;
    size_t used;
    uint64_t words[SLAB_REGIONS][REGION_WORDS];
} Slab;

/* Regions are found by a look here: most programs' objects lie in a few dozen. */
#define NEAR 64

typedef struct {
    Map regions;               /* number of a region, plus one -> its words */
    Slab *slabs;
    struct {
        uint64_t number;       /* plus one */
        uint64_t *words;       /* NULL if it has none */
    } near[NEAR];
    bool failed;               /* without memory: nothing is told apart any more */
} Marks;

/* Return the words of region *number*, made if *wanted*; NULL if there are none. */
COLD uint64_t *
look_up_region(Marks *marks, uint64_t number, bool wanted)
{
    const Pair *pair = find(&marks->regions, number + 1);
    uint64_t *words = pair == NULL ? NULL : (uint64_t *)(uintptr_t)pair->value;
    if (words == NULL && wanted) {
        if (marks->slabs == NULL || marks->slabs->used == SLAB_REGIONS) {
            Slab *slab = take_pages(sizeof(Slab));
            if (slab == NULL) {
                marks->failed = true;
                return NULL;
            }
            slab->next = marks->slabs;
            marks->slabs = slab;
        }
        words = marks->slabs->words[marks->slabs->used];
        if (!put(&marks->regions, number + 1, (uint64_t)(uintptr_t)words)) {
            marks->failed = true;
            return NULL;
        }
        marks->slabs->used++;
    }
    marks->near[number % NEAR].number = number + 1;
    marks->near[number % NEAR].words = words;
    return words;
}

static inline uint64_t *
words_of_region(Marks *marks, uint64_t number, bool wanted)
{
    size_t at = number % NEAR;
    bool known = marks->near[at].number == number + 1
        && (marks->near[at].words != NULL || !wanted);
    return LIKELY(known) ? marks->near[at].words : look_up_region(marks, number, wanted);
}

static inline size_t
place_in_region(uintptr_t address)
{
    return (address & (((uintptr_t)1 << REGION_SHIFT) - 1)) >> MARK_SHIFT;
}

/* Mark *object*; tell whether it was not before.  Without memory it always was. */
static inline bool
mark(Marks *marks, const void *object)
{
    uint64_t *words = words_of_region(marks, (uintptr_t)object >> REGION_SHIFT, true);
    if (words == NULL) {
        return false;
    }
    size_t place = place_in_region((uintptr_t)object);
    uint64_t bit = (uint64_t)1 << place % 64, *word = &words[place / 64];
    bool fresh = !(*word & bit);
    *word |= bit;
    return fresh;
}

static inline bool
is_marked(Marks *marks, const void *object)
{
    const uint64_t *words = words_of_region(marks, (uintptr_t)object >> REGION_SHIFT, false);
    size_t place = place_in_region((uintptr_t)object);
    return words != NULL && words[place / 64] >> place % 64 & 1;
}

/* Take the mark from *object*; tell whether it had one. */
static inline bool
unmark(Marks *marks, const void *object)
{
    uint64_t *words = words_of_region(marks, (uintptr_t)object >> REGION_SHIFT, false);
    if (words == NULL) {
        return false;
    }
    size_t place = place_in_region((uintptr_t)object);
    uint64_t bit = (uint64_t)1 << place % 64;
    bool had = words[place / 64] & bit;
    words[place / 64] &= ~bit;
    return had;
}

static void
drop_marks(Marks *marks)
{
    while (marks->slabs != NULL) {
        Slab *next = marks->slabs->next;
        give_pages(marks->slabs, sizeof(Slab));
        marks->slabs = next;
    }
    drop_map(&marks->regions);
}

#endif
