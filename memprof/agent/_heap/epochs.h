/*
 * Epochs: when a block was born, as closely as there is room for.
 */
#ifndef MEMPROF_EPOCHS_H
#define MEMPROF_EPOCHS_H

#include "books.h"

static void
merge_slots(Book *book)
{
    for (uint32_t number = 0; number < book->cells.count; number++) {
        Cell *cell = thing(&book->cells, number);
        for (int slot = 0; slot < SLOTS / 2; slot++) {
            cell->born[slot] = cell->born[2 * slot] + cell->born[2 * slot + 1];
        }
        memset(cell->born + SLOTS / 2, 0, sizeof(uint32_t) * SLOTS / 2);
    }
}

/*
 * Begin another epoch; tell whether there are numbers left for one.
 *
 * With all slots in use neighbours are merged, so that half are free again.
 */
static bool
begin_epoch(void)
{
    if (epoch + 1 >= 1u << EPOCH_BITS) {
        return false;
    }
    lock_shared();
    if (epochs_in_slots == SLOTS) {
        merge_slots(&books[HELD]);
        merge_slots(&books[SHARED]);
        for (uint32_t number = 0; number <= epoch; number++) {
            slot_of[number] /= 2;
        }
        epochs_in_slots = SLOTS / 2;
    }
    slot_now = epochs_in_slots++;
    slot_of[++epoch] = (uint8_t)slot_now;
    unlock_shared();
    return true;
}

#endif
