/*
 * Forks: a child goes on with its parent's books, and tells of itself alone.
 *
 * At the fork itself, which must stay cheap, one moment is noted: what the child
 * inherits.  All else waits until it has lived long enough to be told of.
 */
#ifndef MEMPROF_FORKS_H
#define MEMPROF_FORKS_H

#include "epochs.h"
#include "naming.h"

/* Note what every cell holds that the parent has not read yet, as the child's first moment. */
static void
note_inherited(void)
{
    const Numbers *changed = &books[HELD].changed;
    moment_count = 0;
    if (noted != NULL && changed->count <= MOST_NOTED) {
        for (uint32_t at = 0; at < changed->count; at++) {
            const Cell *cell = thing(&books[HELD].cells, changed->items[at]);
            noted[at] = (Noted){changed->items[at], cell->live, cell->large_bytes};
        }
        uint64_t now_ns = clock_ns();
        moments[moment_count++] = (Moment){now_ns, read_clock(CLOCK_PROCESS_CPUTIME_ID), -1,
                                           served_by_malloc(), changed->count};
        moments_began_ns = now_ns;
        next_moment_ns = now_ns + FIRST_MOMENT_NS;
        until_glance = CHECK_EVERY;
    }
    /* Of the shared one it is the child's first look. */
    lock_shared();
    read_book(&books[SHARED]);
    unlock_shared();
}

/* Let history begin with what is live: it is all of one age, and nothing was freed yet. */
static void
begin_history(Book *book)
{
    for (uint32_t number = 0; number < book->cells.count; number++) {
        Cell *cell = thing(&book->cells, number);
        for (int slot = 1; slot < SLOTS; slot++) {
            cell->born[0] += cell->born[slot];
            cell->born[slot] = 0;
        }
        cell->allocated = cell->live;
        cell->large_allocated = cell->large_bytes;
        cell->large_blocks_allocated = cell->large_blocks;
        cell->collected = cell->large_collected = 0;
    }
}

/* Take every site for changed; epochs, the peak and what was ever allocated begin now. */
static void
tell_again(void)
{
    lock_shared();
    begin_history(&books[HELD]);
    begin_history(&books[SHARED]);
    memset(slot_of, 0, sizeof(slot_of));
    slot_now = 0;
    epochs_in_slots = 1;
    unlock_shared();
    peak_bytes = live_total();
    note_peak(peak_bytes);
    highest = INT64_MIN;
    for (uint32_t number = 0; number < sites.count; number++) {
        Site *site = thing(&sites, number);
        site->changed = site->bytes || site->blocks >= 0.5;
        site->most = site->bytes;
    }
}

/* Append the frames and functions of *places* that have the agent's numbers to *rows*. */
static bool
append_functions(PyObject *rows, const Places *places)
{
    bool well = true;
    for (uint32_t number = 0; well && number < places->locations.count; number++) {
        const Location *location = thing(&places->locations, number);
        const Text *function = thing(&places->texts, location->function);
        if (location->frame > 1 && function->name) {
            well = append_figures(rows, (long long)location->frame - 2,
                                  (long long)function->name - 1);
        }
    }
    return well;
}

#endif
