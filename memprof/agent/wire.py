"""
The treaty between the agent, which writes a capture, and its reader.

A capture is a line that names the format, then one record a line:

    checksum of the rest, 8 hex digits · space · ["kind", {fields}] · newline

Records are ASCII JSON.  Times are integers in nanoseconds: `at_ns` counts
from the `hello` record's `clock_ns`, which is `time.perf_counter_ns()` and
so comparable between processes of one machine.  Sizes are bytes.

Written by the agent, in the target
    hello        clock_ns started_unix_s memprof python implementation
                 free_threaded pid ppid engine engine_note (why not the one
                 asked for, or empty) sample_bytes (0: every block) depth
                 interval_s (null: adaptive) cycles target platform argv[]
                 (null: not asked for) run (the token of the tree) role (root
                 fork exec spawn forkserver subprocess) command (a name) brief
                 (true: told of by its end alone)
    strings      first, texts[]: string ids count up from `first`
    frames       first, rows[]: file-string-id, line, ... (two a frame)
    functions    rows[]: frame-id, string-id of the qualified name, ...
    sites        first, stacks[][]: frame ids, allocating frame first
    types        first, rows[]: module-string-id, qualname-string-id, ...
    live         runs[]: first-site-id, count, ...; bytes[]; blocks[]: the
                 sites that changed since the last snapshot, absolute
    peak         at_ns runs[]; bytes[]; blocks[]: what sites held when live
                 bytes were highest so far (within 1 %)
    traffic      at_ns runs[]; bytes[]; blocks[]: what sites ever allocated
    collected    at_ns runs[]; bytes[]; blocks[]: what of that was freed while
                 the collector ran
    error        at_ns runs[]; bytes[]; blocks[]: the standard error of what
                 sites hold, where blocks were sampled
    births       at_ns starts[]: at_ns of at most 16 epochs; runs[]; blocks[]:
                 live blocks born in each epoch, a row of as many for each site
    running      rows[]: site-id, ticks, ...: the stacks that threads were seen in
                 since the last snapshot, at the companion's ticks
    census       runs[]: first-type-id, count, ...; counts[]: the same for
                 live objects by type, as the collector tracks them
    untracked    types[]; counts[]: live objects the collector does not
                 track, reached from those it does (absolute, whole)
    generations  rows[][]: generation, threshold, count, collections,
                 collected, uncollectable, manual, pause_total_ns,
                 pause_max_ns, histogram (bucket, number, ...): since the
                 last such record, but for threshold and count (as of now);
                 stats[][]: collections, collected, uncollectable as
                 gc.get_stats() says since tracing began; notable[][]: at_ns,
                 generation, collected, uncollectable, pause_ns, manual
    garbage      types[]; counts[]: what stays in gc.garbage (at both ends)
    pools        size_classes[][]: size, pools, blocks used, blocks free;
                 arenas, arenas_highest, arena_bytes (of one arena),
                 used_bytes, idle_bytes
    refcounts    classes[]: type-id, references, ... of the classes that
                 changed; samples[]: sample-id, type-id, site-id or -1,
                 references, ...
    cycles       at_ns objects, rows[]: type-id, site-id or -1, objects, ...
    snapshot     closes the records above into one snapshot: number at_ns
                 name reason cost_ns cpu_ns (processor time) live_bytes live_blocks peak_bytes
                 own_bytes tracing_bytes allocated_blocks native_used_bytes
                 (the engine's tables included) native_held_bytes
                 native_python_bytes (what of native_used_bytes are blocks of
                 the Python heap) rss_bytes rss_peak_bytes file_bytes threads
                 (null where unknown: at a moment between two looks only live
                 bytes, live blocks and the native heap in use are noted)
    explained    after the last snapshot: rows[][]: sample-id, references,
                 explained or null, type ids of the referrers[]
    shallow      after the last snapshot: types[]; bytes[]: shallow size of
                 all live objects of a type
    holders      after the last snapshot: rows[][]: type-id, path as a
                 string-id
    debt         before the last snapshot of a run that exits: islands (parts
                 that do not refer to each other, -1: not known), types[][]:
                 type-id, objects: all cyclic garbage; rows[][] of the most
                 numerous types: type-id, objects, shortest cycle found as a
                 string-id (of "": none), sites[][]: site-id or -1, samples
    caches       after the last snapshot, every functools.lru_cache, the fullest
                 first: rows[][]: module, name and file of the function as
                 string-ids (of "": none), line, 1 if entries keep instances
                 alive, maxsize (null: no limit), size, hits, misses
    owners       after the last snapshot: complete, types[][]: type-id, total,
                 from_c (held from C only), garbage, owners[][]: words as a
                 string-id, objects held; room (for how many the holders below
                 the first owner have place, 0: not known); sites[][]: site-id,
                 total, from_c, garbage, owners[][], room, types[][]: type-id,
                 objects
    lost         after the last snapshot, objects with references that nobody holds:
                 rows[][]: type-id, name as a string-id (of "": none), references,
                 pointers to it in the process's memory, looks[]: at_ns,
                 references (0: fewer than a thousand), ...
    skip         at_ns name reason: a snapshot that was due and not taken
    event        at_ns what detail: something the target did to its collector
                 or its tracing
    agent-error  at_ns probe error: a probe of ours failed and disarmed itself
    footer       at_ns reason code (what os._exit was given, else null)
                 overhead_ns lost: the last record
    unfollowed   clock_ns pid ppid run role command python why: instead of all
                 others, by a Python that the agent cannot enter

Written from both sides
    resident     clock_ns rss uss pss descriptors threads (null: unknown)

Written by the launcher, outside
    exit         clock_ns code signal rss_peak_bytes oom_kills
    process      pid clock_ns bytes: here begin the lines of a child's capture,
                 all of them the child's up to `folded`
    folded       pid clock_ns: here they end
    processes    count ended0 unfollowed live_bytes (sum) rss_peak_bytes (the
                 largest): children told by number alone; such records add up

`peak`, `traffic`, `collected` and `births` are the native engine's, at some
snapshots.  The records of one kind and moment are the whole of it: a site they
do not name has none.  One without sites says that no site has.

What a snapshot closes counts once the `snapshot` record is there; a file cut
anywhere therefore reads as a prefix of the run.
"""

