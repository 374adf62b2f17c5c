/*
 * Moments: what the sites held between two looks of the agent.
 *
 * The agent's thread must be given the interpreter before it can look, which
 * takes milliseconds; a run of a fifth of a second would have a handful of
 * looks.  So whoever allocates notes what changed, at moments a thirtieth of
 * the run apart, and the agent reads them when it looks.  Where it does not for
 * long, they get fewer: what is noted last matters most.
 */
#ifndef MEMPROF_MOMENTS_H
#define MEMPROF_MOMENTS_H

#include <malloc.h>
#include <time.h>

#include "books.h"

#define FIRST_MOMENT_NS 2000000u   /* the least time between two */
#define MOMENT_SHARE 32            /* they are this share of the run apart, or more */
#define LAST_MOMENT_NS 1000000000u /* from then on the agent's own looks are as dense */
#define CHECK_EVERY 16             /* blocks between two glances at the clock */

#define MOST_MOMENTS 64            /* kept for the next look */
#define MOST_NOTED (1u << 16)

#define OF_SHARED (1u << 31)       /* beside a cell's number: it is of the shared book */

/* A cell at a moment. */
typedef struct {
    uint32_t cell, live;
    uint64_t large_bytes;
} Noted;

typedef struct {
    uint64_t at_ns, cpu_ns;    /* cpu_ns: processor time of the process */
    int64_t malloc_bytes;      /* in use, -1: unknown */
    int64_t served_bytes;      /* what of it are blocks in the books */
    uint32_t end;              /* of what was noted then, in `noted` */
} Moment;

static Moment moments[MOST_MOMENTS];
static uint32_t moment_count;
static Noted *noted;
static uint64_t moments_began_ns, next_moment_ns;
static uint32_t until_glance;  /* blocks; 0: there are no moments */
static bool malloc_is_slow;

static uint64_t
read_clock(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static uint64_t
clock_ns(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

static void
begin_moments(void)
{
    noted = take_pages(MOST_NOTED * sizeof(Noted));
    moments_began_ns = clock_ns();
    next_moment_ns = moments_began_ns + FIRST_MOMENT_NS;
    until_glance = noted == NULL ? 0 : CHECK_EVERY;
}

static void
end_moments(void)
{
    until_glance = 0;
}

#define SLOW_NS 200000         /* of processor time: malloc counts what it has free, which may be much */

/* Return malloc's bytes in use, -1 where they are not to be had, or for too long. */
static int64_t
malloc_in_use(void)
{
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 33)
    if (!malloc_is_slow) {
        uint64_t before_ns = read_clock(CLOCK_THREAD_CPUTIME_ID);
        struct mallinfo2 all = mallinfo2();
        malloc_is_slow = read_clock(CLOCK_THREAD_CPUTIME_ID) - before_ns > SLOW_NS;
        return (int64_t)(all.uordblks + all.hblkhd);
    }
#endif
    return -1;
}

static inline uint32_t
mark_of(const Book *book)
{
    return book == &books[SHARED] ? OF_SHARED : 0;
}

/* Whether *cell* changed since the last moment. */
static inline bool
is_news(const Cell *cell)
{
    return cell->live != cell->noted || cell->large_bytes != cell->large_noted;
}

/* Note from *end* on which cells of *book* changed since the last moment; return where that ends. */
static uint32_t
note_cells(Book *book, uint32_t end)
{
    uint32_t whose = mark_of(book);
    for (uint32_t at = 0; at < book->changed.count; at++) {
        uint32_t number = book->changed.items[at];
        Cell *cell = thing(&book->cells, number);
        if (is_news(cell)) {
            cell->noted = cell->live;
            cell->large_noted = cell->large_bytes;
            noted[end++] = (Noted){number | whose, cell->live, cell->large_bytes};
        }
    }
    return end;
}

/* Count the cells of *book* that changed since the last moment. */
static uint32_t
count_changed(Book *book)
{
    uint32_t found = 0;
    for (uint32_t at = 0; at < book->changed.count; at++) {
        const Cell *cell = thing(&book->cells, book->changed.items[at]);
        found += is_news(cell);
    }
    return found;
}

/* Note from *end* on what the cells of *book* held at the last moment; return where that ends. */
static uint32_t
note_again(Book *book, uint32_t end)
{
    uint32_t whose = mark_of(book);
    for (uint32_t at = 0; at < book->changed.count; at++) {
        uint32_t number = book->changed.items[at];
        const Cell *cell = thing(&book->cells, number);
        noted[end++] = (Noted){number | whose, cell->noted, cell->large_noted};
    }
    return end;
}

static inline uint32_t
room_left(void)
{
    return MOST_NOTED - (moment_count ? moments[moment_count - 1].end : 0);
}

/* Tell whether another moment fits. */
static bool
fits_another(void)
{
    uint32_t left = room_left();
    return moment_count < MOST_MOMENTS
        && (left >= books[HELD].changed.count + books[SHARED].changed.count
            || left >= count_changed(&books[HELD]) + count_changed(&books[SHARED]));
}

/* Keep every second moment where there are many, and the last alone where these are of much. */
static void
thin_out(void)
{
    uint32_t all = books[HELD].changed.count + books[SHARED].changed.count;
    if (moment_count == MOST_MOMENTS) {
        /* What was noted at one that goes is read with the next. */
        for (uint32_t at = 0; at < MOST_MOMENTS / 2; at++) {
            moments[at] = moments[2 * at + 1];
        }
        moment_count = MOST_MOMENTS / 2;
    }
    else if (moment_count && all <= MOST_NOTED) {
        moments[0] = moments[moment_count - 1];
        moments[0].end = note_again(&books[SHARED], note_again(&books[HELD], 0));
        moment_count = 1;
    }
}

/* Note what changed since the last moment; if there is no room for all of it, nothing. */
static void
note_moment(uint64_t now_ns)
{
    lock_shared();
    bool fits = fits_another();
    if (!fits) {
        thin_out();
        fits = fits_another();
    }
    uint32_t end = MOST_NOTED - room_left();
    end = fits ? note_cells(&books[SHARED], note_cells(&books[HELD], end)) : end;
    unlock_shared();
    if (!fits) {
        return;
    }
    moments[moment_count++] = (Moment){now_ns, read_clock(CLOCK_PROCESS_CPUTIME_ID),
                                       malloc_in_use(), served_by_malloc(), end};
}

COLD void
glance(void)
{
    until_glance = CHECK_EVERY;
    uint64_t now_ns = clock_ns();
    if (now_ns < next_moment_ns) {
        return;
    }
    note_moment(now_ns);
    uint64_t apart = (now_ns - moments_began_ns) / MOMENT_SHARE;
    next_moment_ns = now_ns + (apart < FIRST_MOMENT_NS ? FIRST_MOMENT_NS : apart);
    if (apart >= LAST_MOMENT_NS) {
        end_moments();
    }
}

/* A block that was not there before is to come; by its owner of the GIL, as all of the held book. */
static inline void
count_for_moments(void)
{
    if (UNLIKELY(until_glance != 0 && --until_glance == 0)) {
        glance();
    }
}

#endif
