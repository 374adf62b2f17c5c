"""
A child's life, as a session lives it.

A forked child goes on with its parent's agent.  Most are soon over, or become
another program, so nothing is done at the fork but to leave the parent's
capture and to note what is inherited.  Who lives longer gets a capture of its
own, and of others the end is told, in one write.
"""

import time

from memprof.agent import __builtins__, children

_clock_ns = time.perf_counter_ns

WHOLE, WAITING, BRIEF = "whole", "waiting", "brief"
"""How a process is told of: from its beginning on; not yet; by its end alone."""


def waits_s(session):
    """Return the seconds until a child that waits has lived long enough to be told of."""
    return max(session.base_ns + children.BRIEF_NS - _clock_ns(), 0) / 1e9


def inherit(session):
    """Wait: this process has just been forked."""
    settings = session.settings
    settings.role = "spawn" if settings.role == "forkserver" else "fork"
    session.stage = WAITING
    # What waited was the parent's.
    session.spending.waits = False
    session.probes.allocations.note_fork()


def begin(session):
    """Tell of a child from now on, if there is room for its capture; else at its end."""
    created = _create(session, whole=True)
    session.stage = BRIEF if created is None else WHOLE
    if created is not None:
        session.channel.take_over(*created)
        session.say_hello()
        session.schedule.begin_again(children.CAPTURE_BYTES)
        session.probes.begin_again(session.base_ns)
        # What a child holds of its own is what it has more than at its first snapshot.
        if session.probes.allocations.follows:
            session.probes.take_light()
        elif session.spending.fits():
            session.spending.take("interval", None)


def tell_end(session, reason, code):
    """Tell of a child that has come to its end before it was told of."""
    created = _create(session, whole=False)
    if created is not None:
        session.channel.take_over(*created)
        session.say_hello(brief=True)
        session.schedule.begin_again(children.CAPTURE_BYTES)
        session.probes.take_brief(reason, session.base_ns)
        session.say_footer(reason, code)


def _create(session, whole):
    """Return the path and the descriptor of a new capture, None where it is not to be."""
    return children.create(session.settings, f"{session.pid}.{session.base_ns}", whole)