import _json

from memprof.agent import __builtins__

FORMAT = 1
"""
The format's number.  Its biography:

1  the first.
"""

MAGIC = b"memprof capture %d\n" % FORMAT
MAGIC_PREFIX = b"memprof capture "
ROWS_PER_RECORD = 20_000
"""Rows in one record of counters, such as `live`, so that a line stays below 1 MiB."""

EPOCHS = 16
"""The most epochs of birth the native engine tells apart; it merges neighbours."""

MAX_LINE_BYTES = 16 << 20
"""A longer line was not written by us."""

_encode = _json.make_encoder(
    None, None, _json.encode_basestring_ascii, None, ":", ",", False, False, False
)
_number_of = int.from_bytes
_join = "".join

_PRIME = 1_073_741_789
"""The largest below 2^30: one digit of a Python integer, so dividing is fast."""


def seal(kind, fields, columns=b""):
    """
    Return one record as the bytes of its line; *fields* is a plain dict.

    *columns* are more fields, already as they are written.
    """
    text = _join(_encode([kind, fields], 0)).encode("ascii")
    if columns:
        text = b"%b%b%b}]" % (text[:-2], b"," if fields else b"", columns)
    return b"%08x %b\n" % (checksum(text), text)


def checksum(text):
    """
    Return the remainder of the bytes *text*, one big-endian number, by a prime.

    It finds every change of up to 29 bits in a row, and misses others once in
    a thousand million, as a CRC would; but binascii, which has that, brings
    the compression library and 128 KiB into the target.
    """
    return _number_of(text, "big") % _PRIME


def runs(ids):
    """
    Return ascending *ids* as [first, count, first, count, ...].

    Most snapshots change long stretches of neighbouring sites, so runs are
    short to write and let the reader copy slices.
    """
    found = []
    start = previous = None
    for number in ids:
        if previous is not None and number == previous + 1:
            previous = number
            continue
        if start is not None:
            found += (start, previous - start + 1)
        start = previous = number
    if start is not None:
        found += (start, previous - start + 1)
    return found


def send_columns(kind, fields, columns, send):
    """
    *send* records of *kind*: *fields*, and *columns* of ascending sites, bytes and blocks.

    At least one, be it empty.
    """
    sites, sizes, blocks = columns
    for start in range(0, len(sites) or 1, ROWS_PER_RECORD):
        part = slice(start, start + ROWS_PER_RECORD)
        rows = {"runs": runs(sites[part]), "bytes": sizes[part], "blocks": blocks[part]}
        send(kind, {**fields, **rows})


# Pause histogram: sixteen buckets an octave, so a percentile is within 6 %.
_SUB_BITS = 4


def bucket(pause_ns):
    """Return the histogram bucket of a pause of *pause_ns*."""
    shift = pause_ns.bit_length() - _SUB_BITS - 1
    if shift <= 0:
        return pause_ns
    return (shift << _SUB_BITS) + (pause_ns >> shift)


def bucket_floor(number):
    """Return the shortest pause, in ns, that falls in bucket *number*."""
    shift = (number >> _SUB_BITS) - 1
    if shift <= 0:
        return number
    return (number - (shift << _SUB_BITS)) << shift
