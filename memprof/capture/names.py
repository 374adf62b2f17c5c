"""Numbers that stand for names: ids given out by the capture, and its strings."""

from memprof.capture.fields import DamagedRecord, Record, text

MAX_IDS = 1 << 22
"""Ids of one table; the largest program measured had 60,000 sites."""

LOST = "<lost>"
"""Stands for a name whose record was damaged or never written."""

_BYTES_PER_ID = 8
_FREE_IDS = 1 << 17


class Ids:
    """
    The ids of one table: how many were declared, the highest spoken of.

    A record that was lost leaves a gap, and other records speak of ids in
    it.  Such ids are filled with `<lost>`, which takes memory the file did
    not pay for; so they are bounded by the size of the file, or of the part of
    it that speaks of one process.
    """

    def __init__(self, file_bytes: int) -> None:
        """Start an empty table of a capture of *file_bytes*."""
        free = min(_FREE_IDS, file_bytes)
        self._gap_limit = min(MAX_IDS, file_bytes // _BYTES_PER_ID + free)
        self.declared = 0
        self._reached = 0

    def __len__(self) -> int:
        """Return how many ids there are, lost ones at the end included."""
        return max(self.declared, self._reached)

    def declare(self, first: int, count: int) -> int:
        """Give out *count* ids from *first* on; return how many were lost before."""
        gap = first - self.declared
        end = first + count
        if gap < 0 or end > MAX_IDS or (gap and first > self._gap_limit):
            raise DamagedRecord
        self.declared = end
        return gap

    def reach(self, highest: int) -> None:
        """Note that a record speaks of ids up to *highest*."""
        if highest >= max(self.declared, self._gap_limit):
            raise DamagedRecord
        self._reached = max(self._reached, highest + 1)


class Strings:
    """Every text of the capture, once."""

    def __init__(self, file_bytes: int) -> None:
        """Start with no strings."""
        self._ids = Ids(file_bytes)
        self._texts: list[str] = []

    def take(self, record: Record) -> None:
        """Add the texts of a `strings` record."""
        first = record.integer("first")
        texts = [text(item) for item in record.items("texts")]
        gap = self._ids.declare(first, len(texts))
        self._texts.extend([LOST] * gap)
        self._texts.extend(texts)

    def __getitem__(self, number: int) -> str:
        """Return string *number*, `<lost>` where there is none."""
        return self._texts[number] if 0 <= number < len(self._texts) else LOST
