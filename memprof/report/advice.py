"""Advice in words: what to try, and what it would save."""

from collections.abc import Callable

from memprof.analysis.case import Advice, Saving
from memprof.analysis.suspect import Suspect
from memprof.quantity import format_bytes, format_count, format_share
from memprof.report.names import place
from memprof.report.prose import plural
from memprof.report.sites import Row

_FROM_C = (
    "What hands objects to C for good: atexit.register() (undo it with atexit.unregister()),"
    " codecs.register(), callbacks of an extension, threads that still run, and an extension that"
    " forgets to drop a reference."
)
_WORDS: dict[str, str] = {
    "cache-of-method": "{0} is a method, so each of the {count} entries also keeps its instance"
    " alive. Cache on the instance (functools.cached_property), or cache a function of the values"
    " it really needs.",
    "collect-disabled": "The program switched the collector off and makes cycles. Call gc.enable()"
    " again, or gc.collect() at a moment when nobody waits.",
    "collect-never": "The collector's first threshold is 0, so it never starts by itself. Set it"
    " with gc.set_threshold(700), or call gc.collect() at a moment when nobody waits.",
    "collect-frozen": "gc.freeze() hides what is alive from the collector for good. Freeze once,"
    " after start-up, and gc.unfreeze() what came later.",
    "collect-rare": "The collector comes too seldom for what the program makes. Lower"
    " gc.set_threshold(), or call gc.collect() at a moment when nobody waits.",
    "break-cycle": "{0} closes a cycle. Make it a weakref.ref (or a weakref.proxy), and the objects"
    " go as soon as nobody else holds them, without the collector.",
    "drop-traceback": "{0}: an exception keeps its traceback, and with it every frame it went"
    " through and all their locals. Keep str(error) or traceback.format_exception(error)"
    " instead, or error.with_traceback(None); or call traceback.clear_frames(error.__traceback__)"
    " before keeping it.",
    "finish-tasks": "{0} objects are begun and kept. Await them, or cancel() those that will never"
    " be done, and drop them from where they are kept.",
    "finish-generators": "A {0} that is not at its end keeps its frame and all its locals. Read it"
    " to the end, close() it (contextlib.closing does), or keep what it yields instead.",
    "same-logger": "Each name given to logging.getLogger() makes a logger that is never dropped."
    " Use one name a module, and give what differs as an argument or with a LoggerAdapter.",
    "remove-handler": "Handlers are added to {0} and stay. Add them once, at start-up, or call"
    " removeHandler() and close() when the work they were added for is done.",
    "unregister": "{0} only takes in. Take off what is done with, or let it hold its members"
    " weakly: a weakref.WeakSet.",
    "unregister-method": "{0} only takes in, and a bound method keeps its whole object alive. Take"
    " it off when the object is done with, or register a weakref.WeakMethod.",
    "copy-slice": "A memoryview keeps the whole buffer it looks into. Keep bytes(view) of the part"
    " that is needed, or release() the view.",
    "batch": "{1}, a local of {0}(), gains with every step and gives nothing back while {0}() runs."
    " Work in batches, or yield one element after the other instead of collecting them.",
    "slots": "{count} {0} objects have a dictionary each. Declare __slots__ in the class if its"
    " attributes are known.",
    "let-go": "{0} only takes in. Take out what is done with, or give it a limit: a"
    " collections.deque(maxlen=...) keeps the newest of a sequence, an OrderedDict whose oldest is"
    " dropped those of a mapping.",
    "let-go-one": "{0} is one object that only gets larger. Empty it when what it holds is done"
    " with, or begin a new one.",
    "let-go-keys": "{0} is a mapping that only takes in. Delete keys that are done with, give it a"
    " limit (a functools.lru_cache(maxsize=...) in its place does), or make it a"
    " weakref.WeakValueDictionary if others hold its values.",
    "from-c": f"Only C code holds these {{0}} objects. {_FROM_C}",
    "from-c-in": f"They are reached from a {{0}} that only C code holds. {_FROM_C}",
    "give-back": "An extension takes references to {0} and forgets them; nothing in Python can give"
    " them back. Look for a newer release of what is called most, or in its source for the"
    " Py_DECREF that is missing.",
    "deeper": "The line is a library's, and one frame of each allocation was kept. Run again with"
    " --depth 10 to see which line of yours calls it.",
}


