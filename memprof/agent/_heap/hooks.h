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

static inline Recent *
recent_at(uint64_t key, uint32_t size)
{
    uint64_t hash = (key + (uint64_t)size * 0x85ebca77c2b2ae63u) * 0x9e3779b97f4a7c15u;
    return &recent[hash >> (64 - RECENT_BITS)];
}

static void
code_dies(PyCodeObject *code)
{
    if (depth == 1) {
        uintptr_t begin = (uintptr_t)code->co_code_adaptive - sizeof(_Py_CODEUNIT);
        uintptr_t end = (uintptr_t)end_of(code);
        for (size_t at = 0; at < sizeof(recent) / sizeof(*recent); at++) {
            if (recent[at].key >= begin && recent[at].key < end) {
                recent[at].key = 0;
            }
        }
    }
    busy++;
    forget_code(&books[HELD].places, code);
    lock_shared();
    forget_code(&books[SHARED].places, code);
    unlock_shared();
    busy--;
}

/* Give up: nothing more is written down, and what is written is not read again. */
static void
give_up(void)
{
    active = false;
    lost_memory = true;
}

/* Return the cell for blocks of *size* allocated by *frame*, which may be NULL. */
static uint32_t
cell_here(Book *book, Frame *frame, uint32_t size)
{
    uint64_t key = walk(&book->places, frame);
    return cell_number(book, context_here(&book->places, frame, key), size);
}

static uint32_t
cell_slowly(Frame *frame, uint32_t size)
{
    uint32_t number = cell_here(&books[HELD], frame, size);
    frame = complete(frame);
    if (frame != NULL) {
        uint64_t key = depth == 1
            ? (uintptr_t)instruction_of(frame) : walk(&books[HELD].places, frame);
        if (number < MOST_CELLS) {
            *recent_at(key, size) = (Recent){key, thing(&books[HELD].cells, number), size, number};
        }
    }
    return number;
}

/* Return what is remembered of blocks of *size* allocated now; NULL if nothing is. */
static inline const Recent *
recent_now(Frame *frame, uint32_t size)
{
    uint64_t key = depth == 1
        ? (uintptr_t)instruction_of(frame) : walk(&books[HELD].places, frame);
    const Recent *last = recent_at(key, size);
    return last->key == key && last->size == size ? last : NULL;
}

/* A higher total than ever; return what the held book may grow to before the next. */
static int64_t
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
static void
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

static inline void
enter_held(uintptr_t address, size_t size, PyThreadState *thread)
{
    NOTE_NEWEST(address);
    Frame *frame = innermost(thread);
    Mark *mark = mark_near(address);
    if (frame != NULL && mark != NULL && size <= LARGEST_EXACT) {
        const Recent *last = recent_now(frame, (uint32_t)size);
        if (last != NULL && is_plain(last->cell)) {
            enter_plain(&books[HELD], last->cell);
            *mark = MARK(last->number, epoch, HELD);
            if (books[HELD].live_bytes > highest) {
                highest = higher();
            }
            return;
        }
    }
    enter_slowly(address, size, frame);
}

/* Write a block into the shared book; the GIL need not be held. */
static void
enter_shared(uintptr_t address, size_t size)
{
    Book *book = &books[SHARED];
    PyThreadState *thread = PyGILState_GetThisThreadState();
    lock_shared();
    Frame *frame = thread == NULL ? NULL : frame_of(thread);
    uint32_t number = cell_here(book, frame, size <= LARGEST_EXACT ? (uint32_t)size : LARGE);
    Mark *mark = make_mark_at(address);
    if (mark == NULL || number >= MOST_CELLS || !enter(book, number, address, mark, size)) {
        give_up();
    }
    unlock_shared();
}

static inline void
enter_block(void *block, size_t size, bool raw)
{
    if (!raw) {
        PyThreadState *thread = thread_now();
        if (thread != NULL && thread->interp == home) {
            enter_held((uintptr_t)block, size, thread);
            look_at_free_lists(thread);
            return;
        }
    }
    enter_shared((uintptr_t)block, size);
}

static void
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

static inline void
strike_block(uintptr_t address, Mark mark)
{
    if (BOOK_OF(mark) == HELD) {
        Cell *cell = thing(&books[HELD].cells, CELL_OF(mark));
        if (is_plain(cell)) {
            strike_plain(&books[HELD], cell, mark);
            return;
        }
    }
    strike_slowly(address, mark);
}

/* Take the mark at *address* off, and return it: whoever gets the address next writes another. */
static inline Mark
take_mark(uintptr_t address, bool raw)
{
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

static inline void *
hooked_malloc(int domain, size_t size)
{
    PyMemAllocatorEx *original = &originals[domain];
    if (busy || !active) {
        return original->malloc(original->ctx, size);
    }
    busy = 1;
    void *block = original->malloc(original->ctx, size);
    if (block != NULL) {
        enter_block(block, size, domain == PYMEM_DOMAIN_RAW);
    }
    busy = 0;
    return block;
}

static inline void *
hooked_calloc(int domain, size_t number, size_t size)
{
    PyMemAllocatorEx *original = &originals[domain];
    if (busy || !active) {
        return original->calloc(original->ctx, number, size);
    }
    busy = 1;
    void *block = original->calloc(original->ctx, number, size);
    if (block != NULL) {
        enter_block(block, number * size, domain == PYMEM_DOMAIN_RAW);
    }
    busy = 0;
    return block;
}

static inline void *
hooked_realloc(int domain, void *old, size_t size)
{
    PyMemAllocatorEx *original = &originals[domain];
    if (busy || !active) {
        return original->realloc(original->ctx, old, size);
    }
    busy = 1;
    /* Before the call: once it is freed, the address may be another thread's. */
    Mark mark = old == NULL ? 0 : take_mark((uintptr_t)old, domain == PYMEM_DOMAIN_RAW);
    void *block = original->realloc(original->ctx, old, size);
    if (block == NULL) {
        if (mark) {
            *mark_at((uintptr_t)old) = mark;
        }
    }
    else {
        if (mark) {
            strike_block((uintptr_t)old, mark);
        }
        enter_block(block, size, domain == PYMEM_DOMAIN_RAW);
    }
    busy = 0;
    return block;
}

static inline void
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
    void *block = active ? PyMem_Malloc(1) : NULL;
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

static void
born_again(uintptr_t address, PyThreadState *thread)
{
    Mark *place = mark_at(address);
    if (place == NULL || !*place || BOOK_OF(*place) != HELD || thread == NULL
        || thread->interp != home) {
        return;
    }
    int before = busy;
    busy = 1;
    Mark mark = *place;
    uint64_t size = ((Cell *)thing(&books[HELD].cells, CELL_OF(mark)))->size;
    if (size == LARGE) {
        Pair *pair = find(&books[HELD].large, address);
        size = pair == NULL ? LARGEST_EXACT + 1 : pair->value;
    }
    *place = 0;
    strike(&books[HELD], address, mark);
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
