"""The verdict of the gate as text and as JSON, the answer first."""

from collections.abc import Sequence

from memprof.analysis.findings import Findings
from memprof.analysis.places import Root
from memprof.gate import budget
from memprof.gate.entry import Entry
from memprof.gate.outcome import BROKEN, HOLDS, NO_FIGURE
from memprof.gate.verdict import Judgement, Ruling, Verdict
from memprof.quantity import format_bytes
from memprof.report import accused, gaps, ruling, suppressions, suspect
from memprof.report.document import written
from memprof.report.escape import terminal
from memprof.report.names import UNKNOWN
from memprof.report.prose import bullets, more, paragraph, plural
from memprof.report.sites import Row
from memprof.report.table import name, number, table

FORMAT = "memprof-check/1"
_FIRST = 2
_ESTIMATED = frozenset({budget.MAX_LIVE, budget.MAX_PEAK, budget.MAX_GROWTH})
_OF_SITES = frozenset({budget.MAX_RSS, budget.MAX_LIVE, budget.MAX_PEAK})
_MOST_GROUPS = 10
_COLUMNS = (name(""), name("limit"), number("measured"), number("allowed"), name("set by"))


def render(verdict: Verdict, root: Root) -> str:
    """Return the page; its first line is the answer, every line safe to print."""
    lines = [headline(verdict)]
    for one in verdict.judgements:
        lines += _judgement(one, root, named=len(verdict.judgements) > 1)
    lines += _fixed(verdict.fixed)
    return "".join(f"{line}\n" for line in lines)


def headline(verdict: Verdict) -> str:
    """Return the answer in one line, with the numbers that decided it."""
    told = deciding(verdict)
    rest = f"; {len(told) - _FIRST} more below" if len(told) > _FIRST else ""
    return terminal(f"{verdict.word}  {'; '.join(told[:_FIRST])}{rest}")


def deciding(verdict: Verdict) -> list[str]:
    """Return what decided the *verdict*: what is broken or unknown, all where it passed."""
    wanted, told = verdict.outcome, []
    for one in verdict.judgements:
        prefix = f"{one.capture}: " if len(verdict.judgements) > 1 else ""
        found = [ruling.sentence(r) + _why(r) for r in one.rulings if r.outcome == wanted]
        if one.compared is not None and one.compared.outcome == wanted:
            gap = one.compared.gap if wanted == NO_FIGURE else None
            found.append(gaps.because(gap) if gap else ruling.compared(one.compared))
        if wanted == NO_FIGURE:
            found += [gaps.because(one.gap)] if one.gap is not None else []
            found += [one.trouble] if one.trouble else []
        told += [f"{prefix}{text}" for text in found]
    return told


def document(verdict: Verdict, root: Root) -> Row:
    """Return all of it as one object."""
    return {
        "format": FORMAT,
        "verdict": verdict.word,
        "exit_code": verdict.exit_code,
        "because": deciding(verdict),
        "captures": [_capture(one, root) for one in verdict.judgements],
        "fixed": [{"key": one.key, **_entry(one)} for one in verdict.fixed],
    }


def dumps(verdict: Verdict, root: Root) -> str:
    """Return the document as ASCII text."""
    return written(document(verdict, root))


def _why(one: Ruling) -> str:
    """Return why a figure is not known, as the end of a sentence."""
    gap = one.figure.gap
    return f" ({gaps.why(gap)})" if one.outcome == NO_FIGURE and gap is not None else ""


def _judgement(one: Judgement, root: Root, *, named: bool) -> list[str]:
    """Return what one capture came to."""
    lines = ["", *paragraph(f"{one.capture}:")] if named else [""]
    if one.findings is None:
        return [*lines, *bullets([one.trouble])]
    cells = [(r.outcome, ruling.what(r), *ruling.figures(r), r.limit.source) for r in one.rulings]
    if one.compared is not None:
        words = UNKNOWN if one.compared.foreign else ruling.counted(one.compared)
        allowed = f"{one.compared.known:,} known"
        cells.append((one.compared.outcome, "suspects", words, allowed, "baseline"))
    lines += table(_COLUMNS, cells)
    return lines + bullets(_notes(one, one.findings)) + _accused(one, root)


