/*
 * Where blocks come from: files, locations (file and line) and contexts (locations, innermost first).
 *
 * Locations and contexts outlive the code they were met in: the same line is the same place.
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
    uint32_t name;       /* the agent's number of it, plus one; 0: it has none yet */
} Text;

typedef struct {
    uint32_t file, function;   /* numbers of texts */
    uint32_t line;
    uint32_t context;          /* of this location alone, where depth is 1 */
    uint64_t mark;             /* what stands for it in a context's key: its number, and noise above */
    uint32_t frame;            /* the agent's number of it, plus two; 1: the agent's own */
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

/* None has an odd address. */
#define NO_INSTRUCTION ((const void *)1)

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
    Text text = {(char *)nothing, sizeof(nothing) - 1, 1, 0, 0};
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

#endif
