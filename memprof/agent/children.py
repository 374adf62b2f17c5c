"""
The captures of a tree: which process writes one, where, and what it is called.

Children write into one directory beside the root's capture.  It is made by the
first that has something to say, and belongs to nobody but its owner.  Whatever
is wrong with it, the child runs on and nothing is touched.
"""

import os
import stat
import sys

from memprof.agent import __builtins__
from memprof.agent.settings import LABEL, TARGET

_open, _close, _fstat, _fchmod = os.open, os.close, os.fstat, os.fchmod
_mkdir, _lstat, _listdir, _unlink = os.mkdir, os.lstat, os.listdir, os.unlink
_kill, _geteuid, _getpid = os.kill, os.geteuid, os.getpid
_is_file, _mode_of = stat.S_ISREG, stat.S_IMODE
_CREATE = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC

MOST_WHOLE = 32
"""Children of a tree that are followed from beginning to end; of others the end is told."""

MOST_BRIEF = 500
"""Files of those others, where no launcher sums them up any more."""

BRIEF_NS = 100_000_000
"""A forked child that is over sooner is told of by its end alone."""

CAPTURE_BYTES = 4 << 20
"""What the capture of a child may take; see `memprof.agent.schedule.CAPTURE_BYTES`."""

ENDING, BRIEF_ENDING = ".memprof", ".brief.memprof"
_FOLDER_MODE, _FILE_MODE = 0o700, 0o600

_TAKING = ("-W", "-X")
"""Options of the interpreter that take a value."""

_HELPERS = {
    "from multiprocessing.resource_tracker import main": None,
    "from multiprocessing.forkserver import main": "forkserver",
    "from multiprocessing.spawn import spawn_main": "spawn",
}
"""The code that multiprocessing starts a Python with -> its role, None: it is left alone."""

_BEFORE = "import sys; "
"""What may stand before it: the fork server's, since 3.14."""


def role(environ, pid):
    """
    Return what this process, just started with *environ*, is to the tree.

    None if it is to be left alone: the tracker of multiprocessing's resources is
    Python's own, and outlives those that it serves.
    """
    if environ.get(TARGET) == str(pid):
        return "exec"
    code = (_word_after("c") or "").removeprefix(_BEFORE)
    for beginning, found in _HELPERS.items():
        if code.startswith(beginning):
            return found
    return "subprocess"


def command(found, label):
    """
    Return what a process of the role *found* is called: a script, a module, or `-c`.

    multiprocessing's are called by the *label* of the process that started them.
    """
    if found in {"spawn", "forkserver"}:
        return label
    module = _word_after("m")
    if module is not None:
        return module
    first = sys.argv[0] if sys.argv else ""
    return os.path.basename(first) or "python"


def _word_after(letter):
    """Return what follows the interpreter's option *letter*, None without it."""
    words = iter(sys.orig_argv[1:])
    for word in words:
        if word in _TAKING:
            next(words, None)
        elif word.startswith(("--", *_TAKING)):
            continue
        elif not word.startswith("-") or word == "-":
            break
        elif letter in word:
            return word.partition(letter)[2] or next(words, None)
        elif "c" in word or "m" in word:
            break
    return None


def adopt(settings, environ, base_ns):
    """
    Name in *settings* what this process is to the tree, and create its capture.

    Return (path, descriptor), None where it is told of at its end alone.  Its own
    children learn its name by *environ*.
    """
    pid = _getpid()
    settings.role = role(environ, pid)
    settings.command = command(settings.role, settings.label)
    settings.label = environ[LABEL] = settings.command
    created = create(settings, f"{pid}.{base_ns}", True)
    if created is None:
        settings.engine = "off"
    return created


def create(settings, name, whole):
    """
    Create the capture of the child *name* (its process id and clock); return (path, descriptor).

    None where it is not to be: the run's capture is gone, its directory is not ours,
    there are enough of *whole* ones, or of others with nobody to sum them up.
    """
    folder = _folder(settings)
    if folder is None:
        return None
    try:
        if not _has_room(folder, settings.launcher, whole):
            return None
        file = f"{name}{ENDING if whole else BRIEF_ENDING}"
        descriptor = _open(file, _CREATE, _FILE_MODE, dir_fd=folder)
        if whole and file not in _first(folder):
            # Many began at once and found room.
            _unlink(file, dir_fd=folder)
            _close(descriptor)
            return None
        # Whatever the umask took away.
        _fchmod(descriptor, _FILE_MODE)
    except OSError:
        return None
    else:
        return f"{settings.children}/{file}", descriptor
    finally:
        _close(folder)


def _folder(settings):
    """Return a descriptor of the directory, which must be ours alone; None without it."""
    path = settings.children
    try:
        # Who threw the run's capture away wants none of its children's.
        if not _is_file(_lstat(settings.capture).st_mode):
            return None
        try:
            folder = _open(path, _FOLDER)
        except FileNotFoundError:
            folder = _made(path)
        status = _fstat(folder)
        # Its group may be the folder's above: that is no right of anybody's.
        mode = _mode_of(status.st_mode) & 0o777
        if status.st_uid == _geteuid() and mode == _FOLDER_MODE:
            return folder
        _close(folder)
    except OSError:
        pass
    return None


def _made(path):
    """Return a descriptor of the directory at *path*, made by us or by another child just now."""
    try:
        _mkdir(path, _FOLDER_MODE)
    except FileExistsError:
        return _open(path, _FOLDER)
    folder = _open(path, _FOLDER)
    _fchmod(folder, _FOLDER_MODE)
    return folder


def _has_room(folder, launcher, whole):
    """Tell whether another capture, a *whole* one or a brief one, may come into *folder*."""
    if whole:
        return len(_first(folder)) < MOST_WHOLE
    return _lives(launcher) or len(_listdir(folder)) < MOST_BRIEF


def _first(folder):
    """Return the names of the whole captures in *folder*, as many as there may be."""
    names = sorted(one for one in _listdir(folder) if not one.endswith(BRIEF_ENDING))
    return names[:MOST_WHOLE]


def _lives(pid):
    """Tell whether there is a process *pid*, a text."""
    try:
        _kill(int(pid), 0)
    except PermissionError:
        return True
    except (OSError, ValueError):
        return False
    return True
