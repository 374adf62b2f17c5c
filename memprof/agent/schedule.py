"""
When the next snapshot is due: often enough to judge by, cheap enough to leave on.

Pure: every method is given the time, in nanoseconds since the agent began.
"""

from memprof.agent import __builtins__

BUSY_SHARE, IDLE_SHARE = 150, 40
"""Snapshots may cost these fractions of the run.

Of time in which the target used the processor, or waited for one, they may cost a
150th, of time in which it waited for something else a fortieth.
"""

SLOWED = 3
"""Where the engine makes the program several times slower, they may cost so much more of it."""

LIGHT_INTERVAL_NS, LIGHT_SHARE = 50_000_000, 20
"""Light snapshots, of blocks alone, come so far apart at least, and this fraction of the run."""

LIGHT_COST = 100
"""A light one costs at most this fraction of the time since the last."""

FRESH = 2
"""While a program still loads what it is made of, snapshots come so much less often."""

CREDIT_NS = 10_000_000
"""What they may cost before the run has earned it, so that a short one has some."""

_PURSE = 2
"""What was not spent is kept for this many snapshots more, not for ever."""

FIXED_SHARE = 2
"""With an interval the user chose, half the time may go into snapshots."""

FIRST_INTERVAL_NS = 100_000_000
LAST_INTERVAL_NS = 1_000_000_000
_SHARE_OF_RUN = 50
"""Aim at this many snapshots so far, so that short runs have enough of them."""

_GROWTH = 1.10
_GROWTH_BYTES = 1 << 20
"""Growth since the last snapshot that makes another due early."""

THINNING_COUNT = 256
"""Snapshots after which the interval doubles: a day makes some 2,500."""

CAPTURE_BYTES = 16 << 20
"""What a capture may take; each sixteenth of it doubles the interval too."""

CHEAP_NS = 50_000_000
"""A checkpoint that costs less is always taken, for the first thousand."""

_CHECKPOINTS = 1000
FIRST_CHECKPOINTS = 20
"""These many are taken at ten times the price: they were asked for by name."""

_FADING = 0.9

EXTRA_SHARE = 10
"""Looks at cyclic garbage before the target's own collections: a tenth."""

_EXTRA_FREE_NS = 1_000_000_000
"""What the start of a run is credited with for them, times the share."""

MIDWAY_SHARE, MIDWAY_FREE_NS, MIDWAY_LONGEST_NS = 40, 10_000_000, 200_000_000
"""
Looks midway at who owns what grew: a fraction of the processor time, a little in any case.

Each stops the target as a full collection does, and for no longer than the last.
"""

MIDWAY_GROWN_SHARE, MIDWAY_GROWN = 15, 2
"""Where there is so many times as much as at the first, it is worth more of the time."""

MIDWAY_FIRST_NS = 400_000_000
"""Not before: what has grown by then is what was imported, most likely."""

_LATE_NS = 5_000_000_000
"""An adaptive snapshot that waits twice as long for its budget is late."""

TICK_SHORTEST_S = 0.01
TICK_LONGEST_S = 0.5


