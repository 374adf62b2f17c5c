/*
 * Sampling: which blocks are written down, and for how many each stands.
 *
 * Arrivals come along the bytes allocated, at random and `interval` bytes apart
 * on average (a Poisson process); a block that one falls into is sampled.  A
 * block of s bytes therefore is with p = 1 - exp(-s / interval), and stands for
 * 1 / p blocks like it.  Those of an interval or more are always written down.
 */
#ifndef MEMPROF_SAMPLES_H
#define MEMPROF_SAMPLES_H

#include <math.h>

#include "memory.h"

static int64_t interval;       /* bytes between arrivals, on average */
static bool every_block = true;
static uint64_t seed;

/* Bytes to the next arrival: of the threads that hold the GIL, and of each for itself. */
static int64_t distance;
static __thread int64_t own_distance __attribute__((tls_model("initial-exec")));
static __thread bool has_distance __attribute__((tls_model("initial-exec")));

/* Return the bytes to another arrival. */
COLD int64_t
draw_distance(void)
{
    uint64_t number = mix(__atomic_add_fetch(&seed, 0x9e3779b97f4a7c15u, __ATOMIC_RELAXED));
    double uniform = ((double)(number >> 11) + 0.5) / (double)(1ull << 53);
    return (int64_t)(-log(uniform) * (double)interval);
}

/* Tell whether a block of *size* is to be written down, by the *distance* it shortens. */
HOT bool
is_sampled(int64_t *rest, size_t size)
{
    if (LIKELY(size < (size_t)interval)) {
        *rest -= (int64_t)size;
        if (LIKELY(*rest >= 0)) {
            return false;
        }
        *rest = draw_distance();
    }
    return true;
}

COLD bool
is_sampled_alone(size_t size)
{
    if (!has_distance) {
        has_distance = true;
        own_distance = draw_distance();
    }
    return is_sampled(&own_distance, size);
}

/* The chance of a block of *size* to be sampled. */
static double
chance_of(uint64_t size)
{
    return every_block || size >= (uint64_t)interval || size == 0
        ? 1 : -expm1(-(double)size / (double)interval);
}

/* The bytes that a block of *size*, written down, stands for. */
static uint64_t
bytes_for(uint64_t size)
{
    return (uint64_t)llround((double)size / chance_of(size));
}

/* What a block of *size* that stands for *weight* adds to the variance of the bytes. */
static double
variance_of(uint64_t size, double weight)
{
    return weight * (weight - 1) * (double)size * (double)size;
}

/*
 * Where sampled blocks may be: how many of those that live have one hash of their
 * address.  Most blocks that are freed were never sampled: for them the fine sieve,
 * small enough to stay in the nearest cache, is enough until thousands live.
 */
#define FINE_BITS 12
#define WIDE_BITS 17
static uint16_t fine_sieve[1u << FINE_BITS], wide_sieve[1u << WIDE_BITS];

HOT uint64_t
sieve_hash(uintptr_t address)
{
    return (address >> 4) * 0x9e3779b97f4a7c15u;
}

/* Note that a sampled block at *address* lives from now on, or by -1 that it did. */
static void
put_in_sieves(uintptr_t address, int by)
{
    uint64_t hash = sieve_hash(address);
    __atomic_fetch_add(&fine_sieve[hash >> (64 - FINE_BITS)], (uint16_t)by, __ATOMIC_RELAXED);
    __atomic_fetch_add(&wide_sieve[hash >> (64 - WIDE_BITS)], (uint16_t)by, __ATOMIC_RELAXED);
}

HOT bool
may_be_sampled(uintptr_t address)
{
    uint64_t hash = sieve_hash(address);
    return UNLIKELY(fine_sieve[hash >> (64 - FINE_BITS)]) && wide_sieve[hash >> (64 - WIDE_BITS)];
}

#endif
