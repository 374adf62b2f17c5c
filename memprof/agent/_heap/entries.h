/*
 * Blocks enter the books and are struck out.
 *
 * What a line allocates is often what it allocated the last time, and most
 * blocks are small and of an ordinary kind: for these all is remembered, and a
 * few numbers change.  Everything else goes slowly.
 */
#ifndef MEMPROF_ENTRIES_H
#define MEMPROF_ENTRIES_H

#include "freelists.h"
#include "moments.h"
#include "recents.h"
#include "trails.h"

static bool active;            /* blocks are written down */
static PyInterpreterState *home;

/* Not 0 while a hook works: what it calls itself passes uncounted, and says so where it is of the raw domain. */
static __thread int busy __attribute__((tls_model("initial-exec")));
#define RAW_PASSED 2

/* A context's key is made of its locations, which outlive the code; an instruction's dies with it. */
COLD void
code_dies(PyCodeObject *code)
{
    int before = busy;
    busy = 1;
    bool known = forget_code(&books[HELD].places, code);
    lock_shared();
    forget_code(&books[SHARED].places, code);
    unlock_shared();
    busy = before;
    if (known && depth == 1) {
        forget_instructions(code);
    }
    else if (known) {
        forget_trails();
    }
}

/* Give up: nothing more is written down, and what is written is not read again. */
COLD void
give_up(void)
{
    active = false;
    lost_memory = true;
}

/* Return the cell for blocks of *size* allocated by *frame*, which may be NULL. */
static uint32_t
cell_here(Book *book, Frame *frame, uint32_t size)
{
    uint64_t key = depth == 1 ? 0 : walk(&book->places, frame);
    return cell_number(book, context_here(&book->places, frame, key), size);
}

/* Return what stands for *frame*, not NULL, and its callers in the memo of the held book. */
static inline uint64_t
key_of(Frame *frame)
{
    return depth == 1 ? (uintptr_t)instruction_of(frame) : walk_trail(&books[HELD].places, frame);
}

/* The same if it is known at once, else 0. */
HOT uint64_t
known_key(Frame *frame)
{
    return depth == 1 ? (uintptr_t)instruction_of(frame) : walk_known(&books[HELD].places, frame);
}

COLD uint32_t
cell_slowly(Frame *frame, uint32_t size)
{
    Book *book = &books[HELD];
    frame = complete(frame);
    uint64_t key = frame == NULL ? 0 : key_of(frame);
    uint32_t number = cell_number(book, context_here(&book->places, frame, key), size);
    if (key && number < MOST_CELLS && size <= LARGEST_EXACT) {
        put_recent(key, size, thing(&book->cells, number), number);
    }
    return number;
}

/* A higher total than ever; return what the held book may grow to before the next. */
COLD int64_t
higher(void)
{
    int64_t total = live_total();
    if (total > peak_bytes) {
        peak_bytes = total;
        if (total > peak_copied_at) {
            note_peak(total);
        }
    }
    return peak_bytes - books[SHARED].live_bytes;
}

static int64_t highest;        /* the held book may grow so far before the next peak */

/* Write a block of *size* into the cell of that *number*, of the book of those who hold the GIL. */
COLD void
enter_in(uint32_t number, uintptr_t address, size_t size)
{
    Book *book = &books[HELD];
    NOTE_NEWEST(address);
    lock_shared();
    Mark *mark = make_mark_at(address);
    unlock_shared();
    if (mark == NULL || number >= MOST_CELLS || !enter(book, number, address, mark, size)) {
        give_up();
    }
    else if (book->live_bytes > highest) {
        highest = higher();
    }
}

/* The same, in the cell of what *frame* allocates. */
COLD void
enter_slowly(uintptr_t address, size_t size, Frame *frame, uint32_t odd)
{
    enter_in(cell_slowly(frame, size <= LARGEST_EXACT ? (uint32_t)size | odd : LARGE), address, size);
}

/* Write down a block that may not be as large as pymalloc makes one of that *size*. */
static void
enter_odd(uintptr_t address, size_t size, PyThreadState *thread)
{
    enter_slowly(address, size, innermost(thread), ODD);
}

/* Whether the held book holds more than it ever did. */
HOT bool
is_higher(void)
{
    return UNLIKELY(books[HELD].live_bytes > highest);
}