class Schedule:
    """Decides when to take a snapshot, from what the last ones cost."""

    def __init__(self, interval_s, *, slowed=False):
        """
        Go by a fixed *interval_s*, or None to adapt to run and cost.

        *slowed* tells that the engine makes the program several times slower.
        """
        self._interval_ns = None if interval_s is None else int(interval_s * 1e9)
        self._times = SLOWED if slowed else 1
        self._cost_ns = 0
        self._cost_size = 1
        self.begin_again(CAPTURE_BYTES)

    def begin_again(self, capture_bytes):
        """
        Begin the time of another process, whose capture may take *capture_bytes*.

        What the last snapshot cost its parent is what the first will cost it.
        """
        self._epoch_limit = capture_bytes // 16
        self._least_ns = 0
        self._light_ns = 0
        self._seen_ns = 0
        self._fresh = False
        self._ended_ns = 0
        # What snapshots may cost now, and until when that is reckoned.
        self._purse_ns = CREDIT_NS * self._times
        self._earned_ns = 0
        self._busy_ns = 0
        # The time in which one nanosecond was earned, of late.
        self._pace = IDLE_SHARE
        self._live_bytes = 0
        self._epoch_bytes = 0
        self._epoch_count = 0
        self._doublings = 0
        self._checkpoints = 0
        self._told_ns = 0
        self._extra_ns = 0
        self._midway_ns = self._midway_at_ns = self._midway_size = 0
        self.spent_ns = 0

    def taken(self, now_ns, busy_ns, cost_ns, live_bytes, size, written_bytes):  # noqa: PLR0913
        """
        Note a snapshot that ended at *now_ns* and cost *cost_ns*.

        *cost_ns* is what the next one will cost again, *busy_ns* the processor
        time the process has used or wanted by then.

        *size* is what its cost grows with: live blocks and objects.
        *written_bytes* is the capture's size so far.
        """
        self._earn(now_ns, busy_ns)
        self._purse_ns -= cost_ns
        self._cost_ns = cost_ns
        self._cost_size = max(size, 1)
        self._ended_ns = self._seen_ns = now_ns
        self._live_bytes = live_bytes
        self._epoch_count += 1
        full = written_bytes - self._epoch_bytes >= self._epoch_limit
        if self._epoch_count >= THINNING_COUNT or full:
            self._doublings += 1
            self._epoch_count = 0
            self._epoch_bytes = written_bytes

    def expect(self, least_ns):
        """Note that a snapshot will now cost *least_ns*, whatever the last one did."""
        self._least_ns = least_ns

    def due_light(self, now_ns):
        """Tell whether a light snapshot is due at *now_ns*: between others, or in their place."""
        if self._interval_ns is not None:
            return False
        least = min(max(now_ns // LIGHT_SHARE, LIGHT_INTERVAL_NS), LAST_INTERVAL_NS)
        since = now_ns - self._seen_ns
        return since >= max(least << self._doublings, LIGHT_COST * self._light_ns)

    def taken_light(self, now_ns, cost_ns):
        """Note a light snapshot that ended at *now_ns* and will cost *cost_ns* again."""
        self._seen_ns, self._light_ns = now_ns, cost_ns

    def found_new(self, fresh):
        """Note that the last snapshot saw mostly what is new: imports, most likely."""
        self._fresh = fresh

    def predicted_ns(self, size):
        """Return what a snapshot of *size* blocks and objects will cost."""
        return max(self._cost_ns * max(size / self._cost_size, 1), self._least_ns)

    def interval_ns(self, now_ns):
        """Return the time from one snapshot to the next, budget apart."""
        if self._interval_ns is not None:
            interval = self._interval_ns
        else:
            interval = max(now_ns // _SHARE_OF_RUN, FIRST_INTERVAL_NS)
            interval = min(interval * (FRESH if self._fresh else 1), LAST_INTERVAL_NS)
        return interval << self._doublings

    def due(self, now_ns, live_bytes):
        """Return why a snapshot is due at *now_ns*, None if none is."""
        since = now_ns - self._ended_ns
        interval = self.interval_ns(now_ns)
        if since >= interval:
            return "interval"
        if self._interval_ns is not None:
            return None
        grown = live_bytes - self._live_bytes
        if grown > _GROWTH_BYTES and live_bytes > self._live_bytes * _GROWTH:
            return "growth" if since >= min(interval, FIRST_INTERVAL_NS) // 4 else None
        return None

    def affords(self, now_ns, busy_ns, size):
        """
        Tell whether the budget allows a snapshot at *now_ns*.

        *busy_ns* is the processor time the process has used or wanted so far.
        """
        predicted_ns = self.predicted_ns(size)
        if self._interval_ns is not None:
            return now_ns - self._ended_ns >= FIXED_SHARE * predicted_ns
        self._earn(now_ns, busy_ns)
        return self._purse_ns >= predicted_ns

    def _earn(self, now_ns, busy_ns):
        """Fill the purse with what the run has earned by *now_ns*."""
        since = now_ns - self._earned_ns
        busy = min(max(busy_ns - self._busy_ns, 0), since)
        self._earned_ns, self._busy_ns = now_ns, busy_ns
        earned = busy * self._times // BUSY_SHARE + (since - busy) // IDLE_SHARE
        if earned:
            self._pace = since // earned
        most = max(CREDIT_NS * self._times, _PURSE * self._cost_ns, self._purse_ns)
        self._purse_ns = min(self._purse_ns + earned, most)

    def affords_checkpoint(self, now_ns, busy_ns, size):
        """Tell whether a checkpoint may cost what it will cost."""
        self._checkpoints += 1
        limit_ns = CHEAP_NS * (10 if self._checkpoints <= FIRST_CHECKPOINTS else 1)
        cheap = self.predicted_ns(size) <= limit_ns and self._checkpoints <= _CHECKPOINTS
        if cheap or self.affords(now_ns, busy_ns, size):
            return True
        # The estimate may be of a bad moment: let it fade, or none is taken again.
        self._cost_ns *= _FADING
        return False

    def affords_extra(self, now_ns):
        """Tell whether a look beside the snapshots can be paid at *now_ns*."""
        return self._extra_ns * EXTRA_SHARE <= now_ns + _EXTRA_FREE_NS

    def charge_extra(self, cost_ns):
        """Note what a look beside the snapshots cost."""
        self._extra_ns += cost_ns
        self.spent_ns += cost_ns

    def affords_midway(self, now_ns, used_ns, predicted_ns, size):
        """
        Tell whether a look midway is due at *now_ns*, and can be paid.

        It is when the run is twice as long as at the last, the first in good time; *used_ns*
        is the processor time of the process so far, *size* how much there is in it.
        """
        if now_ns < max(2 * self._midway_at_ns, MIDWAY_FIRST_NS):
            return False
        self._midway_size = self._midway_size or size
        grown = size >= MIDWAY_GROWN * self._midway_size
        share = MIDWAY_GROWN_SHARE if grown else MIDWAY_SHARE
        left_ns = max(used_ns // share, MIDWAY_FREE_NS) - self._midway_ns
        return predicted_ns <= min(left_ns, MIDWAY_LONGEST_NS)

    def taken_midway(self, now_ns, cost_ns):
        """Note a look midway that ended at *now_ns*, and what it cost."""
        self._midway_at_ns = now_ns
        self._midway_ns += cost_ns
        self.spent_ns += cost_ns

    def tells_skip(self, now_ns):
        """Tell whether a skip is worth a record: late, and later still."""
        since = now_ns - self._ended_ns
        late = _LATE_NS if self._interval_ns is None else self.interval_ns(now_ns)
        if since < max(2 * (self._told_ns - self._ended_ns), 2 * late):
            return False
        self._told_ns = now_ns
        return True

    def tick_s(self, now_ns, ticks, watches):
        """
        Return how long to sleep until it is worth looking again.

        *ticks* is how often from one snapshot to the next, because a peak may not be
        missed, or because the engine *watches* something that needs no snapshot.
        """
        interval_ns = self.interval_ns(now_ns)
        wait_ns, often_ns = self._ended_ns + interval_ns - now_ns, interval_ns // ticks
        # Earned as lately: what turns out otherwise is seen half a second late.
        lacking_ns = max(self._cost_ns, self._least_ns) - self._purse_ns
        paid_ns = lacking_ns * self._pace if self._interval_ns is None else 0
        if watches:
            wait_ns = min(max(wait_ns, paid_ns), often_ns)
        else:
            wait_ns = max(min(wait_ns, often_ns), paid_ns)
        return min(max(wait_ns / 1e9, TICK_SHORTEST_S), TICK_LONGEST_S)
