/*
 * Shapes of paths: all objects that are held alike are one shape.
 *
 * A shape is a step from another shape: a label, as `.idle` or `[*]`, and the
 * type of what stands there.  Shape 0 is where every path begins.
 */
#ifndef MEMPROF_PATHS_H
#define MEMPROF_PATHS_H

#include "../_cpython/layout.h"

/* What a label says; the comment is what it reads like. */
typedef enum {
    START,
    MODULE,                    /* app */
    FRAME,                     /* work() */
    WORDS,                     /* .__self__: a text of this code's own */
    HELD,                      /* <list held from C> */
    GARBAGE,                   /* unreachable garbage */
    ATTRIBUTE,                 /* .idle */
    KEY,                       /* ['eu'] */
    ANY,                       /* [*] */
    ANY_OF_MOST,               /* [* of 1000]: the hash is the limit of what has them */
    LOCAL,                     /* local rows */
    DEFAULT,                   /* default rows */
    CLOSURE,                   /* .<closure rows> */
    CACHED,                    /* .<lru_cache of price>; without the name where that stands before */
    INSIDE,                    /* .<deque>: what only the holder's type knows */
    SILENT,                    /* nothing: an instance and its dictionary are one step */
} Step;

/* What a dictionary is for. */
typedef enum { ITEMS, ATTRIBUTES, GLOBALS, PER_THREAD } Role;

typedef struct {
    Step step;
    Role role;
    const void *name;          /* a str; a C string of WORDS; the holder's type of INSIDE */
    uint64_t hash;             /* of the name */
} Label;

typedef struct {
    uint64_t hash;
    const void *name;
    PyTypeObject *type;        /* NULL for what is no object: a running frame */
    uint32_t parent;
    uint8_t step, role;
    bool repeats;              /* stands for itself and the same below it: node.next.next */
    uint8_t keys;              /* named keys below it */
    uint32_t holders;          /* objects there that were looked into */
    uint32_t places;           /* elements that these have, whatever stands there */
} Shape;

#define MOST_SHAPES 200000

/* Above this many kept keys below one shape the others are `[*]`: they are data, not names. */
#define MOST_KEYS 50

/* How far up a path is compared with itself. */
#define LOOK_BACK 16

typedef struct {
    Shape *items;
    uint32_t count;
    Map at;                    /* what a step hashes to -> its shape */
    bool full;                 /* more were needed: the rest counts for their parents */
    /* The last one asked for; the next is most often the same. */
    uint32_t last_parent, last;
    Label last_label;
    PyTypeObject *last_type;
} Shapes;

static inline Label
label_of_words(const char *words)
{
    return (Label){WORDS, ITEMS, words, (uintptr_t)words};
}

static inline Label
label_silent(Role role)
{
    return (Label){SILENT, role, NULL, 0};
}

/* A label with a name, an exact str. */
static inline Label
label_named(Step step, PyObject *name)
{
    /* It is known of every key of a dictionary; where not it is computed in C. */
    return (Label){step, ITEMS, name, (uint64_t)PyObject_Hash(name)};
}

static bool
start_shapes(Shapes *shapes)
{
    shapes->items = take_pages(MOST_SHAPES * sizeof(Shape));
    shapes->count = 1;
    return shapes->items != NULL;
}

static void
drop_shapes(Shapes *shapes)
{
    give_pages(shapes->items, MOST_SHAPES * sizeof(Shape));
    drop_map(&shapes->at);
}

static inline bool
is_alike(const Shape *one, const Shape *other)
{
    return one->step == other->step && one->hash == other->hash && one->type == other->type
        && one->role == other->role;
}

/*
 * Return the shape above *fresh* that it repeats, 0 if there is none: chains and
 * trees would otherwise have as many shapes as objects.
 */
static uint32_t
repeated(const Shapes *shapes, const Shape *fresh)
{
    const Shape *holder = &shapes->items[fresh->parent];
    uint32_t at = fresh->parent;
    for (int back = 0; back < LOOK_BACK && at; back++) {
        const Shape *above = &shapes->items[at];
        if (is_alike(above, fresh) && is_alike(&shapes->items[above->parent], holder)) {
            return at;
        }
        at = above->parent;
    }
    return 0;
}

/* Return a new shape, or one it repeats; its parent where there is no room. */
static uint32_t
add_shape(Shapes *shapes, uint64_t key, const Shape *fresh)
{
    /* A silent step says nothing of what is repeated, but of a traceback to the next. */
    uint32_t found = fresh->step == SILENT && fresh->hash == 0 ? 0 : repeated(shapes, fresh);
    if (found) {
        shapes->items[found].repeats = true;
    }
    else if (shapes->count >= MOST_SHAPES) {
        shapes->full = true;
        return fresh->parent;
    }
    else {
        found = shapes->count++;
        shapes->items[found] = *fresh;
        shapes->items[fresh->parent].keys += fresh->step == KEY;
    }
    if (!put(&shapes->at, key, found)) {
        shapes->full = true;
    }
    return found;
}

/* Return the shape of an object of *type* that *parent* holds as *label* says. */
static inline uint32_t
shape_below(Shapes *shapes, uint32_t parent, Label label, PyTypeObject *type)
{
    if (parent == shapes->last_parent && type == shapes->last_type
        && label.hash == shapes->last_label.hash && label.step == shapes->last_label.step
        && label.role == shapes->last_label.role) {
        return shapes->last;
    }
    if (label.step == KEY && shapes->items[parent].keys >= MOST_KEYS) {
        label = (Label){ANY, ITEMS, NULL, 0};
    }
    uint64_t where = (uint64_t)parent << 16 | (uint64_t)label.step << 8 | label.role;
    uint64_t key = mix(label.hash ^ mix(where ^ mix((uintptr_t)type))) | 1;
    Pair *pair = find(&shapes->at, key);
    uint32_t found;
    if (pair != NULL) {
        found = (uint32_t)pair->value;
    }
    else {
        Shape fresh = {label.hash, label.name, type, parent, label.step, label.role, false, 0, 0, 0};
        found = add_shape(shapes, key, &fresh);
    }
    shapes->last_parent = parent;
    shapes->last_type = type;
    shapes->last_label = label;
    shapes->last = found;
    return found;
}

#endif
