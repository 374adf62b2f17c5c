/*
 * Memory that libraries report themselves, as numpy does for the data of arrays.
 *
 * They call PyTraceMalloc_Track and PyTraceMalloc_Untrack, which do nothing
 * while tracemalloc is off.  The table by which a library's calls leave it
 * (its global offset table) is turned to the functions here, which write the
 * block down and then call the interpreter's own.
 */
#ifndef MEMPROF_TRACKERS_H
#define MEMPROF_TRACKERS_H

#include <elf.h>
#include <link.h>
#include <unistd.h>

#include "hooks.h"

#if defined(__x86_64__)
#define IS_SLOT(type) ((type) == R_X86_64_JUMP_SLOT || (type) == R_X86_64_GLOB_DAT)
#elif defined(__aarch64__)
#define IS_SLOT(type) ((type) == R_AARCH64_JUMP_SLOT || (type) == R_AARCH64_GLOB_DAT)
#else
#define IS_SLOT(type) 0
#endif

static Map tracked;            /* domain and address -> mark; guarded by the shared lock */

static inline uint64_t
tracked_key(unsigned int domain, uintptr_t address)
{
    return address ^ mix(domain + 1) << HIGHEST_BIT;
}

static void
untrack(uint64_t key)
{
    uint64_t mark;
    if (take_out(&tracked, key, &mark)) {
        strike(&books[SHARED], key, (Mark)mark);
    }
}

/* The interpreter says -2 where nobody traces; numpy from 2.5 then tracks no more. */
static int
answer(int result)
{
    return active && result == -2 ? 0 : result;
}

/* Domain 0 is the allocators' own: numpy from 2.5 takes its blocks out of it before it tracks them. */
static void
release_own(uintptr_t address)
{
    Mark mark = take_mark(address, true);
    if (mark) {
        strike_block(address, mark);
    }
}

static int
track_here(unsigned int domain, uintptr_t address, size_t size)
{
    if (domain == 0) {
        if (active && !busy) {
            release_own(address);
            busy = 1;
            enter_block((void *)address, size, true, false);
            busy = 0;
        }
        return answer(PyTraceMalloc_Track(domain, address, size));
    }
    bool wanted = every_block || is_sampled_alone(size);
    if (active && !busy && !wanted) {
        lock_shared();
        untrack(tracked_key(domain, address));
        unlock_shared();
    }
    if (active && !busy && wanted) {
        busy = 1;
        Book *book = &books[SHARED];
        PyThreadState *thread = PyGILState_GetThisThreadState();
        uint64_t key = tracked_key(domain, address);
        Mark mark;
        lock_shared();
        foreign = thread != NULL && thread->interp != home;
        untrack(key);
        Frame *frame = thread == NULL ? NULL : frame_of(thread);
        uint32_t number = cell_here(book, frame, LARGE);
        if (number >= MOST_CELLS || !enter(book, number, key, &mark, size)
            || !put(&tracked, key, mark)) {
            give_up();
        }
        foreign = false;
        unlock_shared();
        shared_grew(thread);
        busy = 0;
    }
    return answer(PyTraceMalloc_Track(domain, address, size));
}

static int
untrack_here(unsigned int domain, uintptr_t address)
{
    if (active && domain == 0) {
        release_own(address);
    }
    else if (active) {
        lock_shared();
        untrack(tracked_key(domain, address));
        unlock_shared();
    }
    return answer(PyTraceMalloc_Untrack(domain, address));
}

/* Write *function* into the place at *slot*, which may be for reading only by now. */
static void
turn(void **slot, void *function)
{
    uintptr_t size = (uintptr_t)sysconf(_SC_PAGESIZE), page = (uintptr_t)slot & ~(size - 1);
    if (*slot != function && mprotect((void *)page, size, PROT_READ | PROT_WRITE) == 0) {
        *slot = function;
    }
}

