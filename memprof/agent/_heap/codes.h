/*
 * Which code objects were seen, and when they die: what is known of their
 * instructions must go with them, or the next code at that address inherits it.
 */
#ifndef MEMPROF_CODES_H
#define MEMPROF_CODES_H

#include "../_cpython/frames.h"
#include "memory.h"

COLD void code_dies(PyCodeObject *code);

/* One bit for each of many hashes: most codes that die were never seen. */
static uint64_t seen_codes[1024];

static inline uint64_t *
seen_bit(PyCodeObject *code, uint64_t *bit)
{
    uint64_t hash = ((uintptr_t)code >> 4) * 0x9e3779b97f4a7c15u;
    *bit = 1ull << (hash >> 58);
    return &seen_codes[hash >> 48 & 1023];
}

static void
code_seen(PyCodeObject *code)
{
    uint64_t bit, *word = seen_bit(code, &bit);
    __atomic_fetch_or(word, bit, __ATOMIC_RELAXED);
}

static void
forget_if_seen(PyCodeObject *code)
{
    uint64_t bit, *word = seen_bit(code, &bit);
    if (*word & bit) {
        code_dies(code);
    }
}

#if PY_VERSION_HEX >= 0x030C0000

static int
on_code(PyCodeEvent event, PyCodeObject *code)
{
    if (event == PY_CODE_EVENT_DESTROY) {
        forget_if_seen(code);
    }
    return 0;
}

static bool
watch_codes(void)
{
    static int watcher = -1;
    if (watcher < 0) {
        watcher = PyCode_AddWatcher(on_code);
    }
    return watcher >= 0;
}

#else

/* 3.11 has no watchers.  Its code objects die in one function and nest nowhere. */
static destructor dealloc_code;

static void
on_dealloc(PyObject *code)
{
    forget_if_seen((PyCodeObject *)code);
    dealloc_code(code);
}

static bool
watch_codes(void)
{
    if (dealloc_code == NULL) {
        dealloc_code = PyCode_Type.tp_dealloc;
        PyCode_Type.tp_dealloc = on_dealloc;
    }
    return true;
}

#endif
#endif