def _notes(one: Judgement, findings: Findings) -> list[str]:
    """Return what a reader of the figures must know."""
    notes = [
        f"{ruling.what(r)}: {gaps.because(r.figure.gap)}."
        for r in one.rulings
        if r.outcome != HOLDS and r.figure.gap is not None
    ]
    if one.gap is not None:
        notes.append(f"history: {gaps.because(one.gap)}.")
    if one.compared is not None and one.compared.gap is not None:
        notes.append(f"baseline: {gaps.because(one.compared.gap)}.")
    if any(r.figure.of == "types" for r in one.rulings):
        notes.append("The engine was off, so only what the collector tracks could be a suspect.")
    if findings.processes is not None:
        notes.append(
            f"{findings.processes.number:,} processes: each limit holds for every one of them, and"
            " the largest figure is shown; suspects are those of all."
        )
    settings = findings.run.settings
    if settings.sample_bytes and any(r.limit.name in _ESTIMATED for r in one.rulings):
        every = format_bytes(settings.sample_bytes)
        notes.append(f"Live bytes are estimates: one block in {every} was written down.")
    if findings.run.ending.code:
        notes.append(f"The program ended with status {findings.run.ending.code}.")
    if any(r.outcome == BROKEN and r.limit.name in _OF_SITES for r in one.rulings):
        shown = f"'memprof report {one.capture} --section allocations'"
        notes.append(f"{shown} shows which lines held memory at the peak and at the end.")
    return notes + suppressions.notes(findings.suspects.applied)


def _accused(one: Judgement, root: Root) -> list[str]:
    """Return the suspects that broke something, those with one owner together."""
    groups = accused.together(one.accused)
    lines: list[str] = []
    said: dict[str, int] = {}
    for count, group in enumerate(groups[:_MOST_GROUPS], start=1):
        first = group[0]
        found = accused.place(first, root)
        where = "" if found is None else f" at {found.file}:{found.line}"
        lines += ["", *paragraph(f"{count}. {accused.title(first)}{where}", "", "   ")]
        told = [accused.growth(first), accused.whose(first)]
        told += [accused.owner(first), accused.others(group)]
        lines += paragraph("; ".join(text for text in told if text), "   ")
        changed = accused.changed(first, one)
        tried = next(filter(None, map(accused.attempt, group)), "")
        lines += paragraph(changed, "   ") if changed else []
        if tried:
            again = said.setdefault(tried, count)
            text = tried if again == count else f"as for {again}."
            lines += paragraph(f"Try: {text}", "   ", "        ")
        lines += paragraph(f"Fingerprint {first.suspect.fingerprint}", "   ")
    lines += more(len(groups), len(groups[:_MOST_GROUPS]), "group of suspects", "groups")
    if groups:
        line = f"'memprof suspects {one.capture} --explain {one.accused[0].suspect.rank}'"
        lines += ["", *paragraph(f"{line} shows the first whole.")]
    return lines


def _fixed(entries: Sequence[Entry]) -> list[str]:
    """Return which suspects of the baseline are gone."""
    if not entries:
        return []
    told = [f"{one.rule} {_named(one)}" for one in entries[:_MOST_GROUPS]]
    text = f"Fixed: {plural(len(entries), 'suspect')} of the baseline; --update-baseline takes out"
    return ["", *paragraph(f"{text} what is fixed."), *bullets(told)]


def _named(one: Entry) -> str:
    """Return what an entry is, in short."""
    parts = [one.type, one.function and f"in {one.function}", one.file and f"of {one.file}"]
    held = f"held by {one.owner}" if one.owner else ""
    return " ".join(part for part in (*parts, held) if part)


def _capture(one: Judgement, root: Root) -> Row:
    """Return what one capture came to, for the document."""
    return {
        "capture": one.capture,
        "outcome": one.outcome,
        "trouble": one.trouble or None,
        "limits": [_ruling(r) for r in one.rulings],
        "baseline": None if one.compared is None else _compared(one),
        "suspects": [
            {
                **suspect.document(found.suspect),
                "key": found.key,
                "path": spot.file if spot and spot.inside else None,
                "try": accused.attempt(found) or None,
            }
            for found in one.accused
            for spot in (accused.place(found, root),)
        ],
        "suppressed": one.suppressed,
    }


def _ruling(one: Ruling) -> Row:
    """Return one limit and its figure; sizes in bytes, durations in ns, growth a minute."""
    return {
        "limit": one.limit.name,
        "unit": one.limit.unit,
        "most": one.limit.most,
        "set_by": one.limit.source,
        "value": one.figure.value,
        "at_least": one.figure.sure,
        "of": one.figure.of or None,
        "outcome": one.outcome,
        "why": None if one.figure.gap is None else one.figure.gap.kind,
        "sentence": ruling.sentence(one),
        **({} if one.figure.process is None else {"process": one.figure.process}),
    }


def _compared(one: Judgement) -> Row | None:
    """Return what came of the baseline."""
    found = one.compared
    if found is None:
        return None
    return {
        "outcome": found.outcome,
        "why": None if found.gap is None else found.gap.kind,
        "known": found.known,
        "new": [_entry(c.now) | {"key": c.key} for c in found.changes if c.known is None],
        "grown": [
            {"key": c.key, "stat": c.stat, "most": c.most, **_entry(c.now)}
            for c in found.changes
            if c.known is not None
        ],
    }


def _entry(one: Entry) -> Row:
    """Return one entry of a baseline."""
    return {
        "rule": one.rule,
        "file": one.file,
        "function": one.function,
        "type": one.type,
        "owner": one.owner,
        "count": one.count,
        "bytes": one.bytes,
    }