def document(advice: Advice, row: Suspect) -> Row:
    """Return one advice for the document."""
    found = advice.saving
    return {
        "kind": advice.kind,
        "text": sentence(advice, row),
        "saves_bytes": found and found.size_bytes,
        "saves_bytes_per_s": found and found.bytes_per_s,
        "saves_objects": found and found.objects,
        "with_suspects": list(found.with_ranks) if found else [],
        "estimated": found is not None and found.estimated,
    }


def sentence(advice: Advice, row: Suspect) -> str:
    """Return what to try about *row*."""
    if advice.kind in _SPECIAL:
        return _SPECIAL[advice.kind](advice, row)
    # Not str.format on names of the target: they are arguments, never the format.
    count = format_count(advice.counts[0]) if advice.counts else ""
    return _WORDS[advice.kind].format(*map(_spoken, advice.names), count=count)


def _spoken(path: str) -> str:
    """Return *path* with what it leads to first: `self.history (in Client.call())`."""
    function, in_frame, rest = path.partition("() local ")
    return f"{rest} (in {function}())" if in_frame else path


def saving(found: Saving | None, row: Suspect) -> str:
    """Return what it would save of *row* as a sentence, empty where that is not known."""
    if found is None:
        return ""
    noun = row.things.removesuffix("s")
    about = "about " if found.estimated else ""
    if found.size_bytes is not None:
        text = f"Would have saved {about}{format_bytes(found.size_bytes)} in this run"
        if found.bytes_per_s:
            text += f", {format_bytes(found.bytes_per_s)} a second"
    elif found.objects:
        text = f"Would have saved {about}{plural(found.objects, noun)} in this run"
    else:
        return ""
    if found.with_ranks:
        text += f", with {', '.join(f'#{rank}' for rank in found.with_ranks)}"
    return f"{text}."


def _bound_cache(advice: Advice, _row: Suspect) -> str:
    """Return what to try about a cache without a limit."""
    size, hits, misses = advice.counts
    text = f"{advice.names[0]} is cached without a limit and has {format_count(size)} entries."
    if not hits:
        return f"{text} No call was ever answered from it: it can go, or get a limit."
    share = format_share(hits / (hits + misses))
    return (
        f"{text} Give it one, functools.lru_cache(maxsize=...); {share} of the calls were"
        " answered from it, so see how that changes."
    )


def _close(advice: Advice, _row: Suspect) -> str:
    """Return what to try about what is not closed."""
    (name,) = advice.names
    if name == "descriptors":
        opened = format_count(advice.counts[0])
        return (
            f"{opened} more files or sockets were open at the end than after warm-up. Open each in"
            " a with statement, or close() it where it is done with; python -X dev warns of those"
            " that nobody closed."
        )
    return (
        f"Each {name} here is open, and kept. Open it in a with statement, or close() it and"
        " drop it where it is done with."
    )


def _end_threads(advice: Advice, _row: Suspect) -> str:
    """Return what to try about threads that do not end."""
    started = plural(advice.counts[0], "thread")
    return (
        f"{started} more than after warm-up: they are started and do not end. Tell them to (an"
        " Event that is set, a None in their queue) and join() them; for many short jobs a"
        " concurrent.futures.ThreadPoolExecutor(max_workers=...) in a with statement does both."
        " A daemon thread too keeps its stack and all it refers to."
    )


def _let_go_some(advice: Advice, _row: Suspect) -> str:
    """Return what to look at, where it is not sure that it is what grows."""
    under, total = advice.counts[:2]
    return (
        f"{_spoken(advice.names[0])} holds {format_count(under)} of the {format_count(total)} that"
        " were found: see whether it lets go of what is done with."
    )


def _native_line(_advice: Advice, row: Suspect) -> str:
    """Return what to try about memory that grows below Python."""
    line = place(row.caller or row.stack[0])
    return (
        f"The memory is an extension's or the C library's, and it grew while {line} ran. See what"
        " that line opens or fills (a connection, a cursor, an array, a cache) and close or empty"
        " it."
    )


_SPECIAL: dict[str, Callable[[Advice, Suspect], str]] = {
    "bound-cache": _bound_cache,
    "close": _close,
    "end-threads": _end_threads,
    "let-go-some": _let_go_some,
    "native-line": _native_line,
}

KINDS = frozenset(_WORDS) | frozenset(_SPECIAL)
"""Every kind of advice there are words for."""
