/*
 * Spans: whose time a block was born in, and what of each span is still there.
 *
 * A span is what one call of a test allocates; number 0 is all time in between.  The
 * mark of a block has its span, its size in grains of 16 bytes, and who counts it:
 * those who hold the GIL, or those of the raw domain, under a lock.
 */
#ifndef MEMPROF_SPANS_H
#define MEMPROF_SPANS_H

#include <malloc.h>
#include <sched.h>

#include "../_heap/shadow.h"

#define LARGEST_SMALL 512
#define GRAINS_BITS 6
#define LARGE_GRAINS ((1u << GRAINS_BITS) - 1)   /* malloc knows how large */
#define RAW_BIT (1u << 31)
#define SPAN_NUMBER_BITS (31 - GRAINS_BITS)
#define MARK_OF(span, grains) ((Mark)(span) << GRAINS_BITS | (Mark)(grains))
#define SPAN_OF(mark) (((mark) & ~RAW_BIT) >> GRAINS_BITS)
#define GRAINS_OF(mark) ((mark) & LARGE_GRAINS)
#define GRAIN 16

enum { HELD, RAW };

typedef struct {
    int64_t blocks[2], bytes[2];
    int64_t grown[2];          /* bytes by which older blocks grew meanwhile */
} Span;

static Things spans;
static uint32_t span_now;
static Span *span;             /* that of *span_now* */
static int64_t most, ceiling = INT64_MAX;   /* bytes of it at once; what HELD may grow to before the next */

static char raw_lock;

static void
lock_raw(void)
{
    while (__atomic_test_and_set(&raw_lock, __ATOMIC_ACQUIRE)) {
        sched_yield();
    }
}

static void
unlock_raw(void)
{
    __atomic_clear(&raw_lock, __ATOMIC_RELEASE);
}

static inline int64_t
bytes_now(void)
{
    return span->bytes[HELD] + span->bytes[RAW] + span->grown[HELD] + span->grown[RAW];
}

/* Note a new most, of a span that is counted now. */
COLD void
note_most(void)
{
    if (span_now) {
        int64_t now = bytes_now();
        most = now > most ? now : most;
        ceiling = most - now + span->bytes[HELD];
    }
}

static inline void
count_in(uint32_t number, int book, int64_t blocks, int64_t bytes)
{
    Span *one = number == span_now ? span : thing(&spans, number);
    one->blocks[book] += blocks;
    one->bytes[book] += bytes;
}

static inline uint32_t
grains_for(size_t size)
{
    return size ? (uint32_t)((size + GRAIN - 1) / GRAIN) : 1;
}

COLD Mark *
new_mark_at(uintptr_t address)
{
    lock_raw();
    Mark *place = make_mark_at(address);
    unlock_raw();
    return place;
}

/* Count a small block of those who hold the GIL. */
HOT void
enter_small(void *block, size_t size)
{
    Mark *place = mark_near((uintptr_t)block);
    if (UNLIKELY(place == NULL)) {
        place = new_mark_at((uintptr_t)block);
        if (place == NULL) {
            return;
        }
    }
    /* Without an arena to be had it came from the raw domain, and is counted there. */
    if (UNLIKELY(*place & RAW_BIT)) {
        return;
    }
    uint32_t grains = grains_for(size);
    *place = MARK_OF(span_now, grains);
    span->blocks[HELD]++;
    span->bytes[HELD] += (int64_t)grains * GRAIN;
    if (UNLIKELY(span->bytes[HELD] > ceiling)) {
        note_most();
    }
}

/* Count off the block at *address* if it is one of those who hold the GIL. */
HOT void
strike_small(uintptr_t address)
{
    Mark *place = mark_near(address);
    Mark mark = place == NULL ? 0 : *place;
    if (mark && !(mark & RAW_BIT)) {
        *place = 0;
        count_in(SPAN_OF(mark), HELD, -1, -(int64_t)GRAINS_OF(mark) * GRAIN);
    }
}

/* A block of *number* had *before* bytes and has *after*; an older one grows in the span of now. */
static void
count_growth(uint32_t number, int book, int64_t before, int64_t after)
{
    if (number == span_now) {
        span->bytes[book] += after - before;
    }
    else {
        /* It goes with its own span, and its growth with this one. */
        ((Span *)thing(&spans, number))->bytes[book] += after - before;
        span->grown[book] += after - before;
    }
    note_most();
}

static inline int64_t
bytes_of_large(void *block)
{
    return (int64_t)malloc_usable_size(block);
}

static void
enter_raw(void *block)
{
    lock_raw();
    Mark *place = make_mark_at((uintptr_t)block);
    if (place != NULL) {
        *place = MARK_OF(span_now, LARGE_GRAINS) | RAW_BIT;
        count_in(span_now, RAW, 1, bytes_of_large(block));
        if (span_now && bytes_now() > most) {
            most = bytes_now();
        }
    }
    unlock_raw();
}

/* Count off the block at *address*; return its mark, 0 if it was not known. */
static Mark
strike_raw(void *block, int64_t size)
{
    lock_raw();
    Mark *place = mark_at((uintptr_t)block);
    Mark mark = place == NULL ? 0 : *place;
    if (mark & RAW_BIT) {
        *place = 0;
        count_in(SPAN_OF(mark), RAW, -1, -size);
    }
    unlock_raw();
    return mark & RAW_BIT ? mark : 0;
}

/* The block that was *mark*ed and had *before* bytes is at *block* now. */
static void
move_raw(void *block, Mark mark, int64_t before)
{
    lock_raw();
    Mark *place = make_mark_at((uintptr_t)block);
    if (place != NULL) {
        uint32_t number = SPAN_OF(mark);
        /* One that was there before all counting is from in between, as far as anybody knows. */
        *place = MARK_OF(number, LARGE_GRAINS) | RAW_BIT;
        count_in(number, RAW, 1, before);
        count_growth(number, RAW, before, bytes_of_large(block));
    }
    unlock_raw();
}

#endif
