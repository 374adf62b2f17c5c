/*
 * The two books in which every live block stands, by cell.
 *
 * A cell is one context and one size of block (or all large sizes together).
 * The first book belongs to the threads that hold the main interpreter's GIL
 * and needs no lock.  The second has one: memory of the raw domain, which
 * needs no GIL, and of other interpreters, which may have a GIL of their own.
 */
#ifndef MEMPROF_BOOKS_H
#define MEMPROF_BOOKS_H

#include <sched.h>

#include "places.h"
#include "samples.h"
#include "shadow.h"

#define LARGEST_EXACT 512      /* above it a block's size is kept by address */
#define LARGE UINT32_MAX
#define ODD (1u << 16)         /* beside a size: the block may have less room than others of it */
#define SLOTS 16

/* Lists a cell may stand in. */
#define CHANGED 1u             /* since the agent last read it */
#define OFF_PEAK 2u            /* since the peak was last copied */
#define LISTED (CHANGED | OFF_PEAK)
/* Not lists: the cell is memprof's own; its blocks are large; they are odd. */
#define OWN 4u
#define SIZED 8u
#define IS_ODD 16u

typedef struct {
    uint32_t context, size;
    uint32_t live, flags;      /* live: blocks written down */
    uint64_t unit;             /* bytes that one block stands for */
    uint64_t allocated;        /* blocks, ever */
    uint32_t born[SLOTS];      /* live blocks by the epoch of their birth */
    uint32_t peak;             /* live blocks at the peak */
    uint32_t read, noted;      /* live blocks as the agent last read them, as a moment did */
    uint64_t collected;        /* blocks freed while the collector ran */
    /* Of a cell of large blocks, in bytes that they stand for: live, ever, ... */
    uint64_t large_bytes, large_allocated, large_peak, large_read, large_noted, large_collected;
    double large_blocks;       /* live ones that they stand for, and ever */
    double large_blocks_allocated;
    /* Freed since the collection under way began, which may turn out to collect nothing. */
    uint64_t freed, large_freed;
    double large_variance;     /* of large_bytes */
    double large_blocks_read, large_variance_read;
} Cell;

typedef struct {
    Places places;
    Things cells;
    Map cell_of;               /* context and size -> cell */
    Map large;                 /* address -> size, of large blocks */
    Numbers changed, off_peak, freed;
    int64_t live_bytes, own_bytes, large_bytes;
} Book;

static Book books[2];
#define HELD 0                 /* by whoever holds the GIL */
#define SHARED 1

static char shared_lock;

static void
lock_shared(void)
{
    while (__atomic_test_and_set(&shared_lock, __ATOMIC_ACQUIRE)) {
        sched_yield();
    }
}

static void
unlock_shared(void)
{
    __atomic_clear(&shared_lock, __ATOMIC_RELEASE);
}

/* Epochs: marks carry their number, cells count by slot. */
static uint8_t slot_of[1u << EPOCH_BITS];
static uint32_t epoch, slot_now;
static uint32_t epochs_in_slots;   /* slots in use */
static bool collecting;

/* The peak, of what is not memprof's own. */
static int64_t peak_bytes, peak_copied_at;

static inline int64_t
live_total(void)
{
    return books[HELD].live_bytes + books[SHARED].live_bytes;
}

/* What malloc has served of all blocks: small ones come from pymalloc, but for those of the raw domain. */
static inline int64_t
served_by_malloc(void)
{
    return books[HELD].large_bytes + books[SHARED].live_bytes + books[SHARED].own_bytes;
}

static void
copy_peak(Book *book)
{
    for (uint32_t at = 0; at < book->off_peak.count; at++) {
        Cell *cell = thing(&book->cells, book->off_peak.items[at]);
        cell->peak = cell->live;
        cell->large_peak = cell->large_bytes;
        cell->flags &= ~OFF_PEAK;
    }
    book->off_peak.count = 0;
}

/* Copy what every cell holds, at a peak higher by a hundredth than the last. */
static void
note_peak(int64_t total)
{
    lock_shared();
    copy_peak(&books[HELD]);
    copy_peak(&books[SHARED]);
    unlock_shared();
    peak_copied_at = total + total / 100 + 1;
}

static void
list_cell(Book *book, Cell *cell, uint32_t number)
{
    if (!(cell->flags & CHANGED)) {
        append_number(&book->changed, number);
    }
    if (!(cell->flags & OFF_PEAK)) {
        append_number(&book->off_peak, number);
    }
    cell->flags |= LISTED;
}

