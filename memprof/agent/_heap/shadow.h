/*
 * What is known of each address: 32 bits for every 16 bytes of heap.
 *
 * A mark is the number of the cell a block counts in, the epoch of its birth
 * and which of the two books it stands in; 0 where no known block begins.  The
 * shadow of a MiB is 256 KiB of address space of which the system provides the
 * pages that are written, one for each pool of pymalloc, so that finding a
 * block touches memory beside that of its neighbours and never probes.
 */
#ifndef MEMPROF_SHADOW_H
#define MEMPROF_SHADOW_H

#include <unistd.h>

#include "memory.h"

#ifndef __linux__
#error "only tried on Linux"
#endif
#if UINTPTR_MAX != UINT64_MAX
#error "needs addresses of 64 bits"
#endif

#define HIGHEST_BIT 48
#define SPAN_BITS 20
#define GRAIN_BITS 4
#define LEAF_BITS 14
#define MARKS (1u << (SPAN_BITS - GRAIN_BITS))
#define SPANS_AT_ONCE 16

typedef uint32_t Mark;

/* A mark's bits: the cell plus one, the epoch, the book. */
#define CELL_BITS 24
#define EPOCH_BITS 7
#define MOST_CELLS ((1u << CELL_BITS) - 2)
#define MARK(cell, epoch, book) \
    (((Mark)(cell) + 1) | (Mark)(epoch) << CELL_BITS | (Mark)(book) << (CELL_BITS + EPOCH_BITS))
#define CELL_OF(mark) (((mark) & ((1u << CELL_BITS) - 1)) - 1)
#define EPOCH_OF(mark) ((mark) >> CELL_BITS & ((1u << EPOCH_BITS) - 1))
#define BOOK_OF(mark) ((mark) >> (CELL_BITS + EPOCH_BITS))

static Mark **shadow[1u << (HIGHEST_BIT - SPAN_BITS - LEAF_BITS)];
static Mark *spare_spans;
static int spare_count;

#define SLAB_BYTES ((size_t)SPANS_AT_ONCE * MARKS * sizeof(Mark))
#define MOST_SLABS (1u << 16)   /* 1 TiB of heap */
static Mark **slabs;
static uint32_t slab_count;

/* Return where *address* has its mark; NULL if nothing near it ever had one. */
static inline Mark *
mark_at(uintptr_t address)
{
    if (address >> HIGHEST_BIT || address & ((1u << GRAIN_BITS) - 1)) {
        return NULL;
    }
    Mark **leaf = shadow[address >> (SPAN_BITS + LEAF_BITS)];
    if (leaf == NULL) {
        return NULL;
    }
    Mark *span = leaf[address >> SPAN_BITS & ((1u << LEAF_BITS) - 1)];
    return span == NULL ? NULL : span + (address >> GRAIN_BITS & (MARKS - 1));
}

/* Spans of late, for those who hold the GIL: most addresses are near others. */
#define NEAR_BITS 8

typedef struct {
    uintptr_t number;          /* of the MiB */
    Mark *span;
} Near;

static Near nearby[1u << NEAR_BITS];

HOT Mark *
mark_near(uintptr_t address)
{
    uintptr_t number = address >> SPAN_BITS;
    Near *near = &nearby[number & ((1u << NEAR_BITS) - 1)];
    if (near->number != number) {
        Mark *mark = mark_at(address);
        if (mark == NULL) {
            return NULL;
        }
        *near = (Near){number, mark - (address >> GRAIN_BITS & (MARKS - 1))};
        return mark;
    }
    return near->span + (address >> GRAIN_BITS & (MARKS - 1));
}

/* The same, made if need be; NULL for an address no allocator of ours returns, or without memory. */
static Mark *
make_mark_at(uintptr_t address)
{
    if (address >> HIGHEST_BIT || address & ((1u << GRAIN_BITS) - 1)) {
        return NULL;
    }
    Mark ***branch = &shadow[address >> (SPAN_BITS + LEAF_BITS)];
    if (*branch == NULL) {
        Mark **leaf = take_pages((1u << LEAF_BITS) * sizeof(Mark *));
        if (leaf == NULL) {
            return NULL;
        }
        *branch = leaf;
    }
    Mark **twig = &(*branch)[address >> SPAN_BITS & ((1u << LEAF_BITS) - 1)];
    if (*twig == NULL) {
        if (spare_count == 0) {
            if (slabs == NULL) {
                slabs = take_pages(MOST_SLABS * sizeof(*slabs));
                own_bytes -= slabs == NULL ? 0 : MOST_SLABS * sizeof(*slabs);
            }
            spare_spans = slabs == NULL ? NULL : take_pages(SLAB_BYTES);
            if (spare_spans == NULL) {
                return NULL;
            }
            own_bytes -= SLAB_BYTES;
            spare_count = SPANS_AT_ONCE;
            slabs[slab_count++] = spare_spans;
        }
        *twig = spare_spans + (size_t)--spare_count * MARKS;
    }
    return *twig + (address >> GRAIN_BITS & (MARKS - 1));
}

/* Return the bytes of the shadow that are resident: the kernel knows. */
static size_t
shadow_bytes(void)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE), resident = 0;
    unsigned char pages[SLAB_BYTES / 4096];
    for (uint32_t at = 0; at < slab_count; at++) {
        if (mincore(slabs[at], SLAB_BYTES, pages) == 0) {
            for (size_t number = 0; number < SLAB_BYTES / page; number++) {
                resident += pages[number] & 1 ? page : 0;
            }
        }
    }
    return resident;
}

#endif
