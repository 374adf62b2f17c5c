/*
 * The process's own private memory, piece by piece: all that may hold a pointer.
 *
 * It is read by the kernel's hand: another thread may give some of it back at any
 * moment, and then nothing is known, where a look of ours would be the end.
 */
#ifndef MEMPROF_PAGES_H
#define MEMPROF_PAGES_H

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "../_heap/memory.h"

#define PIECE ((size_t)1 << 20)

/* Looks at a piece of *size* bytes; what comes before and after it is in others. */
typedef void (*Reader)(const unsigned char *piece, size_t size, void *data);

typedef struct {
    int maps, memory, present; /* descriptors, -1 for none */
    unsigned char *piece;
    size_t step;               /* from one place that is looked at to the next */
    uintptr_t page;            /* its size */
    char line[512];
    size_t filled;             /* of `line` */
    int64_t deadline_ns;       /* by the monotonic clock */
    bool late, failed;
} Pages;

static bool
open_pages(Pages *pages)
{
    pages->maps = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
    pages->memory = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
    pages->present = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
    pages->page = (uintptr_t)sysconf(_SC_PAGESIZE);
    pages->piece = take_pages(PIECE);
    pages->failed = pages->maps < 0 || pages->memory < 0 || pages->piece == NULL;
    return !pages->failed;
}

static void
close_pages(Pages *pages)
{
    int all[] = {pages->maps, pages->memory, pages->present};
    for (int at = 0; at < 3; at++) {
        if (all[at] >= 0) {
            close(all[at]);
        }
    }
    give_pages(pages->piece, PIECE);
}

static bool
is_past(const Pages *pages)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec > pages->deadline_ns;
}

/*
 * Tell whether all *size* bytes from *start* on, whole pages, were never touched: much of
 * what is reserved is not.  What the kernel has swapped out was.
 */
static bool
is_untouched(Pages *pages, uintptr_t start, size_t size)
{
    uint64_t entries[PIECE / 4096];
    size_t count = size / pages->page;
    bool fits = count > 0 && count <= PIECE / 4096 && start % pages->page == 0
        && size % pages->page == 0 && pages->present >= 0;
    size_t wanted = count * sizeof(uint64_t);
    off_t place = fits ? (off_t)(start / pages->page * sizeof(uint64_t)) : 0;
    if (!fits || pread(pages->present, entries, wanted, place) != (ssize_t)wanted) {
        return false;
    }
    for (size_t at = 0; at < count; at++) {
        /* Present, swapped. */
        if (entries[at] >> 62) {
            return false;
        }
    }
    return true;
}

/*
 * Tell whether the page of *start*, which could not be read, is there all the same: C
 * libraries guard the ends of stacks so, and nobody can have stored anything in it.
 */
static bool
is_guard(const Pages *pages, uintptr_t start)
{
    unsigned char present;
    void *page = (void *)(start / pages->page * pages->page);
    return errno == EIO && mincore(page, pages->page, &present) == 0;
}

/*
 * Read what lies from *start* to *end*; tell whether that was all.  Where every byte may
 * begin a pointer, pieces overlap, so that one that stands across two is seen, and none
 * twice.
 */
static bool
read_range(Pages *pages, uintptr_t start, uintptr_t end, Reader reader, void *data)
{
    const size_t word = sizeof(uintptr_t);
    uintptr_t own = (uintptr_t)pages->piece;
    while (start + word <= end && !pages->late) {
        /* To the next whole piece: from there on pages are whole ones, too. */
        size_t size = PIECE - start % PIECE;
        size = end - start < size ? end - start : size;
        if (start >= own && start < own + PIECE) {
            /* What was just read would be read again. */
            start = own + PIECE;
            continue;
        }
        size = start < own && own - start < size ? own - start : size;
        ssize_t got = size < word || is_untouched(pages, start, size)
            ? 0 : pread(pages->memory, pages->piece, size, (off_t)start);
        pages->late = is_past(pages);
        if (got < 0 && !is_guard(pages, start)) {
            return false;
        }
        if (got < 0) {
            start = (start / pages->page + 1) * pages->page;
        }
        else if ((size_t)got < word) {
            /* The end, or what is left of a page before a guard. */
            start += got > 0 ? (size_t)got : size;
        }
        else {
            reader(pages->piece, (size_t)got, data);
            start += pages->step == 1 ? (size_t)got - (word - 1) : (size_t)got / word * word;
        }
    }
    return true;
}

/* Tell whether a mapping of *rights*, of the file *inode*, may hold what a program stores. */
static bool
holds_pointers(const char *rights, unsigned long inode)
{
    return rights[0] == 'r' && rights[3] == 'p' && (rights[1] == 'w' || inode == 0);
}

/* Read the mapping that *line* of /proc/self/maps tells of. */
static void
read_mapping(Pages *pages, const char *line, Reader reader, void *data)
{
    char *rest;
    unsigned long long start = strtoull(line, &rest, 16);
    unsigned long long end = *rest == '-' ? strtoull(rest + 1, &rest, 16) : 0;
    if (end <= start || *rest != ' ' || strlen(rest) < 6) {
        return;
    }
    const char *rights = rest + 1;
    /* Offset, device, inode. */
    strtoull(rights + 5, &rest, 16);
    while (*rest == ' ') {
        rest++;
    }
    while (*rest && *rest != ' ') {
        rest++;
    }
    unsigned long inode = strtoul(rest, &rest, 10);
    if (holds_pointers(rights, inode) && !read_range(pages, start, end, reader, data)) {
        /* The kernel's own pages are not to be read, and hold no pointers of the program's. */
        pages->failed |= rights[1] == 'w';
    }
}

/* Show all private memory to *reader*; `late` or `failed` if that was not all. */
static void
read_pages(Pages *pages, Reader reader, void *data)
{
    ssize_t got;
    bool cut = false;          /* the rest of a line that was too long */
    lseek(pages->maps, 0, SEEK_SET);
    pages->filled = 0;
    do {
        got = read(pages->maps, pages->line + pages->filled,
                   sizeof(pages->line) - 1 - pages->filled);
        if (got < 0) {
            pages->failed = errno != EINTR;
            continue;
        }
        pages->filled += (size_t)got;
        pages->line[pages->filled] = '\0';
        char *end;
        while (!pages->late && !pages->failed && (end = strchr(pages->line, '\n')) != NULL) {
            *end = '\0';
            if (!cut) {
                read_mapping(pages, pages->line, reader, data);
            }
            cut = false;
            pages->filled -= (size_t)(end + 1 - pages->line);
            memmove(pages->line, end + 1, pages->filled + 1);
        }
        if (pages->filled == sizeof(pages->line) - 1) {
            /* A path of more than there is room for: what counts stands before it. */
            if (!cut) {
                read_mapping(pages, pages->line, reader, data);
            }
            cut = true;
            pages->filled = 0;
        }
    } while (got != 0 && !pages->late && !pages->failed);
}

#endif
