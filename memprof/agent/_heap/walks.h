/*
 * From frames to places: where a frame stands, and the context of it and its callers.
 *
 * A frame is known by the address of its instruction, which lies inside its code
 * object; what was learnt of such an address is forgotten when the code dies.
 */
#ifndef MEMPROF_WALKS_H
#define MEMPROF_WALKS_H

#include "places.h"

static inline Reader *
reader_of(Places *places, PyCodeObject *code)
{
    return &places->readers[((uintptr_t)code >> 4) % READERS];
}

static int
line_near(Places *places, PyCodeObject *code, const void *instruction)
{
    Reader *reader = reader_of(places, code);
    if (foreign) {
        return line_of(code, instruction);
    }
    if (reader->code != code) {
        *reader = (Reader){code, lines_of(code)};
    }
    return next_line(code, instruction, &reader->range);
}

/* Remember the location of *instruction* of *code*, until the code dies. */
static void
remember(Places *places, PyCodeObject *code, const void *instruction, uint32_t number)
{
    uint64_t at = units_into(code, instruction), first = at, last = at;
    Pair *pair = find(&places->extent_of, (uintptr_t)code);
    if (pair != NULL) {
        first = pair->value >> 32 < at ? pair->value >> 32 : at;
        last = (uint32_t)pair->value > at ? (uint32_t)pair->value : at;
    }
    code_seen(code);
    put(&places->extent_of, (uintptr_t)code, first << 32 | last);
    put(&places->location_at, (uintptr_t)instruction, number);
}

static uint32_t
locate_slowly(Places *places, Frame *frame, const void *instruction)
{
    PyCodeObject *code = code_of(frame);
    int line = line_near(places, code, instruction);
    uint32_t number = location_number(places, code->co_filename, code->co_qualname, line);
    if (!foreign) {
        remember(places, code, instruction, number);
    }
    return number;
}

static inline uint32_t
locate(Places *places, Frame *frame, const void *instruction)
{
    Pair *pair = find(&places->location_at, (uintptr_t)instruction);
    return pair != NULL ? (uint32_t)pair->value : locate_slowly(places, frame, instruction);
}

static inline Step *
step_of(Places *places, const void *instruction)
{
    uint64_t hash = (uintptr_t)instruction * 0x9e3779b97f4a7c15u;
    return &places->steps[hash >> (64 - STEP_BITS)];
}

/* Return what is known of where *frame* stands; NULL of a frame that runs no Python code. */
static const Step *
step_slowly(Places *places, Step *step, Frame *frame, const void *instruction)
{
    if (_PyFrame_IsIncomplete(frame)) {
        return NULL;
    }
    const Location *location = thing(&places->locations, locate(places, frame, instruction));
    *step = (Step){foreign ? NO_INSTRUCTION : instruction, location->mark};
    return step;
}

HOT const Step *
step_at(Places *places, Frame *frame)
{
    const void *instruction = instruction_of(frame);
    Step *step = step_of(places, instruction);
    if (LIKELY(step->instruction == instruction)) {
        return step;
    }
    return step_slowly(places, step, frame, instruction);
}

/*
 * Return the key of up to `depth` frames from *frame*: the sum of their
 * locations' marks, each times a number of its depth.  Two walks have the same
 * if they are the same; 0 without frames.
 */
static inline uint64_t
walk(Places *places, Frame *frame)
{
    uint64_t key = 0;
    for (int count = 0; frame != NULL && count < depth; frame = frame->previous) {
        const Step *step = step_at(places, frame);
        if (LIKELY(step != NULL)) {
            key += step->mark * turns[count++];
        }
    }
    return key;
}

/* Return a new context of up to `depth` frames from *frame*. */
static uint32_t
new_context(Places *places, Frame *frame)
{
    uint32_t chain[MOST_FRAMES], count = 0;
    for (; frame != NULL && count < (uint32_t)depth; frame = frame->previous) {
        const Step *step = step_at(places, frame);
        if (step != NULL) {
            chain[count++] = NUMBER_OF(step->mark);
        }
    }
    return count == 0 ? NOWHERE : add_context(places, chain, count);
}

/*
 * Return the context of up to `depth` frames from *frame*, whose key is *key*.
 * That of two contexts is the same by chance once in 2 ** 64 pairs.
 */
static uint32_t
context_here(Places *places, Frame *frame, uint64_t key)
{
    if (depth == 1) {
        frame = complete(frame);
        return frame == NULL ? NOWHERE
            : context_of_one(places, locate(places, frame, instruction_of(frame)));
    }
    if (key == 0) {
        return NOWHERE;
    }
    Pair *pair = find(&places->context_of, key);
    if (pair != NULL) {
        return (uint32_t)pair->value;
    }
    uint32_t number = new_context(places, frame);
    if (number != NOWHERE) {
        put(&places->context_of, key, number);
    }
    return number;
}

/* Make the location and the context of no frame at all. */
static bool
begin_places(Places *places)
{
    for (int count = 0; count < MOST_FRAMES; count++) {
        turns[count] = mix(count + 1) | 1;
    }
    places->texts.width = sizeof(Text);
    places->locations.width = sizeof(Location);
    places->contexts.width = sizeof(Context);
    if (places->contexts.count) {
        return true;
    }
    /* The frame on which 3.15 builds a thread's others stands nowhere, at NULL. */
    step_of(places, NULL)->instruction = NO_INSTRUCTION;
    uint32_t nowhere = location_number(places, NULL, NULL, 0);
    return context_of_one(places, nowhere) == NOWHERE && !lost_memory;
}

/* Forget what is known of addresses inside *code*, which dies; tell whether there was anything. */
static bool
forget_code(Places *places, PyCodeObject *code)
{
    Reader *reader = reader_of(places, code);
    if (reader->code == code) {
        reader->code = NULL;
    }
    uint64_t extent;
    if (!take_out(&places->extent_of, (uintptr_t)code, &extent)) {
        return false;
    }
    for (uint64_t at = extent >> 32; at <= (uint32_t)extent; at++) {
        const void *instruction = unit_of(code, at);
        Step *step = step_of(places, instruction);
        if (take_out(&places->location_at, (uintptr_t)instruction, NULL)
            && step->instruction == instruction) {
            step->instruction = NO_INSTRUCTION;
        }
    }
    return true;
}

#endif
