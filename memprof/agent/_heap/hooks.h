/*
 * The allocators' hooks: every block of the raw, mem and obj domains.
 *
 * A hook asks the allocator it stands before, then writes down the answer.
 * While one works, what it calls itself (an object too large for pymalloc is
 * had from the raw domain) passes uncounted.
 */
#ifndef MEMPROF_HOOKS_H
#define MEMPROF_HOOKS_H

#include <pthread.h>

#include "books.h"
#include "freelists.h"
#include "trails.h"

#define DOMAINS 3              /* PYMEM_DOMAIN_RAW, _MEM, _OBJ */

static PyMemAllocatorEx originals[DOMAINS];
static bool active;            /* blocks are written down */
static bool installed;
static PyInterpreterState *home;

static __thread int busy __attribute__((tls_model("initial-exec")));

/* What a context allocates is often of the size it was the last time. */
typedef struct {
    uint64_t key;              /* an instruction's address, or a walk's key */
    Cell *cell;
    uint32_t size, number;
} __attribute__((aligned(32))) Recent;

#define RECENT_BITS 12
static Recent recent[1u << RECENT_BITS];

HOT Recent *
recent_at(uint64_t key, uint32_t size)
{
    uint64_t hash = (key + (uint64_t)size * 0x85ebca77c2b2ae63u) * 0x9e3779b97f4a7c15u;
    return &recent[hash >> (64 - RECENT_BITS)];
}

