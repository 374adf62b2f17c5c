/*
 * What the agent reads: live bytes and blocks of the sites that changed.
 *
 * The agent gives contexts the numbers of its sites; several contexts may be
 * one site.  A read costs what changed since the last one, whatever is live.
 */
#ifndef MEMPROF_SITES_H
#define MEMPROF_SITES_H

#include <stdio.h>

#include "hooks.h"
#include "moments.h"

typedef struct {
    int64_t bytes;             /* live, as last read */
    int64_t most;              /* of that, ever */
    int64_t before;            /* live at the last moment or look before this one */
    double blocks;
    double variance;           /* of bytes */
    uint64_t peak_bytes, peak_blocks;
    uint64_t allocated_bytes, allocated_blocks;
    uint64_t collected_bytes, collected_blocks;
    double blocks_variance;
    uint64_t born[SLOTS];      /* blocks */
    uint8_t changed;
    uint8_t loading;           /* a line of the import system */
} Site;

static Things sites;

static bool
make_sites(int32_t number)
{
    while ((int64_t)sites.count <= number) {
        if (add_thing(&sites) == NULL) {
            return false;
        }
    }
    return true;
}

static inline Site *
site_of(const Book *book, const Cell *cell)
{
    int32_t number = ((Context *)thing(&book->places.contexts, cell->context))->site;
    return number < 0 || (uint32_t)number >= sites.count ? NULL : thing(&sites, number);
}

/* Tell whether *site* changed since this was asked last; note the most it held. */
static inline bool
take_change(Site *site)
{
    bool changed = site->changed;
    site->changed = 0;
    site->most = site->bytes > site->most ? site->bytes : site->most;
    return changed;
}

/* Add what changed in *book* to its sites; cells whose context has no number yet wait. */
static void
read_book(Book *book)
{
    uint32_t waiting = 0;
    for (uint32_t at = 0; at < book->changed.count; at++) {
        uint32_t number = book->changed.items[at];
        Cell *cell = thing(&book->cells, number);
        const Context *context = thing(&book->places.contexts, cell->context);
        if (context->site == ASKED || (context->site == UNNAMED && is_told(cell))) {
            book->changed.items[waiting++] = number;
            continue;
        }
        cell->flags &= ~CHANGED;
        Site *site = site_of(book, cell);
        if (site != NULL) {
            int64_t blocks = (int64_t)cell->live - cell->read;
            int64_t bytes = cell->size == LARGE
                ? (int64_t)(cell->large_bytes - cell->large_read)
                : blocks * (int64_t)cell->unit;
            site->bytes += bytes;
            if (cell->size != LARGE) {
                double weight = 1 / chance_of(cell->size);
                site->blocks += (double)blocks * weight;
                site->variance += (double)blocks * variance_of(cell->size, weight);
            }
            else {
                site->blocks += cell->large_blocks - cell->large_blocks_read;
                site->variance += cell->large_variance - cell->large_variance_read;
                cell->large_blocks_read = cell->large_blocks;
                cell->large_variance_read = cell->large_variance;
            }
            site->changed |= blocks || bytes;
        }
        cell->read = cell->noted = cell->live;
        cell->large_read = cell->large_noted = cell->large_bytes;
    }
    book->changed.count = waiting;
}

/* Add to its site what *one* tells of a cell, every block of which is written down. */
static void
read_noted(const Noted *one)
{
    Book *book = &books[one->cell & OF_SHARED ? SHARED : HELD];
    Cell *cell = thing(&book->cells, one->cell & ~OF_SHARED);
    Site *site = site_of(book, cell);
    if (site == NULL) {
        return;
    }
    int64_t blocks = (int64_t)one->live - cell->read;
    site->bytes += cell->size == LARGE
        ? (int64_t)(one->large_bytes - cell->large_read) : blocks * (int64_t)cell->unit;
    site->blocks += (double)blocks;
    site->changed = 1;
    cell->read = one->live;
    cell->large_read = one->large_bytes;
    if (cell->size == LARGE) {
        cell->large_blocks_read += (double)blocks;
    }
}

static uint64_t
bytes_of(const Cell *cell, uint64_t blocks, uint64_t large)
{
    return cell->size == LARGE ? large : blocks * cell->unit;
}

/* Return how many blocks one that is written down in *cell* stands for. */
static double
weight_of(const Cell *cell)
{
    if (every_block || cell->allocated == 0) {
        return 1;
    }
    /* Large blocks are of many sizes: each stands for as many as they do on average. */
    return cell->size == LARGE
        ? cell->large_blocks_allocated / (double)cell->allocated : 1 / chance_of(cell->size);
}

/* Return how many blocks the *blocks* written down in *cell* stand for. */
static uint64_t
blocks_of(const Cell *cell, uint64_t blocks)
{
    return every_block ? blocks : (uint64_t)llround((double)blocks * weight_of(cell));
}

/* Sum what is kept of every cell beside its live blocks; costs all cells. */
static void
sum_book(Book *book)
{
    for (uint32_t number = 0; number < book->cells.count; number++) {
        const Cell *cell = thing(&book->cells, number);
        Site *site = site_of(book, cell);
        if (site == NULL) {
            continue;
        }
        uint32_t peak = cell->flags & OFF_PEAK ? cell->peak : cell->live;
        uint64_t large_peak = cell->flags & OFF_PEAK ? cell->large_peak : cell->large_bytes;
        site->peak_blocks += blocks_of(cell, peak);
        site->peak_bytes += bytes_of(cell, peak, large_peak);
        site->allocated_blocks += blocks_of(cell, cell->allocated);
        site->allocated_bytes += bytes_of(cell, cell->allocated, cell->large_allocated);
        site->collected_blocks += blocks_of(cell, cell->collected);
        site->collected_bytes += bytes_of(cell, cell->collected, cell->large_collected);
        site->blocks_variance += (double)cell->live * weight_of(cell) * (weight_of(cell) - 1);
        for (int slot = 0; slot < SLOTS; slot++) {
            site->born[slot] += blocks_of(cell, cell->born[slot]);
        }
    }
}

static void
sum_sites(void)
{
    for (uint32_t number = 0; number < sites.count; number++) {
        Site *site = thing(&sites, number);
        memset(&site->peak_bytes, 0, offsetof(Site, changed) - offsetof(Site, peak_bytes));
    }
    sum_book(&books[HELD]);
    lock_shared();
    sum_book(&books[SHARED]);
    unlock_shared();
}

#endif
