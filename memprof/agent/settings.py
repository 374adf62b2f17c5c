"""
The treaty between the launcher and the agent: which variable says what.

A setting the agent cannot read is its default: the launcher has already
refused it, and a child with a strange environment must run unharmed.
"""

from memprof.agent import __builtins__

CAPTURE = "MEMPROF_CAPTURE"
"""Absolute path of the capture the launcher has created."""

LAUNCHER = "MEMPROF_LAUNCHER"
"""Process id of the launcher; the agent enters its direct child only."""

TARGET = "MEMPROF_TARGET"
"""Process id of the target, set by the agent: whoever finds it is a child."""

LABEL = "MEMPROF_LABEL"
"""What the launcher calls the target, for reports."""

CHILDREN = "MEMPROF_CHILDREN"
"""Absolute path of the directory for the captures of children; absent where none are followed."""

CHILDREN_ENDING = ".children"
"""What its name adds to that of the root's capture."""

RUN = "MEMPROF_RUN"
"""The run's token: captures of one tree share it."""

INTERNAL = frozenset({CAPTURE, LAUNCHER, TARGET, LABEL, CHILDREN, RUN})

VARIABLES = {
    "engine": "MEMPROF_ENGINE",
    "depth": "MEMPROF_DEPTH",
    "interval": "MEMPROF_INTERVAL",
    "cycles": "MEMPROF_CYCLES",
    "record-argv": "MEMPROF_RECORD_ARGV",
}

ENGINES = ("auto", "native", "sample", "tracemalloc", "off")
DEFAULT_ENGINE = "auto"
SAMPLE_BYTES = 512 << 10
"""Bytes allocated from one sampled block to the next, on average."""

MIN_SAMPLE_BYTES, MAX_SAMPLE_BYTES = 1 << 10, 1 << 40
ADAPTIVE = "adaptive"
MIN_DEPTH = 1
MAX_DEPTH = 128


class Settings:
    """
    What to measure: `interval_s` is None for the adaptive schedule.

    `sample_bytes` is how often the engine `sample` looks, 0 for the others.
    """

    def __init__(self, environ):
        """Read the settings from *environ*, a mapping of strings."""
        self.capture = environ[CAPTURE]
        self.label = environ.get(LABEL, "")
        self.launcher = environ.get(LAUNCHER, "")
        self.children = environ.get(CHILDREN)
        self.run = environ.get(RUN, "")
        # What this process is to the tree, and what it is called there.
        self.role, self.command = "root", self.label
        engine, _, size = environ.get(VARIABLES["engine"], DEFAULT_ENGINE).partition("=")
        self.engine = engine if engine in ENGINES else DEFAULT_ENGINE
        self.sample_bytes = 0
        if self.engine == "sample":
            wanted = int(size) if size.isdecimal() else SAMPLE_BYTES
            self.sample_bytes = min(max(wanted, MIN_SAMPLE_BYTES), MAX_SAMPLE_BYTES)
        depth = environ.get(VARIABLES["depth"], "")
        self.depth = min(max(int(depth), MIN_DEPTH), MAX_DEPTH) if depth.isdecimal() else MIN_DEPTH
        try:
            self.interval_s = float(environ.get(VARIABLES["interval"], ADAPTIVE))
        except ValueError:
            self.interval_s = None
        self.cycles = environ.get(VARIABLES["cycles"]) == "1"
        self.record_argv = environ.get(VARIABLES["record-argv"]) == "1"
