"""
The interpreter's own caches, emptied between rounds as CPython's own leak test does.

What they hold fills with use and is no growth of the function's.  Only caches of
modules that are there already, and none whose content cannot be made anew: source
lines that no file has, as a notebook's, stay.
"""

import sys

from memprof.agent import __builtins__

_MODULE = type(sys)


def clear_caches():
    """Empty the caches; what cannot be emptied stays as it is."""
    for name, clear in _CLEARING:
        module = sys.modules.get(name)
        if type(module) is not _MODULE:
            continue
        try:
            clear(module)
        except Exception:
            continue


def _types(module):
    """Forget which class has which attribute."""
    forget = getattr(module, "_clear_internal_caches", None) or module._clear_type_cache
    forget()


def _lines(module):
    """Forget the lines of files, not those that somebody put there."""
    for name, entry in list(module.cache.items()):
        if len(entry) > 1 and entry[1] is not None:
            module.cache.pop(name, None)


def _patterns(module):
    """Forget compiled patterns."""
    module.purge()


def _formats(module):
    """Forget the patterns of date formats."""
    module._regex_cache.clear()


def _structures(module):
    """Forget compiled formats."""
    module._clearcache()


def _addresses(module):
    """Forget addresses that were taken apart."""
    module.urlsplit.cache_clear()
    module._byte_quoter_factory.cache_clear()


def _globs(module):
    """Forget the patterns of file names."""
    module._compile_pattern.cache_clear()


def _generics(module):
    """Forget generic types with arguments."""
    for clean in module._cleanups:
        clean()


def _abstract(module):
    """Forget which class was found to be of which abstract class."""
    for name in module.__all__:
        abstract = getattr(module, name)
        meta = type(abstract)
        if meta is not type and hasattr(meta, "_abc_caches_clear"):
            for cls in (abstract, *type.__subclasses__(abstract)):
                # A class of somebody's own kind may answer by code of its own.
                if type(cls) is meta:
                    meta._abc_caches_clear(cls)


_CLEARING = (
    ("linecache", _lines),
    ("re", _patterns),
    ("_strptime", _formats),
    ("_struct", _structures),
    ("urllib.parse", _addresses),
    ("fnmatch", _globs),
    ("typing", _generics),
    ("collections.abc", _abstract),
    # Last: the others looked up attributes.
    ("sys", _types),
)
