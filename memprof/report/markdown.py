"""The verdict as Markdown, for the summary of a job."""

from memprof.analysis.places import Root
from memprof.gate.verdict import Judgement, Verdict
from memprof.report.accused import attempt, changed, growth, owner, place, title, whose
from memprof.report.check import headline
from memprof.report.escape import markdown
from memprof.report.problems import outcomes

MOST_BYTES = 1 << 20
"""What GitHub takes of one step's summary."""

_LEFT_OUT = "\nMore was left out: the summary is full.\n"
_SPARE = 200


def render(verdict: Verdict, root: Root, most_bytes: int = MOST_BYTES) -> str:
    """Return the summary in at most *most_bytes* bytes; what does not fit is said to be missing."""
    text, size = "", 0
    for part in _parts(verdict, root):
        size += len(part.encode("utf-8"))
        if size > most_bytes - _SPARE:
            return text + _LEFT_OUT if most_bytes >= _SPARE else ""
        text += part
    return text


def _parts(verdict: Verdict, root: Root) -> list[str]:
    """Return the summary in parts, each whole in itself: headings, rows, items."""
    word, _, rest = headline(verdict).partition("  ")
    parts = [f"### memprof: {markdown(word)}\n\n{markdown(rest)}\n"]
    for one in verdict.judgements:
        parts.append(f"\n#### {markdown(one.capture)}\n\n|  | limit | figure |\n|---|---|---|\n")
        rows = [(told.outcome, told.name, told.text) for told in outcomes(one)]
        parts += [f"| {' | '.join(map(markdown, row))} |\n" for row in rows]
        parts += _suspects(one, root)
    if verdict.fixed:
        parts.append("\nFixed, and still in the baseline:\n\n")
        parts += [f"- {markdown(one.key)} {markdown(one.type)}\n" for one in verdict.fixed]
    return parts


def _suspects(one: Judgement, root: Root) -> list[str]:
    """Return the suspects as a list, what to try beneath each."""
    parts = ["\n"] if one.accused else []
    for count, found in enumerate(one.accused, start=1):
        spot = place(found, root)
        where = "" if spot is None else f" at {spot.file}:{spot.line}"
        said = [growth(found), whose(found), owner(found), changed(found, one)]
        text = f"{count}. **{markdown(title(found))}**{markdown(where)}  \n"
        text += f"   {markdown('; '.join(filter(None, said)))}  \n"
        tried = attempt(found)
        parts.append(f"{text}   Try: {markdown(tried)}\n" if tried else text)
    if one.suppressed:
        parts.append(f"\nSuppressed: {one.suppressed:,}\n")
    return parts
