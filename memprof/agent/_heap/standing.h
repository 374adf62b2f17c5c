/*
 * The hooks are put before the allocators and taken away; a fork finds their lock free.
 */
#ifndef MEMPROF_STANDING_H
#define MEMPROF_STANDING_H

#include <pthread.h>

#include "hooks.h"

static bool installed;

static void
install_hooks(void)
{
    const char *name = _PyMem_GetCurrentAllocatorName();
    bool is_pymalloc = name != NULL && strcmp(name, "pymalloc") == 0;
    for (int domain = 0; domain < DOMAINS; domain++) {
        PyMem_GetAllocator(domain, &originals[domain]);
        PyMemAllocatorEx hook = hooks[domain];
        /* A thread without the GIL may read this while it is written. */
        hook.ctx = originals[domain].ctx;
        PyMem_SetAllocator(domain, &hook);
    }
    installed = true;
    open_spares(every_block && is_pymalloc);
}

/* Whether the hooks stand in front, where nobody's have been put before or instead of them. */
static bool
hooks_stand(void)
{
    for (int domain = 0; domain < DOMAINS; domain++) {
        PyMemAllocatorEx now;
        PyMem_GetAllocator(domain, &now);
        if (now.malloc != hooks[domain].malloc) {
            return false;
        }
    }
    return true;
}

static void
remove_hooks(void)
{
    if (installed && hooks_stand()) {
        for (int domain = 0; domain < DOMAINS; domain++) {
            PyMem_SetAllocator(domain, &originals[domain]);
        }
        installed = false;
    }
}

/* Whether blocks reach the book: nobody has put the allocators back without us. */
static bool
hooks_work(void)
{
    /* Of a size that is always written down. */
    void *block = active ? PyMem_Malloc(every_block ? 1 : (size_t)interval) : NULL;
    Mark *mark = block == NULL ? NULL : mark_at((uintptr_t)block);
    bool known = mark != NULL && *mark != 0;
    PyMem_Free(block);
    return known;
}

static void
before_fork(void)
{
    lock_shared();
}

static void
after_fork(void)
{
    unlock_shared();
}

static void
watch_forks(void)
{
    static bool watched;
    if (!watched) {
        watched = true;
        pthread_atfork(before_fork, after_fork, after_fork);
    }
}

#endif
