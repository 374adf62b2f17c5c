"""Bytes, counts, durations and flags: write them for people, read them from people."""

from memprof.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from re import Match

_BYTE_UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")
_STEP = 1024
_NS_PER_S = 1_000_000_000
_DURATION_UNITS = ((_NS_PER_S, "s"), (1_000_000, "ms"), (1_000, "µs"))
_SECONDS = r"\s*([0-9]+(?:\.[0-9]*)?|\.[0-9]+)\s*(ms|s|min|h)?\s*"
_BYTES = r"\s*([0-9]{1,15}(?:\.[0-9]{0,15})?)\s*(B|KiB|MiB|GiB|TiB|kB|MB|GB|TB)?\s*"
_SHARE = r"\s*([0-9]{1,6}(?:\.[0-9]{0,15})?)\s*%\s*"
_COUNT = r"\s*([0-9]{1,15})\s*"
_BYTES_PER_UNIT = {unit: _STEP**power for power, unit in enumerate(_BYTE_UNITS)} | {None: 1}
_BYTES_PER_UNIT |= {unit: 1000**power for power, unit in enumerate(("kB", "MB", "GB", "TB"), 1)}
_MINUTES_PER_UNIT = {"s": 1 / 60, "min": 1.0, "h": 60.0}
_YES, _NO = frozenset({"1", "true", "yes", "on"}), frozenset({"0", "false", "no", "off"})
_SECONDS_PER_UNIT = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0, None: 1.0}


def format_bytes(size_bytes: float | None) -> str:
    """Return *size_bytes* with a binary unit and three figures: `41.2 MiB`."""
    if size_bytes is None:
        return "n/a"
    sign = "-" if size_bytes < 0 else ""
    value, unit = abs(size_bytes), _BYTE_UNITS[0]
    for larger in _BYTE_UNITS[1:]:
        if value < _STEP - 0.5:
            break
        value, unit = value / _STEP, larger
    text = f"{value:.0f}" if unit == "B" or value >= 100 else f"{value:.1f}"
    return f"{sign}{text} {unit}"


def format_growth(size_bytes: float | None) -> str:
    """Return *size_bytes* as `format_bytes`, with a plus where it grew."""
    text = format_bytes(size_bytes)
    return f"+{text}" if size_bytes is not None and size_bytes > 0 else text


def format_count(count: int | None) -> str:
    """Return *count* with separators: `1,234,567`."""
    return "n/a" if count is None else f"{count:,}"


def format_count_growth(count: int | None) -> str:
    """Return *count* as `format_count`, with a plus where it grew."""
    text = format_count(count)
    return f"+{text}" if count is not None and count > 0 else text


def format_duration(duration_ns: float | None) -> str:
    """Return *duration_ns* with a fitting unit: `12.5 ms`, `2 min 5 s`."""
    if duration_ns is None:
        return "n/a"
    seconds = duration_ns / _NS_PER_S
    if seconds >= 3600:
        return f"{int(seconds // 3600)} h {int(seconds % 3600 // 60)} min"
    if seconds >= 120:
        return f"{int(seconds // 60)} min {int(seconds % 60)} s"
    for size_ns, unit in _DURATION_UNITS:
        if duration_ns >= size_ns:
            value = duration_ns / size_ns
            return f"{value:.0f} {unit}" if value >= 100 else f"{value:.1f} {unit}"
    return f"{duration_ns:.0f} ns"


def format_share(share: float | None) -> str:
    """Return a *share* between 0 and 1 as a percentage: `12.3 %`."""
    return "n/a" if share is None else f"{share * 100:.1f} %"


def format_rate(bytes_per_min: float | None) -> str:
    """Return a growth as `format_bytes` has its size: `0.5 MiB/min`."""
    return "n/a" if bytes_per_min is None else f"{format_bytes(bytes_per_min)}/min"


def read_seconds(text: str) -> float:
    """
    Return the seconds that *text* says: `2`, `0.5`, `250ms`, `1.5 min`.

    Raises UsageError where it says none.
    """
    match = _match(_SECONDS, text)
    if match is None:
        message = f"{text!r} is not a duration"
        raise UsageError(message, "Write it as 2, 0.5, 250ms or 1.5min.")
    return float(match[1]) * _SECONDS_PER_UNIT[match[2]]


def read_bytes(text: str) -> int:
    """
    Return the bytes that *text* says: `4096`, `512KiB`, `1.5 MiB`, `24 MB`.

    Raises UsageError where it says none.
    """
    match = _match(_BYTES, text)
    if match is None:
        message = f"{text!r} is not a size"
        raise UsageError(message, "Write it as 4096, 512KiB or 1.5MiB.")
    return round(float(match[1]) * _BYTES_PER_UNIT[match[2]])


def read_bytes_per_min(text: str) -> float:
    """
    Return the bytes a minute that *text* says: `0.5MiB/min`, `20 KiB/s`, `1GiB/h`, `0`.

    Raises UsageError where it says none; only 0 needs no time.
    """
    size, slash, unit = text.partition("/")
    minutes = _MINUTES_PER_UNIT.get(unit.strip()) if slash else None
    try:
        size_bytes = read_bytes(size)
    except UsageError:
        size_bytes = -1
    if size_bytes == 0 and not slash:
        return 0.0
    if minutes is None or size_bytes < 0:
        message = f"{text!r} is not a growth"
        raise UsageError(message, "Write it as 0.5MiB/min, 20KiB/s or 1GiB/h.")
    return size_bytes / minutes


def read_share(text: str) -> float:
    """Return the share, 1 for the whole, that *text* says: `5%`; raise UsageError."""
    match = _match(_SHARE, text)
    if match is None:
        message = f"{text!r} is not a share"
        raise UsageError(message, "Write it as 5% or 0.5%.")
    return float(match[1]) / 100


def read_count(text: str) -> int:
    """Return the number that *text* says: `0`, `12`; raise UsageError."""
    match = _match(_COUNT, text)
    if match is None:
        message = f"{text!r} is not a whole number from 0 up"
        raise UsageError(message, "Write it as 0 or 12.")
    return int(match[1])


def read_flag(text: str) -> bool:
    """Return the yes or no that *text* says: `true`, `off`, `1`; raise UsageError."""
    word = text.lower()
    if word not in _YES | _NO:
        message = f"{text!r} is neither true nor false"
        raise UsageError(message, "Write it as true or false.")
    return word in _YES


def _match(pattern: str, text: str) -> "Match[str] | None":
    """Return how the whole of *text* fits *pattern*, None if it does not."""
    # Few runs read a quantity, and all would pay for the compiler of patterns.
    import re

    return re.fullmatch(pattern, text)
