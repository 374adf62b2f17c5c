"""What a traced block of code kept: a sentence, then its sites and types."""

from memprof.model.kept import Kept, KeptSite
from memprof.quantity import format_bytes, format_count
from memprof.report.names import place, type_name
from memprof.report.prose import more, paragraph, plural
from memprof.report.table import name, number, path, table

_MOST = 10


def text(found: Kept, top: int = _MOST) -> str:
    """Return *found* as lines, with tables of at most *top* rows."""
    return "".join(f"{line}\n" for line in lines(found, top))


def lines(found: Kept, top: int = _MOST) -> list[str]:
    """Return what was kept, by site and by type."""
    if found.lost:
        return ["tracing was switched off inside the block: what it kept is not known"]
    peak = f"peak {format_bytes(found.peak_bytes)}"
    size = format_bytes(found.size_bytes)
    told = f"{plural(found.blocks, 'block')} and {size} still alive; {peak}; by {found.by}"
    columns = (number("bytes"), number("blocks"), path("allocated at"))
    sites = table(columns, map(_site, found.sites[:top]))
    kinds = [(format_count(one.objects), type_name(one.type)) for one in found.types[:top]]
    types = table((number("objects"), name("type")), kinds)
    return [
        *paragraph(told),
        *sites,
        *more(len(found.sites), top, "site"),
        *types,
        *more(len(found.types), top, "type"),
    ]


def _site(one: KeptSite) -> tuple[str, str, str]:
    """Return the row of one site."""
    return format_bytes(one.size_bytes), format_count(one.blocks), place(one.stack[0])