/* Return the number of the cell of *size*, or *size* | ODD, in *context*; MOST_CELLS if there is no more room. */
static uint32_t
cell_number(Book *book, uint32_t context, uint32_t size)
{
    uint64_t key = ((uint64_t)context << 32 | size) + 1;
    Pair *pair = find(&book->cell_of, key);
    if (pair != NULL) {
        return (uint32_t)pair->value;
    }
    uint32_t number = book->cells.count;
    Cell *cell = number < MOST_CELLS ? add_thing(&book->cells) : NULL;
    if (cell == NULL || !put(&book->cell_of, key, number)) {
        lost_memory = true;
        return MOST_CELLS;
    }
    bool odd = size != LARGE && size & ODD;
    cell->context = context;
    cell->size = odd ? size & ~ODD : size;
    cell->unit = size == LARGE ? 0 : bytes_for(cell->size);
    cell->flags = (((Context *)thing(&book->places.contexts, context))->own ? OWN : 0)
        | (size == LARGE ? SIZED : 0) | (odd ? IS_ODD : 0);
    return number;
}

/* Count a block of *size* at *address* in the cell of that number. */
static bool
enter(Book *book, uint32_t number, uintptr_t address, Mark *mark, size_t size)
{
    Cell *cell = thing(&book->cells, number);
    if (cell->size == LARGE) {
        if (!put(&book->large, address, size)) {
            return false;
        }
        double chance = chance_of(size);
        cell->large_blocks += 1 / chance;
        cell->large_blocks_allocated += 1 / chance;
        cell->large_variance += variance_of(size, 1 / chance);
        size = bytes_for(size);
        cell->large_bytes += size;
        cell->large_allocated += size;
        book->large_bytes += (int64_t)size;
    }
    else {
        size = cell->unit;
    }
    cell->allocated++;
    cell->live++;
    cell->born[slot_now]++;
    if ((cell->flags & LISTED) != LISTED) {
        list_cell(book, cell, number);
    }
    if (cell->flags & OWN) {
        book->own_bytes += size;
    }
    else {
        book->live_bytes += size;
    }
    *mark = MARK(number, epoch, book == &books[SHARED]);
    return true;
}

#define MANY 1000              /* blocks ever, from which on a line is busy */

/* Whether a cell says anything: of now, of the peak, of garbage, of much traffic. */
static inline bool
is_told(const Cell *cell)
{
    return cell->live || (cell->flags & OFF_PEAK && cell->peak) || cell->collected
        || cell->allocated >= MANY;
}

/* Whether a cell needs nothing but counting: it is in all lists, and of an ordinary kind. */
static inline bool
is_plain(const Cell *cell)
{
    return cell->flags == LISTED;
}

/* The collection under way frees a block of *cell*; *bytes* if it is a large one. */
COLD void
note_freed(Book *book, Cell *cell, uint32_t number, uint64_t bytes)
{
    if (cell->freed == 0 && !append_number(&book->freed, number)) {
        return;
    }
    cell->freed++;
    cell->large_freed += bytes;
}

/*
 * Count what a collection freed as collected, if it *found* anything: each frees
 * a few blocks of its own, and what waited in free lists.
 */
static void
end_collection(Book *book, bool found)
{
    for (uint32_t at = 0; at < book->freed.count; at++) {
        Cell *cell = thing(&book->cells, book->freed.items[at]);
        if (found) {
            cell->collected += cell->freed;
            cell->large_collected += cell->large_freed;
        }
        cell->freed = cell->large_freed = 0;
    }
    book->freed.count = 0;
}

static inline void
enter_plain(Book *book, Cell *cell)
{
    cell->allocated++;
    cell->live++;
    cell->born[slot_now]++;
    book->live_bytes += cell->unit;
}

static inline void
strike_plain(Book *book, Cell *cell, Mark mark)
{
    cell->live--;
    cell->born[slot_of[EPOCH_OF(mark)]]--;
    book->live_bytes -= cell->unit;
    if (__builtin_expect(collecting, 0)) {
        note_freed(book, cell, CELL_OF(mark), 0);
    }
}

/* Strike out the block at *address*, which *mark* was about. */
static void
strike(Book *book, uintptr_t address, Mark mark)
{
    uint32_t number = CELL_OF(mark);
    Cell *cell = thing(&book->cells, number);
    uint64_t size = cell->unit;
    if (cell->size == LARGE) {
        take_out(&book->large, address, &size);
        double chance = chance_of(size);
        cell->large_blocks -= 1 / chance;
        cell->large_variance -= variance_of(size, 1 / chance);
        size = bytes_for(size);
        cell->large_bytes -= size;
        book->large_bytes -= (int64_t)size;
    }
    cell->live--;
    cell->born[slot_of[EPOCH_OF(mark)]]--;
    if (collecting) {
        note_freed(book, cell, number, cell->size == LARGE ? size : 0);
    }
    if ((cell->flags & LISTED) != LISTED) {
        list_cell(book, cell, number);
    }
    if (cell->flags & OWN) {
        book->own_bytes -= size;
    }
    else {
        book->live_bytes -= size;
    }
}

#endif