static void
turn_calls(ElfW(Addr) base, const ElfW(Rela) *relocations, size_t size,
           const ElfW(Sym) *symbols, const char *names)
{
    for (size_t at = 0; at < size / sizeof(*relocations); at++) {
        const ElfW(Rela) *one = &relocations[at];
        if (!IS_SLOT(ELF64_R_TYPE(one->r_info))) {
            continue;
        }
        const char *name = names + symbols[ELF64_R_SYM(one->r_info)].st_name;
        if (strcmp(name, "PyTraceMalloc_Track") == 0) {
            turn((void **)(base + one->r_offset), (void *)track_here);
        }
        else if (strcmp(name, "PyTraceMalloc_Untrack") == 0) {
            turn((void **)(base + one->r_offset), (void *)untrack_here);
        }
    }
}

typedef struct {
    unsigned int number;       /* libraries looked into */
    const void *own;           /* an address in this library */
} Search;

static bool
holds(const struct dl_phdr_info *library, const void *address)
{
    for (int at = 0; at < library->dlpi_phnum; at++) {
        const ElfW(Phdr) *part = &library->dlpi_phdr[at];
        uintptr_t begin = library->dlpi_addr + part->p_vaddr;
        if (part->p_type == PT_LOAD && (uintptr_t)address - begin < part->p_memsz) {
            return true;
        }
    }
    return false;
}

static int
look_into(struct dl_phdr_info *library, size_t size, void *data)
{
    Search *search = data;
    /* The program itself comes first and has the real functions. */
    if (search->number++ == 0 || holds(library, search->own)
        || holds(library, (void *)PyTraceMalloc_Track)) {
        return 0;
    }
    const ElfW(Dyn) *entry = NULL;
    for (int at = 0; at < library->dlpi_phnum; at++) {
        if (library->dlpi_phdr[at].p_type == PT_DYNAMIC) {
            entry = (const ElfW(Dyn) *)(library->dlpi_addr + library->dlpi_phdr[at].p_vaddr);
        }
    }
    uintptr_t symbols = 0, names = 0, calls = 0, data_at = 0;
    size_t calls_size = 0, data_size = 0;
    for (; entry != NULL && entry->d_tag != DT_NULL; entry++) {
        switch (entry->d_tag) {
        case DT_SYMTAB: symbols = entry->d_un.d_ptr; break;
        case DT_STRTAB: names = entry->d_un.d_ptr; break;
        case DT_JMPREL: calls = entry->d_un.d_ptr; break;
        case DT_PLTRELSZ: calls_size = entry->d_un.d_val; break;
        case DT_RELA: data_at = entry->d_un.d_ptr; break;
        case DT_RELASZ: data_size = entry->d_un.d_val; break;
        }
    }
    /* The kernel's own library has addresses the loader has not set right. */
    if (symbols > library->dlpi_addr && names > library->dlpi_addr) {
        if (calls) {
            turn_calls(library->dlpi_addr, (void *)calls, calls_size, (void *)symbols, (char *)names);
        }
        if (data_at) {
            turn_calls(library->dlpi_addr, (void *)data_at, data_size, (void *)symbols, (char *)names);
        }
    }
    return 0;
}

static int
count_loads(struct dl_phdr_info *library, size_t size, void *data)
{
    *(unsigned long long *)data = library->dlpi_adds;
    return 1;
}

/* Turn the calls of libraries loaded since the last time. */
static void
look_for_trackers(void)
{
    static unsigned long long looked_at;
    unsigned long long loads = 0;
    dl_iterate_phdr(count_loads, &loads);
    if (loads != looked_at) {
        Search search = {0, (void *)look_for_trackers};
        dl_iterate_phdr(look_into, &search);
        looked_at = loads;
    }
}

/* A line that was never met: the first that runs after a library was loaded is one. */
static void
new_location(const Places *places)
{
    if (places == &books[HELD].places) {
        look_for_trackers();
    }
}

#endif
