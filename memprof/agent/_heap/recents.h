/*
 * Recents: the cells that were met of late, by the context and the size of a block.
 */
#ifndef MEMPROF_RECENTS_H
#define MEMPROF_RECENTS_H

#include "books.h"
#include "codes.h"

/* What a context allocates is often of the size it was the last time. */
typedef struct {
    uint64_t key;              /* an instruction's address, or a walk's key */
    Cell *cell;
    uint32_t size, number;
} __attribute__((aligned(32))) Recent;

#define RECENT_BITS 12
static Recent recent[1u << RECENT_BITS];

/* No instruction and no walk: the frame on which 3.15 builds a thread's others has the key 0. */
#define NO_KEY 1

static void
begin_recents(void)
{
    /* Where nothing is remembered stands 0, for blocks of 0 bytes: here. */
    recent[0].key = NO_KEY;
}

HOT Recent *
recent_at(uint64_t key, uint32_t size)
{
    uint64_t hash = (key + (uint64_t)size * 0x85ebca77c2b2ae63u) * 0x9e3779b97f4a7c15u;
    return &recent[hash >> (64 - RECENT_BITS)];
}

/* Of every few neighbours in `recent`, one bit for each hash of the kilobytes their keys lie in. */
#define NEIGHBOURS 8
static uint64_t kilobytes[(1u << RECENT_BITS) / NEIGHBOURS];

static inline uint64_t
kilobyte_bit(uint64_t key)
{
    return 1ull << ((key >> 10) * 0x9e3779b97f4a7c15u >> 58);
}

static void
put_recent(uint64_t key, uint32_t size, Cell *cell, uint32_t number)
{
    Recent *place = recent_at(key, size);
    kilobytes[(place - recent) / NEIGHBOURS] |= kilobyte_bit(key);
    *place = (Recent){key, cell, size, number};
}

/* Forget the *group* of neighbours whose keys lie between *begin* and *end*. */
static void
forget_recent(size_t group, uint64_t begin, uint64_t end)
{
    kilobytes[group] = 0;
    for (Recent *one = recent + group * NEIGHBOURS; one < recent + (group + 1) * NEIGHBOURS; one++) {
        if (one->key >= begin && one->key < end) {
            one->key = NO_KEY;
        }
        kilobytes[group] |= kilobyte_bit(one->key);
    }
}

static void
forget_instructions(PyCodeObject *code)
{
    uint64_t begin = (uintptr_t)unit_of(code, 0), end = (uintptr_t)end_of(code), bits = 0;
    for (uint64_t at = begin; at >> 10 <= end >> 10; at += 1024) {
        bits |= kilobyte_bit(at);
    }
    for (size_t group = 0; group < (1u << RECENT_BITS) / NEIGHBOURS; group++) {
        if (kilobytes[group] & bits) {
            forget_recent(group, begin, end);
        }
    }
}

/* Return what is remembered of blocks of *size* in the context of that *key*; NULL if nothing is. */
HOT const Recent *
recent_of(uint64_t key, uint32_t size)
{
    const Recent *last = recent_at(key, size);
    return last->key == key && last->size == size ? last : NULL;
}

#endif
