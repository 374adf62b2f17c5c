/*
 * Memory of the engine's own: from the system, never from the heap it watches.
 *
 * Where none is left, the functions here return NULL or false and `lost_memory`
 * is set; the engine then stops and says so.
 */
#ifndef MEMPROF_MEMORY_H
#define MEMPROF_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

/* What runs at every block is one piece of code; what does not stands apart. */
#define HOT static inline __attribute__((always_inline))
#define COLD static __attribute__((noinline, cold))
#define LIKELY(condition) __builtin_expect(!!(condition), 1)
#define UNLIKELY(condition) __builtin_expect(!!(condition), 0)

static size_t own_bytes;       /* taken, but for the shadow, which is touched in parts */
static bool lost_memory;

/* Return *size* zeroed bytes, touched only where they are used; NULL if there are none. */
static void *
take_pages(size_t size)
{
    void *found = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (found == MAP_FAILED) {
        lost_memory = true;
        return NULL;
    }
    own_bytes += size;
    return found;
}

static void
give_pages(void *pages, size_t size)
{
    if (pages != NULL) {
        munmap(pages, size);
        own_bytes -= size;
    }
}

/* A table of equal things that grows in chunks and never moves them. */
#define CHUNK_BITS 10
#define CHUNK (1u << CHUNK_BITS)
#define MOST_CHUNKS 16384
#define MOST_THINGS ((uint32_t)CHUNK * MOST_CHUNKS)

typedef struct {
    uint32_t count;
    size_t width;
    char *chunks[MOST_CHUNKS];
} Things;

static inline void *
thing(const Things *all, uint32_t number)
{
    return all->chunks[number >> CHUNK_BITS] + (number & (CHUNK - 1)) * all->width;
}

/* Return a zeroed new one, whose number is the count before; NULL without memory. */
static void *
add_thing(Things *all)
{
    uint32_t number = all->count;
    if (number >= MOST_THINGS) {
        lost_memory = true;
        return NULL;
    }
    if ((number & (CHUNK - 1)) == 0 && all->chunks[number >> CHUNK_BITS] == NULL) {
        char *chunk = take_pages(CHUNK * all->width);
        if (chunk == NULL) {
            return NULL;
        }
        all->chunks[number >> CHUNK_BITS] = chunk;
        /* Resident is what is used of it. */
        own_bytes -= CHUNK * all->width;
    }
    own_bytes += all->width;
    all->count = number + 1;
    return thing(all, number);
}

/* A list of numbers. */
typedef struct {
    uint32_t *items;
    uint32_t count, room;
} Numbers;

static inline bool
make_room(Numbers *list, uint32_t count)
{
    uint32_t room = list->room ? 2 * list->room : 4096;
    while (room - list->count < count) {
        room *= 2;
    }
    uint32_t *items = take_pages(room * sizeof(uint32_t));
    if (items == NULL) {
        return false;
    }
    if (list->count) {
        memcpy(items, list->items, list->count * sizeof(uint32_t));
    }
    give_pages(list->items, list->room * sizeof(uint32_t));
    list->items = items;
    list->room = room;
    return true;
}

static inline bool
append_numbers(Numbers *list, const uint32_t *numbers, uint32_t count)
{
    if (list->room - list->count < count && !make_room(list, count)) {
        return false;
    }
    memcpy(list->items + list->count, numbers, count * sizeof(uint32_t));
    list->count += count;
    return true;
}

static inline bool
append_number(Numbers *list, uint32_t number)
{
    return append_numbers(list, &number, 1);
}

static inline uint64_t
mix(uint64_t value)
{
    value ^= value >> 32;
    value *= 0xd6e8feb86659fd93u;
    value ^= value >> 29;
    value *= 0xd6e8feb86659fd93u;
    return value ^ value >> 32;
}

/*
 * A map from 64 bits to 64 bits, open addressing with linear probing.  The key
 * 0 stands for an empty place.
 */
typedef struct {
    uint64_t key, value;
} Pair;

typedef struct {
    Pair *pairs;
    size_t mask, count;
} Map;

#define SMALLEST_MAP 1024

static inline Pair *
place_of(const Map *map, uint64_t key)
{
    size_t at = mix(key) & map->mask;
    while (map->pairs[at].key != key && map->pairs[at].key != 0) {
        at = (at + 1) & map->mask;
    }
    return &map->pairs[at];
}

/* Return the pair of *key*, NULL if there is none. */
static inline Pair *
find(const Map *map, uint64_t key)
{
    if (map->pairs == NULL) {
        return NULL;
    }
    Pair *pair = place_of(map, key);
    return pair->key ? pair : NULL;
}

static bool
grow_map(Map *map)
{
    size_t room = map->pairs == NULL ? SMALLEST_MAP : 2 * (map->mask + 1);
    Map larger = {take_pages(room * sizeof(Pair)), room - 1, map->count};
    if (larger.pairs == NULL) {
        return false;
    }
    if (map->pairs != NULL) {
        for (size_t at = 0; at <= map->mask; at++) {
            if (map->pairs[at].key) {
                *place_of(&larger, map->pairs[at].key) = map->pairs[at];
            }
        }
        give_pages(map->pairs, (map->mask + 1) * sizeof(Pair));
    }
    *map = larger;
    return true;
}

/* Set *key*, which is not 0, to *value*. */
static bool
put(Map *map, uint64_t key, uint64_t value)
{
    if (map->pairs == NULL || map->count * 3 >= (map->mask + 1) * 2) {
        if (!grow_map(map)) {
            return false;
        }
    }
    Pair *pair = place_of(map, key);
    map->count += pair->key == 0;
    pair->key = key;
    pair->value = value;
    return true;
}

/* Forget all of *map*, and give its memory back. */
static inline void
drop_map(Map *map)
{
    if (map->pairs != NULL) {
        give_pages(map->pairs, (map->mask + 1) * sizeof(Pair));
    }
    *map = (Map){0};
}

/* Remove *key*; tell whether it was there, and its value if asked. */
static inline bool
take_out(Map *map, uint64_t key, uint64_t *value)
{
    Pair *pair = find(map, key);
    if (pair == NULL) {
        return false;
    }
    if (value != NULL) {
        *value = pair->value;
    }
    /* Move up whoever could not stand here. */
    size_t hole = pair - map->pairs, at = hole;
    for (;;) {
        at = (at + 1) & map->mask;
        if (map->pairs[at].key == 0) {
            break;
        }
        size_t home = mix(map->pairs[at].key) & map->mask;
        if (((at - home) & map->mask) >= ((at - hole) & map->mask)) {
            map->pairs[hole] = map->pairs[at];
            hole = at;
        }
    }
    map->pairs[hole].key = 0;
    map->count--;
    return true;
}

#endif
