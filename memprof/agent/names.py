"""
Names by number: strings, frames, sites and types, each sent once.

What is kept is strings and integers in a few containers made at the start,
so that the agent's own state adds no object the collector tracks.
"""

import os

from memprof.agent import (
    __builtins__,
    atomic,
)

_ask_module = type.__dict__["__module__"].__get__
_qualname_of = type.__dict__["__qualname__"].__get__
_name_of = type.__dict__["__name__"].__get__
_traceback_of = BaseException.__dict__["__traceback__"].__get__
_OURS = os.path.dirname(__file__) + os.sep

_LINE = (1 << 32) - 1
"""What of a frame's key is its line; above it is the number of its file."""

OWN = -1
"""The number of every frame and site that is memprof's own."""


def module_of(cls):
    """Return what module class *cls* is of, whatever its metaclass says; "" where it is of none."""
    try:
        module = _ask_module(cls)
    except AttributeError:
        # Made by C code that gives none.
        return ""
    return module if type(module) is str else ""


class Names:
    """Numbers what it is shown, and sends what is new over `channel`."""

    def __init__(self, channel, own_prefix):
        """Number for *channel*; files below *own_prefix* are memprof's own."""
        self._channel = channel
        self.own_prefix = own_prefix
        self.strings = {}
        self.frames = {}
        self.sites = {}
        self.types = {}
        # file name -> the lines as one string of "line:frame-id " entries
        self.unnamed = {}
        self._fresh_strings = []
        self._fresh_frames = []
        self._fresh_sites = []
        self._fresh_types = []
        self._fresh_functions = []

    def string(self, text):
        """Return the number of *text*, a str."""
        number = self.strings.get(text)
        if number is None:
            number = self.strings[text] = len(self.strings)
            self._fresh_strings.append(text)
        return number

    def site(self, traceback):
        """
        Return the number of *traceback*, a tuple of (file, line), or OWN.

        The allocating frame comes first.  An engine that knows the function
        too says (file, line, function).
        """
        if traceback[0][0].startswith(self.own_prefix):
            return OWN
        return self.site_of([self.frame(*frame) for frame in traceback])

    def site_of(self, stack):
        """Return the number of the site whose frames *stack* numbers, or OWN."""
        if stack[0] == OWN:
            return OWN
        # Deeper down a frame of ours may stand: the door, a checkpoint.
        ids = [frame for frame in stack if frame != OWN]
        # Not by repr(): that makes a dictionary for the thread, which counts as the target's.
        key = ids[0] if len(ids) == 1 else " ".join(map(str, ids))
        number = self.sites.get(key)
        if number is None:
            number = self.sites[key] = len(self.sites)
            self._fresh_sites.append(ids)
        return number

    def type(self, cls):
        """Return the number of the name of class *cls*, a type object."""
        module, qualname = module_of(cls), _qualname_of(cls)
        key = f"{module}\0{qualname}"
        number = self.types.get(key)
        if number is None:
            number = self.types[key] = len(self.types)
            self._fresh_types += (self.string(module), self.string(qualname))
        return number

    def frame(self, file, line, function=None):
        """Return the number of the frame at *line* of *file*, or OWN."""
        if file.startswith(self.own_prefix):
            return OWN
        string = self.string(file)
        key = string << 32 | line
        number = self.frames.get(key)
        if number is None:
            number = self.frames[key] = len(self.frames)
            self._fresh_frames += (string, line)
            if function is None:
                self.unnamed[file] = f"{self.unnamed.get(file, '')}{line}:{number} "
            else:
                self._fresh_functions += (number, self.string(function))
        return number

    def learn(self, name_new):
        """
        Let *name_new*, a function in C, number what an engine knows and we do not.

        It does what `site_of` does for each, twenty times as fast.
        """
        fresh = self._fresh_strings, self._fresh_frames, self._fresh_sites, self._fresh_functions
        # As one: it makes a list for each site, and no collection shall come of that.
        atomic.run((name_new, self.strings, self.frames, self.sites, *fresh))

    def tell_again(self, functions):
        """
        Take all that was ever numbered for new: it is to be sent to another capture.

        *functions* is [frame, string, ...] of the frames whose function the engine knows.
        """
        texts, frames, types = list(self.strings), list(self.frames), []
        for name in self.types:
            module, _, qualname = name.partition("\0")
            types += (self.strings[module], self.strings[qualname])
        # In place, as none of ours may be seen to come.
        self._fresh_strings[:] = texts
        self._fresh_types[:] = types
        self._fresh_functions[:] = functions
        self._fresh_sites[:] = map(frames_of, self.sites)
        self._fresh_frames.clear()
        known = set(functions[::2])
        self.unnamed.clear()
        for number, key in enumerate(frames):
            string, line = key >> 32, key & _LINE
            self._fresh_frames += (string, line)
            if number not in known:
                file = texts[string]
                self.unnamed[file] = f"{self.unnamed.get(file, '')}{line}:{number} "

    def flush(self):
        """Send what is new, in the order in which it refers to itself."""
        send = self._channel.send
        for kind, field, fresh, known, width in (
            ("strings", "texts", self._fresh_strings, self.strings, 1),
            ("frames", "rows", self._fresh_frames, self.frames, 2),
            ("sites", "stacks", self._fresh_sites, self.sites, 1),
            ("types", "rows", self._fresh_types, self.types, 2),
        ):
            if fresh:
                send(kind, {"first": len(known) - len(fresh) // width, field: fresh})
                fresh.clear()
        if self._fresh_functions:
            send("functions", {"rows": self._fresh_functions})
            self._fresh_functions.clear()


def frames_of(key):
    """Return the frames of the site of that *key*."""
    return [key] if type(key) is int else list(map(int, key.split()))


def said(error):
    """
    Return what *error* is, and what it says where it is of our own raising.

    A signal's handler, say, raises what is the target's; asked what it says, its own
    code would run, and could say a secret.
    """
    name, raised = _name_of(type(error)), _traceback_of(error)
    while raised is not None and raised.tb_next is not None:
        raised = raised.tb_next
    if raised is None or not raised.tb_frame.f_code.co_filename.startswith(_OURS):
        return f"{name} from code that is not memprof's"
    return f"{name}: {error}"
