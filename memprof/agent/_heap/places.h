/*
 * Where blocks come from: files, locations (file and line) and contexts (locations, innermost first).
 *
 * A frame is known by the address of its instruction, which lies inside its code
 * object; what was learnt of such an address is forgotten when the code dies.
 * Locations and contexts outlive it: the same line is the same place.
 */
#ifndef MEMPROF_PLACES_H
#define MEMPROF_PLACES_H

#include "codes.h"
#include "memory.h"

#define MOST_FRAMES 128

typedef struct {
    char *text;          /* as the interpreter holds it: kind bytes a character */
    uint32_t length;
    uint8_t kind;
    uint8_t own;         /* a file of memprof's */
} Text;

typedef struct {
    uint32_t file, function;   /* numbers of texts */
    uint32_t line;
    uint32_t context;          /* of this location alone, where depth is 1 */
    uint64_t mark;             /* what stands for it in a context's key: its number, and noise above */
} Location;

typedef struct {
    uint32_t first, count;     /* its locations, in `chains` */
    int32_t site;              /* the agent's number, UNNAMED or ASKED */
    uint8_t own;
} Context;

#define UNNAMED INT32_MIN
#define ASKED (INT32_MIN + 1)  /* the agent is looking for a number */
#define NOWHERE 0              /* the location and the context of no frame at all */

/* What was found of an instruction the last time. */
typedef struct {
    const void *instruction;
    uint64_t mark;
} Step;

/* Where the reading of a code object's line table stopped: what is asked next is often near. */
typedef struct {
    PyCodeObject *code;
    PyCodeAddressRange range;
} Reader;

#define READERS 64

#define STEP_BITS 10
#define NUMBER_OF(mark) ((uint32_t)((mark) % MOST_THINGS))

typedef struct {
    Things texts, locations, contexts;
    Map text_of, location_of, location_at, context_of;
    Map extent_of;             /* code object -> its first and last instruction in location_at */
    Reader readers[READERS];
    Numbers chains;
    Step steps[1u << STEP_BITS];
} Places;

/* It is another interpreter's code that runs, of whose death nobody tells. */
static __thread bool foreign __attribute__((tls_model("initial-exec")));

static void new_location(const Places *places);

static int depth = 1;
static uint64_t turns[MOST_FRAMES];   /* odd, one for each depth of a walk */
static Text own_prefix;

static uint64_t
hash_text(const char *text, size_t size, uint64_t seed)
{
    uint64_t found = seed, word;
    for (; size >= 8; text += 8, size -= 8) {
        memcpy(&word, text, 8);
        found = mix(found ^ word) + 1;
    }
    word = 0;
    memcpy(&word, text, size);
    return mix(found ^ word);
}

static bool
starts_with(const Text *text, const Text *prefix)
{
    size_t size = (size_t)prefix->length * prefix->kind;
    return prefix->length && text->kind == prefix->kind && text->length >= prefix->length
        && memcmp(text->text, prefix->text, size) == 0;
}

/* Return the number of a copy of *string*; false in *known* without memory. */
static uint32_t
text_number(Places *places, PyObject *string, bool *known)
{
    static const char nothing[] = "<unknown>";
    Text text = {(char *)nothing, sizeof(nothing) - 1, 1, 0};
    if (string != NULL && PyUnicode_Check(string) && PyUnicode_IS_READY(string)) {
        text.text = PyUnicode_DATA(string);
        text.length = (uint32_t)PyUnicode_GET_LENGTH(string);
        text.kind = PyUnicode_KIND(string);
    }
    size_t size = (size_t)text.length * text.kind;
    uint64_t key = hash_text(text.text, size, (uint64_t)size << 3 | text.kind) | 1;
    for (Pair *pair; (pair = find(&places->text_of, key)) != NULL; key = mix(key) | 1) {
        const Text *other = thing(&places->texts, (uint32_t)pair->value);
        if (other->length == text.length && other->kind == text.kind
            && memcmp(other->text, text.text, size) == 0) {
            return (uint32_t)pair->value;
        }
    }
    uint32_t number = places->texts.count;
    char *copy = malloc(size + 8);
    Text *kept = copy == NULL ? NULL : add_thing(&places->texts);
    if (kept == NULL || !put(&places->text_of, key, number)) {
        free(copy);
        lost_memory = true;
        *known = false;
        return 0;
    }
    memcpy(copy, text.text, size);
    text.text = copy;
    text.own = starts_with(&text, &own_prefix);
    own_bytes += size + 16;
    *kept = text;
    return number;
}

/* Return the number of the location of *line* in *file*; NOWHERE without memory. */
static uint32_t
location_number(Places *places, PyObject *file, PyObject *function, int line)
{
    bool known = true;
    uint32_t file_number = text_number(places, file, &known);
    uint64_t key = ((uint64_t)file_number << 32 | (uint32_t)line) + 1;
    Pair *pair = find(&places->location_of, key);
    if (pair != NULL) {
        return (uint32_t)pair->value;
    }
    uint32_t function_number = text_number(places, function, &known);
    uint32_t number = places->locations.count;
    Location *location = known ? add_thing(&places->locations) : NULL;
    if (location == NULL || !put(&places->location_of, key, number)) {
        return NOWHERE;
    }
    *location = (Location){file_number, function_number, (uint32_t)line, UINT32_MAX,
                           mix(number + 0x9e3779b97f4a7c15u) / MOST_THINGS * MOST_THINGS + number};
    new_location(places);
    return number;
}

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

/* Return the number of a new context of *count* locations at *chain*. */
static uint32_t
add_context(Places *places, const uint32_t *chain, uint32_t count)
{
    uint32_t first = places->chains.count, number = places->contexts.count;
    if (!append_numbers(&places->chains, chain, count)) {
        return NOWHERE;
    }
    Context *context = add_thing(&places->contexts);
    if (context == NULL) {
        return NOWHERE;
    }
    const Location *innermost = thing(&places->locations, chain[0]);
    const Text *file = thing(&places->texts, innermost->file);
    *context = (Context){first, count, UNNAMED, file->own};
    return number;
}

static uint32_t
context_of_one(Places *places, uint32_t number)
{
    Location *location = thing(&places->locations, number);
    if (location->context == UINT32_MAX) {
        location->context = add_context(places, &number, 1);
    }
    return location->context;
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
    *step = (Step){foreign ? NULL : instruction, location->mark};
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
            step->instruction = NULL;
        }
    }
    return true;
}

#endif
