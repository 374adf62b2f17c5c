/*
 * A path in words: `app.POOL.idle['eu'][*]`.
 */
#ifndef MEMPROF_WORDS_H
#define MEMPROF_WORDS_H

#include "paths.h"

#define MOST_LETTERS 400
#define MOST_LETTERS_OF_NAME 80

/* Steps shown of one path; of a longer one the first are left out. */
#define MOST_STEPS 40

typedef struct {
    Py_UCS4 letters[MOST_LETTERS];
    size_t count;
} Words;

static void
say_letter(Words *words, Py_UCS4 letter)
{
    if (words->count < MOST_LETTERS) {
        bool is_surrogate = letter >= 0xD800 && letter < 0xE000;
        words->letters[words->count++] = letter < ' ' || is_surrogate ? '?' : letter;
    }
}

static void
say(Words *words, const char *text)
{
    while (*text) {
        say_letter(words, (unsigned char)*text++);
    }
}

static void
say_name(Words *words, PyObject *name)
{
    Py_ssize_t count = PyUnicode_GET_LENGTH(name);
    for (Py_ssize_t at = 0; at < count && at < MOST_LETTERS_OF_NAME; at++) {
        say_letter(words, PyUnicode_READ_CHAR(name, at));
    }
    say(words, count > MOST_LETTERS_OF_NAME ? "..." : "");
}

static void
say_number(Words *words, uint64_t number)
{
    char digits[24];
    snprintf(digits, sizeof(digits), "%llu", (unsigned long long)number);
    say(words, digits);
}

static void
say_type(Words *words, PyTypeObject *type)
{
    if (type->tp_flags & Py_TPFLAGS_HEAPTYPE) {
        say_name(words, ((PyHeapTypeObject *)type)->ht_qualname);
        return;
    }
    const char *dot = strrchr(type->tp_name, '.');
    say(words, dot == NULL ? type->tp_name : dot + 1);
}

/* What stands around the name of a step. */
static const struct {
    const char *before, *after;
} around[] = {
    [MODULE] = {"", ""},
    [FRAME] = {"", "()"},
    [ATTRIBUTE] = {".", ""},
    [KEY] = {"['", "']"},
    [LOCAL] = {" local ", ""},
    [DEFAULT] = {"() default ", ""},
    [CLOSURE] = {".<closure ", ">"},
    [CACHED] = {".<lru_cache of ", ">"},
    [SILENT] = {NULL, NULL},
};

static void
say_named(Words *words, Step step, PyObject *name)
{
    if (step == ATTRIBUTE && !PyUnicode_IsIdentifier(name)) {
        step = KEY;
    }
    say(words, step == FRAME && words->count ? ": " : around[step].before);
    say_name(words, name);
    say(words, around[step].after);
}

/* Say the step from *holder* to *shape*. */
static void
say_step(Words *words, const Shape *shape, const Shape *holder)
{
    bool said = shape->step == CACHED && holder->step == ATTRIBUTE
        && PyUnicode_Compare((PyObject *)shape->name, (PyObject *)holder->name) == 0;
    switch (said ? WORDS : (Step)shape->step) {
    case START:
    case SILENT:
        break;
    case WORDS:
        say(words, said ? ".<lru_cache>" : shape->name);
        break;
    case HELD:
        say(words, "<");
        say_type(words, shape->type);
        say(words, " held from C>");
        break;
    case GARBAGE:
        say(words, "unreachable garbage");
        break;
    case ANY:
        say(words, "[*]");
        break;
    case ANY_OF_MOST:
        say(words, "[* of ");
        say_number(words, shape->hash);
        say(words, "]");
        break;
    case INSIDE:
        say(words, ".<");
        say_type(words, (PyTypeObject *)shape->name);
        say(words, ">");
        break;
    default:
        say_named(words, (Step)shape->step, (PyObject *)shape->name);
    }
    say(words, shape->repeats ? "..." : "");
}

/* Say how *shape* is reached.  No name may be needed after anything else has run. */
static void
say_path(Words *words, const Shapes *shapes, uint32_t shape)
{
    uint32_t steps[MOST_STEPS];
    size_t count = 0;
    while (shape && count < MOST_STEPS) {
        steps[count++] = shape;
        shape = shapes->items[shape].parent;
    }
    say(words, shape ? "..." : "");
    while (count) {
        const Shape *one = &shapes->items[steps[--count]];
        say_step(words, one, &shapes->items[one->parent]);
    }
}

#endif
