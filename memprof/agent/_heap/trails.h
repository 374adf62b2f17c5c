/*
 * Trails: where the callers of a frame stood the last times, and what their walk came to.
 *
 * Most allocations find their callers where an earlier one found them, so that
 * a walk is compared with a remembered one, instruction by instruction, and
 * only the innermost frame is looked up.  For those who hold the GIL.
 */
#ifndef MEMPROF_TRAILS_H
#define MEMPROF_TRAILS_H

#include "walks.h"

#define TRAIL_BITS 8
#define MOST_STANDS 30         /* callers of a trail, those of C code between them too */

typedef struct {
    uint64_t key;              /* of the walk, without its innermost frame */
    const void **end;          /* behind the last of them; NULL: nothing is remembered */
    bool is_whole;             /* nobody called the last of them */
    const void *stands[MOST_STANDS + 1];
} Trail;

static Trail trails[1u << TRAIL_BITS];

/* Forget all trails: code has died. */
static void
forget_trails(void)
{
    for (size_t at = 0; at < sizeof(trails) / sizeof(*trails); at++) {
        trails[at].end = NULL;
    }
}

/* Recursion stands at the same instructions in other frames: the frame counts as well. */
HOT Trail *
trail_at(const Frame *frame, const Frame *caller)
{
    uint64_t hash = (uintptr_t)frame + 3 * (uintptr_t)instruction_of(caller);
    if (caller->previous != NULL) {
        hash += 5 * (uintptr_t)instruction_of(caller->previous);
    }
    return &trails[hash * 0x9e3779b97f4a7c15u >> (64 - TRAIL_BITS)];
}

HOT bool
is_trail(const Trail *trail, const Frame *caller)
{
    const void *const *stand = trail->stands;
    while (instruction_of(caller) == *stand) {
        stand++;
        caller = caller->previous;
        if (caller == NULL) {
            break;
        }
    }
    return stand == trail->end && (caller == NULL || !trail->is_whole);
}

/* Walk the callers of a frame, and remember them in *trail* if there is room. */
COLD uint64_t
blaze(Places *places, Trail *trail, Frame *caller)
{
    uint64_t key = 0;
    uint32_t stands = 0;
    trail->end = NULL;         /* a caller that was never met may load libraries */
    for (int count = 1; caller != NULL && count < depth; caller = caller->previous) {
        const Step *step = step_at(places, caller);
        if (LIKELY(step != NULL)) {
            key += step->mark * turns[count++];
        }
        else if (!is_bridge(caller)) {
            /* It has hardly begun, and of its code's death we may not hear. */
            stands = MOST_STANDS;
        }
        if (stands < MOST_STANDS) {
            trail->stands[stands] = instruction_of(caller);
        }
        stands++;
    }
    trail->key = key;
    trail->is_whole = caller == NULL;
    if (stands <= MOST_STANDS) {
        trail->end = trail->stands + stands;
        trail->stands[stands] = NO_INSTRUCTION;
    }
    return key;
}

/* Return the same as `walk` if a trail tells it, else 0. */
HOT uint64_t
walk_known(Places *places, Frame *frame)
{
    const void *instruction = instruction_of(frame);
    const Step *step = step_of(places, instruction);
    Frame *caller = frame->previous;
    if (UNLIKELY(step->instruction != instruction || caller == NULL)) {
        return 0;
    }
    const Trail *trail = trail_at(frame, caller);
    return LIKELY(is_trail(trail, caller)) ? step->mark * turns[0] + trail->key : 0;
}

/* Return the same as `walk`, and leave a trail. */
static uint64_t
walk_trail(Places *places, Frame *frame)
{
    uint64_t known = walk_known(places, frame);
    frame = complete(frame);
    if (known || frame == NULL || frame->previous == NULL) {
        return known ? known : walk(places, frame);
    }
    const Step *step = step_at(places, frame);
    return step->mark * turns[0] + blaze(places, trail_at(frame, frame->previous), frame->previous);
}

#endif
