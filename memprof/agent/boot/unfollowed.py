"""
Leaves word of a child that the agent cannot enter: which Python it is, and why.

Every Python reads this, the oldest too, so it imports nothing but `os`, `sys` and
`time`, and what other files of ours say better stands here again.  What goes wrong
is nobody's business: the child runs on.
"""

# ruff: noqa: UP031  (Pythons without f-strings read this)

import os
import sys
import time

_CHILDREN_MODE, _FILE_MODE = 0o700, 0o600
_MOST = 1000
_PRIME = 1073741789
_MAGIC = b"memprof capture 1\n"
_TAKING = ("-W", "-X")
_HELPERS = {
    "from multiprocessing.resource_tracker": None,
    "from multiprocessing.semaphore_tracker": None,
    "from multiprocessing.forkserver": "forkserver",
    "from multiprocessing.spawn": "spawn",
}


def tell(environ, why):
    """Leave word *why* this process, one that *environ* wants followed, is not."""
    folder, capture = environ.get("MEMPROF_CHILDREN"), environ.get("MEMPROF_CAPTURE")
    role, command = _named(_words(), environ)
    if not folder or not capture or role is None:
        return
    clock_ns = _clock_ns(capture)
    python = "%d.%d.%d" % tuple(sys.version_info[:3])
    if hasattr(sys, "pypy_version_info"):
        python = "PyPy %s" % python
    fields = (
        ("clock_ns", clock_ns),
        ("pid", os.getpid()),
        ("ppid", os.getppid()),
        ("run", environ.get("MEMPROF_RUN", "")),
        ("role", role),
        ("command", command),
        ("python", python),
        ("why", why),
    )
    text = '["unfollowed",{%s}]' % ",".join(["%s:%s" % (_json(n), _json(v)) for n, v in fields])
    data = text.encode("ascii")
    line = ("%08x " % _checksum(data)).encode("ascii") + data + b"\n"
    _write(folder, "%d.%d.brief.memprof" % (os.getpid(), clock_ns), _MAGIC + line)


def _words():
    """Return the command line of this process: `sys.argv` is not there yet everywhere."""
    with open("/proc/self/cmdline", "rb") as file:
        return file.read().decode("utf-8", "replace").split("\0")[:-1]


def _named(words, environ):
    """Return the role and the name of what *words* start; see `memprof.agent.children`."""
    role = "exec" if environ.get("MEMPROF_TARGET") == str(os.getpid()) else "subprocess"
    rest = iter(words[1:])
    for word in rest:
        if word in _TAKING:
            next(rest, None)
        elif word.startswith(("--", "-W", "-X")):
            continue
        elif word == "-" or not word.startswith("-"):
            return role, os.path.basename(word)
        elif "m" in word:
            return role, word.partition("m")[2] or next(rest, "")
        elif "c" in word:
            code = word.partition("c")[2] or next(rest, "")
            for beginning, found in _HELPERS.items():
                if code.startswith((beginning, "import sys; " + beginning)):
                    return found, environ.get("MEMPROF_LABEL", "")
            return role, "-c"
    return role, "python"


def _clock_ns(capture):
    """Return the time by the clock of the run, of which the *capture* says when it was what."""
    with open(capture, "rb") as file:
        hello = file.read(4096).decode("ascii", "replace")
    then_ns, then_s = (
        hello.partition('"%s":' % name)[2].partition(",")[0]
        for name in ("clock_ns", "started_unix_s")
    )
    return max(int(then_ns) + int((time.time() - float(then_s)) * 1e9), 0)


def _json(value):
    """Return *value*, a text or a number, as JSON."""
    if isinstance(value, int):
        return "%d" % value
    units = bytearray(value.encode("utf-16-be", "surrogatepass"))
    codes = [high << 8 | low for high, low in zip(units[::2], units[1::2])]
    shown = [
        chr(code) if 32 <= code < 127 and code not in (34, 92) else "\\u%04x" % code
        for code in codes
    ]
    return '"%s"' % "".join(shown)


def _checksum(data):
    """Return what `memprof.agent.wire.checksum` does."""
    number = 0
    for byte in bytearray(data):
        number = (number << 8 | byte) % _PRIME
    return number


def _write(folder, name, data):
    """Write *data* to the new file *name* in *folder*, which must be ours alone."""
    try:
        os.mkdir(folder, _CHILDREN_MODE)
    except OSError:
        pass
    status = os.lstat(folder)
    ours = status.st_uid == os.geteuid() and status.st_mode & 0o170777 == 0o040000 | _CHILDREN_MODE
    if not ours or len(os.listdir(folder)) >= _MOST:
        return
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | getattr(os, "O_CLOEXEC", 0)
    descriptor = os.open(os.path.join(folder, name), flags, _FILE_MODE)
    try:
        os.write(descriptor, data)
    finally:
        os.close(descriptor)
