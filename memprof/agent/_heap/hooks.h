/*
 * The allocators' hooks: every block of the raw, mem and obj domains.
 *
 * A hook asks the allocator it stands before, then writes down the answer.
 * While one works, what it calls itself (an object too large for pymalloc is
 * had from the raw domain) passes uncounted.
 */
#ifndef MEMPROF_HOOKS_H
#define MEMPROF_HOOKS_H

#include "entries.h"
#include "spares.h"

#define DOMAINS 3              /* PYMEM_DOMAIN_RAW, _MEM, _OBJ */

static PyMemAllocatorEx originals[DOMAINS];
/* Whether a block of *size*, allocated now, is to be written down. */
HOT bool
is_wanted(int domain, size_t size)
{
    if (every_block) {
        return true;
    }
    return domain == PYMEM_DOMAIN_RAW ? is_sampled_alone(size) : is_sampled(&distance, size);
}

/*
 * Whether a block to come of *size* is small and none that is sampled.
 *
 * Of such a one nothing more is asked, as pymalloc has it from no other domain.
 */
HOT bool
is_left_out(int domain, size_t size)
{
    if (every_block || domain == PYMEM_DOMAIN_RAW || size > LARGEST_EXACT
        || (int64_t)size > distance) {
        return false;
    }
    distance -= (int64_t)size;
    return true;
}

/* Strike out a raw block while its address is ours; return its size. */
static uint64_t
strike_early(uintptr_t address, Mark mark)
{
    Book *book = &books[BOOK_OF(mark)];
    lock_shared();
    uint64_t size = ((Cell *)thing(&book->cells, CELL_OF(mark)))->size;
    if (size == LARGE) {
        Pair *pair = find(&book->large, address);
        size = pair == NULL ? 0 : pair->value;
    }
    strike(book, address, mark);
    unlock_shared();
    return size;
}

/* Take back that a block was struck out: it could not be moved. */
static void
enter_again(uintptr_t address, Mark mark, uint64_t size)
{
    Book *book = &books[BOOK_OF(mark)];
    lock_shared();
    Cell *cell = thing(&book->cells, CELL_OF(mark));
    if (enter(book, CELL_OF(mark), address, mark_at(address), size)) {
        cell->allocated--;
        cell->large_allocated -= cell->size == LARGE ? size : 0;
        if (!every_block) {
            put_in_sieves(address, 1);
        }
    }
    unlock_shared();
}

/* Whether a block of *size* may be a spare one, and *thread* may have it. */
HOT bool
is_small(int domain, size_t size, const PyThreadState *thread)
{
    return domain != PYMEM_DOMAIN_RAW && size - 1 < LARGEST_EXACT && every_block
        && LIKELY(thread != NULL && thread->interp == home);
}

/*
 * Before a block of *domain* comes that is no spare one.  Not after: what it is to
 * replace is still there then, and would be counted beside it.
 */
static inline void
pass_moment(int domain)
{
    if (domain != PYMEM_DOMAIN_RAW) {
        PyThreadState *thread = thread_now();
        if (thread != NULL && thread->interp == home) {
            count_for_moments();
        }
    }
}

/* Return a small block from the allocator, written down. */
static __attribute__((noinline)) void *
another_block(PyMemAllocatorEx *original, size_t size, PyThreadState *thread)
{
    count_for_moments();
    busy = 1;
    void *block = original->malloc(original->ctx, size);
    /* Without an arena to be had pymalloc asks the raw domain. */
    bool odd = busy & RAW_PASSED;
    busy = 0;
    if (block != NULL && !odd) {
        enter_held((uintptr_t)block, size, thread);
    }
    else if (block != NULL) {
        enter_odd((uintptr_t)block, size, thread);
    }
    look_at_free_lists(thread);
    return block;
}

static __attribute__((noinline)) void *
enter_small(void *block, size_t size, PyThreadState *thread)
{
    enter_held((uintptr_t)block, size, thread);
    look_at_free_lists(thread);
    return block;
}

COLD void *
note_change(void *block, PyThreadState *thread)
{
    if (is_higher()) {
        highest = higher();
    }
    look_at_free_lists(thread);
    return block;
}

/* Return a small block, written down.  All calls come last: what is usual needs no registers saved. */
HOT void *
small_block(PyMemAllocatorEx *original, size_t size, PyThreadState *thread)
{
    void *block = take_spare(size);
    if (UNLIKELY(block == NULL)) {
        return another_block(original, size, thread);
    }
    Frame *frame = innermost(thread);
    uint64_t key = LIKELY(frame != NULL) ? known_key(frame) : 0;
    if (UNLIKELY(!key || !enter_at_once((uintptr_t)block, (uint32_t)size, key))) {
        return enter_small(block, size, thread);
    }
    return is_higher() || have_changed(thread) ? note_change(block, thread) : block;
}

/* What passes uncounted, because a hook works or none does any more. */
HOT bool
passes(int domain)
{
    if (LIKELY(!busy && active)) {
        return false;
    }
    if (busy && domain == PYMEM_DOMAIN_RAW) {
        busy |= RAW_PASSED;
    }
    return true;
}

static __attribute__((noinline)) void *
any_block(PyMemAllocatorEx *original, int domain, size_t size)
{
    pass_moment(domain);
    busy = 1;
    void *block = original->malloc(original->ctx, size);
    if (block != NULL && is_wanted(domain, size)) {
        enter_block(block, size, domain == PYMEM_DOMAIN_RAW, false);
    }
    busy = 0;
    return block;
}