/* Write down a small block if all is known that it takes; tell whether it was. */
HOT bool
enter_at_once(uintptr_t address, uint32_t size, uint64_t key)
{
    Mark *mark = mark_near(address);
    const Recent *last = recent_of(key, size);
    if (UNLIKELY(mark == NULL || last == NULL || !is_plain(last->cell))) {
        return false;
    }
    NOTE_NEWEST(address);
    enter_plain(&books[HELD], last->cell);
    *mark = MARK(last->number, epoch, HELD);
    return true;
}

static void
enter_held(uintptr_t address, size_t size, PyThreadState *thread)
{
    Frame *frame = innermost(thread);
    if (frame == NULL || size > LARGEST_EXACT
        || !enter_at_once(address, (uint32_t)size, key_of(frame))) {
        enter_slowly(address, size, frame, 0);
    }
    else if (is_higher()) {
        highest = higher();
    }
}

/*
 * Note a peak of the shared book.  Who has no GIL cannot copy the held cells:
 * the next block of the held book will.
 */
static void
shared_grew(PyThreadState *thread)
{
    if (live_total() > peak_bytes) {
        bool held = thread != NULL && thread->interp == home && thread == thread_with_gil();
        __atomic_store_n(&highest, held ? higher() : INT64_MIN, __ATOMIC_RELAXED);
    }
}

/* Write a block into the shared book; the GIL need not be held. */
COLD void
enter_shared(uintptr_t address, size_t size, PyThreadState *thread)
{
    Book *book = &books[SHARED];
    lock_shared();
    foreign = thread != NULL && thread->interp != home;
    Frame *frame = thread == NULL ? NULL : frame_of(thread);
    uint32_t number = cell_here(book, frame, size <= LARGEST_EXACT ? (uint32_t)size : LARGE);
    Mark *mark = make_mark_at(address);
    if (mark == NULL || number >= MOST_CELLS || !enter(book, number, address, mark, size)) {
        give_up();
    }
    foreign = false;
    unlock_shared();
    shared_grew(thread);
}

static void
enter_block(void *block, size_t size, bool raw, bool odd)
{
    if (!every_block) {
        put_in_sieves((uintptr_t)block, 1);
    }
    PyThreadState *thread = raw ? PyGILState_GetThisThreadState() : thread_now();
    if (!raw) {
        if (thread != NULL && thread->interp == home) {
            if (UNLIKELY(odd)) {
                enter_odd((uintptr_t)block, size, thread);
            }
            else {
                enter_held((uintptr_t)block, size, thread);
            }
            if (every_block) {
                look_at_free_lists(thread);
            }
            return;
        }
    }
    enter_shared((uintptr_t)block, size, thread);
}

COLD void
strike_slowly(uintptr_t address, Mark mark)
{
    if (BOOK_OF(mark) == HELD) {
        strike(&books[HELD], address, mark);
    }
    else {
        lock_shared();
        strike(&books[SHARED], address, mark);
        unlock_shared();
    }
}

/* Strike out the block at *address*; return its size if it is a small one of those who hold the GIL, else 0. */
HOT uint32_t
strike_block(uintptr_t address, Mark mark)
{
    if (BOOK_OF(mark) == HELD) {
        Cell *cell = thing(&books[HELD].cells, CELL_OF(mark));
        if (LIKELY(is_plain(cell))) {
            strike_plain(&books[HELD], cell, mark);
            return cell->size;
        }
    }
    strike_slowly(address, mark);
    return 0;
}

/* Take the mark at *address* off, and return it: whoever gets the address next writes another. */
HOT Mark
take_mark(uintptr_t address, bool raw)
{
    if (!every_block && LIKELY(!may_be_sampled(address))) {
        return 0;
    }
    Mark *place = raw ? mark_at(address) : mark_near(address);
    if (place == NULL) {
        return 0;
    }
    Mark mark = *place;
    if (mark) {
        *place = 0;
        if (UNLIKELY(!every_block)) {
            put_in_sieves(address, -1);
        }
    }
    return mark;
}

/* Put *mark*, which was taken, back to *address*: its block did not go. */
static void
put_mark_back(uintptr_t address, Mark mark)
{
    *mark_at(address) = mark;
    if (!every_block) {
        put_in_sieves(address, 1);
    }
}

#endif