/* A context's key is made of its locations, which outlive the code; an instruction's dies with it. */
COLD void
code_dies(PyCodeObject *code)
{
    busy++;
    bool known = forget_code(&books[HELD].places, code);
    lock_shared();
    forget_code(&books[SHARED].places, code);
    unlock_shared();
    busy--;
    if (known) {
        forget_trails();
    }
    if (depth == 1 && known) {
        uintptr_t begin = (uintptr_t)code->co_code_adaptive - sizeof(_Py_CODEUNIT);
        uintptr_t end = (uintptr_t)end_of(code);
        for (size_t at = 0; at < sizeof(recent) / sizeof(*recent); at++) {
            if (recent[at].key >= begin && recent[at].key < end) {
                recent[at].key = 0;
            }
        }
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
HOT uint64_t
key_of(Frame *frame)
{
    return depth == 1 ? (uintptr_t)instruction_of(frame) : walk_trail(&books[HELD].places, frame);
}

COLD uint32_t
cell_slowly(Frame *frame, uint32_t size)
{
    Book *book = &books[HELD];
    frame = complete(frame);
    uint64_t key = frame == NULL ? 0 : key_of(frame);
    uint32_t number = cell_number(book, context_here(&book->places, frame, key), size);
    if (key && number < MOST_CELLS && size <= LARGEST_EXACT) {
        *recent_at(key, size) = (Recent){key, thing(&book->cells, number), size, number};
    }
    return number;
}

/* Return what is remembered of blocks of *size* allocated now; NULL if nothing is. */
HOT const Recent *
recent_now(Frame *frame, uint32_t size)
{
    uint64_t key = key_of(frame);
    const Recent *last = recent_at(key, size);
    return last->key == key && last->size == size ? last : NULL;
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

/* Write a block into the book of those who hold the GIL. */
COLD void
enter_slowly(uintptr_t address, size_t size, Frame *frame)
{
    Book *book = &books[HELD];
    uint32_t number = cell_slowly(frame, size <= LARGEST_EXACT ? (uint32_t)size : LARGE);
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

HOT void
enter_held(uintptr_t address, size_t size, PyThreadState *thread)
{
    NOTE_NEWEST(address);
    Frame *frame = innermost(thread);
    Mark *mark = mark_near(address);
    if (LIKELY(frame != NULL && mark != NULL && size <= LARGEST_EXACT)) {
        const Recent *last = recent_now(frame, (uint32_t)size);
        if (LIKELY(last != NULL && is_plain(last->cell))) {
            enter_plain(&books[HELD], last->cell);
            *mark = MARK(last->number, epoch, HELD);
            if (__builtin_expect(books[HELD].live_bytes > highest, 0)) {
                highest = higher();
            }
            return;
        }
    }
    enter_slowly(address, size, frame);
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

HOT void
enter_block(void *block, size_t size, bool raw)
{
    if (!every_block) {
        put_in_sieve((uintptr_t)block);
    }
    PyThreadState *thread = raw ? PyGILState_GetThisThreadState() : thread_now();
    if (!raw) {
        if (thread != NULL && thread->interp == home) {
            enter_held((uintptr_t)block, size, thread);
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

HOT void
strike_block(uintptr_t address, Mark mark)
{
    if (BOOK_OF(mark) == HELD) {
        Cell *cell = thing(&books[HELD].cells, CELL_OF(mark));
        if (LIKELY(is_plain(cell))) {
            strike_plain(&books[HELD], cell, mark);
            return;
        }
    }
    strike_slowly(address, mark);
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
    }
    return mark;
}

/* Whether a block of *size*, allocated now, is to be written down. */
HOT bool
is_wanted(int domain, size_t size)
{
    if (every_block) {
        return true;
    }
    return domain == PYMEM_DOMAIN_RAW ? is_sampled_alone(size) : is_sampled(&distance, size);
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
    }
    unlock_shared();
}

HOT void *
hooked_malloc(int domain, size_t size)
{
    PyMemAllocatorEx *original = &originals[domain];
    if (busy || !active) {
        return original->malloc(original->ctx, size);
    }
    busy = 1;
    void *block = original->malloc(original->ctx, size);
    if (block != NULL && is_wanted(domain, size)) {
        enter_block(block, size, domain == PYMEM_DOMAIN_RAW);
    }
    busy = 0;
    return block;
}

HOT void *
hooked_calloc(int domain, size_t number, size_t size)
{
    PyMemAllocatorEx *original = &originals[domain];
    if (busy || !active) {
        return original->calloc(original->ctx, number, size);
    }
    busy = 1;
    void *block = original->calloc(original->ctx, number, size);
    if (block != NULL && is_wanted(domain, number * size)) {
        enter_block(block, number * size, domain == PYMEM_DOMAIN_RAW);
    }
    busy = 0;
    return block;
}

HOT void *
hooked_realloc(int domain, void *old, size_t size)
{
    PyMemAllocatorEx *original = &originals[domain];
    if (busy || !active) {
        return original->realloc(original->ctx, old, size);
    }
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
            *mark_at((uintptr_t)old) = mark;
        }
    }
    else {
        if (mark && !raw) {
            strike_block((uintptr_t)old, mark);
        }
        if (is_wanted(domain, size)) {
            enter_block(block, size, domain == PYMEM_DOMAIN_RAW);
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
        if (mark) {
            strike_block((uintptr_t)block, mark);
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

static void
install_hooks(void)
{
    for (int domain = 0; domain < DOMAINS; domain++) {
        PyMem_GetAllocator(domain, &originals[domain]);
        PyMemAllocatorEx hook = hooks[domain];
        /* A thread without the GIL may read this while it is written. */
        hook.ctx = originals[domain].ctx;
        PyMem_SetAllocator(domain, &hook);
    }
    installed = true;
}

/* Whether the hooks stand in front, where nobody's have been put before or instead of them. */
static bool
hooks_stand(void)
{
    for (int domain = 0; domain < DOMAINS; domain++) {
        PyMemAllocatorEx now;
        PyMem_GetAllocator(domain, &now);
        if (now.malloc != hooks[domain].malloc) {
            return false;
        }
    }
    return true;
}

static void
remove_hooks(void)
{
    if (installed && hooks_stand()) {
        for (int domain = 0; domain < DOMAINS; domain++) {
            PyMem_SetAllocator(domain, &originals[domain]);
        }
        installed = false;
    }
}

/* Whether blocks reach the book: nobody has put the allocators back without us. */
static bool
hooks_work(void)
{
    /* Of a size that is always written down. */
    void *block = active ? PyMem_Malloc(every_block ? 1 : (size_t)interval) : NULL;
    Mark *mark = block == NULL ? NULL : mark_at((uintptr_t)block);
    bool known = mark != NULL && *mark != 0;
    PyMem_Free(block);
    return known;
}

#if PY_VERSION_HEX >= 0x030D0000
static bool
is_quiet(void)
{
    return busy || !active;
}
#endif

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
    if (mark) {
        uint64_t known = ((Cell *)thing(&books[HELD].cells, CELL_OF(mark)))->size;
        if (known == LARGE) {
            Pair *pair = find(&books[HELD].large, address);
            known = pair == NULL ? LARGEST_EXACT + 1 : pair->value;
        }
        size = known;
        *place = 0;
        strike(&books[HELD], address, mark);
    }
    enter_held(address, size, thread);
    busy = before;
}

static void
before_fork(void)
{
    lock_shared();
}

static void
after_fork(void)
{
    unlock_shared();
}

static void
watch_forks(void)
{
    static bool watched;
    if (!watched) {
        watched = true;
        pthread_atfork(before_fork, after_fork, after_fork);
    }
}

#endif