HOT void *
hooked_malloc(int domain, size_t size)
{
    PyMemAllocatorEx *original = &originals[domain];
    if (passes(domain) || is_left_out(domain, size)) {
        return original->malloc(original->ctx, size);
    }
    PyThreadState *thread = domain == PYMEM_DOMAIN_RAW ? NULL : thread_now();
    if (LIKELY(is_small(domain, size, thread))) {
        return small_block(original, size, thread);
    }
    return any_block(original, domain, size);
}

HOT void *
hooked_calloc(int domain, size_t number, size_t size)
{
    PyMemAllocatorEx *original = &originals[domain];
    if (passes(domain) || (size <= LARGEST_EXACT && number <= LARGEST_EXACT
                           && is_left_out(domain, number * size))) {
        return original->calloc(original->ctx, number, size);
    }
    PyThreadState *thread = domain == PYMEM_DOMAIN_RAW ? NULL : thread_now();
    if (is_small(domain, number * size, thread)) {
        void *block = small_block(original, number * size, thread);
        return block == NULL ? NULL : memset(block, 0, number * size);
    }
    pass_moment(domain);
    busy = 1;
    void *block = original->calloc(original->ctx, number, size);
    if (block != NULL && is_wanted(domain, number * size)) {
        enter_block(block, number * size, domain == PYMEM_DOMAIN_RAW, false);
    }
    busy = 0;
    return block;
}

HOT void *
hooked_realloc(int domain, void *old, size_t size)
{
    PyMemAllocatorEx *original = &originals[domain];
    if (passes(domain)) {
        return original->realloc(original->ctx, old, size);
    }
    pass_moment(domain);
    busy = 1;
    /* Before the call: once it is freed, the address may be another thread's. */
    bool raw = domain == PYMEM_DOMAIN_RAW;
    Mark mark = old == NULL ? 0 : take_mark((uintptr_t)old, raw);
    uint64_t old_size = raw && mark ? strike_early((uintptr_t)old, mark) : 0;
    void *block = original->realloc(original->ctx, old, size);
    if (block == NULL) {
        if (mark && raw) {
            enter_again((uintptr_t)old, mark, old_size);
        }
        else if (mark) {
            put_mark_back((uintptr_t)old, mark);
        }
    }
    else {
        if (mark && !raw) {
            strike_block((uintptr_t)old, mark);
        }
        if (is_wanted(domain, size)) {
            /* A block of the raw domain stays one when it shrinks. */
            enter_block(block, size, raw, busy & RAW_PASSED);
        }
    }
    busy = 0;
    return block;
}

HOT void
hooked_free(int domain, void *block)
{
    PyMemAllocatorEx *original = &originals[domain];
    if (active) {
        Mark mark = take_mark((uintptr_t)block, domain == PYMEM_DOMAIN_RAW);
        uint32_t size = mark ? strike_block((uintptr_t)block, mark) : 0;
        if (domain != PYMEM_DOMAIN_RAW && keep_spare(block, size)) {
            return;
        }
    }
    original->free(original->ctx, block);
}

#define HOOKS(domain) \
    static void *malloc_##domain(void *ctx, size_t size) { return hooked_malloc(domain, size); } \
    static void *calloc_##domain(void *ctx, size_t number, size_t size) \
    { return hooked_calloc(domain, number, size); } \
    static void *realloc_##domain(void *ctx, void *block, size_t size) \
    { return hooked_realloc(domain, block, size); } \
    static void free_##domain(void *ctx, void *block) { hooked_free(domain, block); }

HOOKS(0)
HOOKS(1)
HOOKS(2)

static const PyMemAllocatorEx hooks[DOMAINS] = {
    {NULL, malloc_0, calloc_0, realloc_0, free_0},
    {NULL, malloc_1, calloc_1, realloc_1, free_1},
    {NULL, malloc_2, calloc_2, realloc_2, free_2},
};

#if PY_VERSION_HEX >= 0x030D0000
static bool
is_quiet(void)
{
    return busy || !active;
}
#endif

/* Strike out the block at *address*, which *mark* is about; return its size, and whether it is *odd*. */
static size_t
strike_reborn(uintptr_t address, Mark mark, bool *odd)
{
    const Cell *cell = thing(&books[HELD].cells, CELL_OF(mark));
    uint64_t known = cell->size;
    *odd = cell->flags & IS_ODD;
    if (known == LARGE) {
        Pair *pair = find(&books[HELD].large, address);
        known = pair == NULL ? LARGEST_EXACT + 1 : pair->value;
    }
    *mark_at(address) = 0;
    strike(&books[HELD], address, mark);
    return known;
}

COLD void
born_again(uintptr_t address, size_t size, PyThreadState *thread)
{
    Mark *place = mark_at(address);
    Mark mark = place == NULL ? 0 : *place;
    if (thread == NULL || thread->interp != home || (mark ? BOOK_OF(mark) != HELD : size == 0)) {
        return;
    }
    int before = busy;
    busy = 1;
    /* Of one that is not known nobody knows where it is from. */
    bool odd = true;
    size = mark ? strike_reborn(address, mark, &odd) : size;
    if (odd) {
        enter_odd(address, size, thread);
    }
    else {
        enter_held(address, size, thread);
    }
    busy = before;
}

#endif
