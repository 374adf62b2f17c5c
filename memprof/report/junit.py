"""The verdict as JUnit XML: a suite for each capture, a case for each limit."""

from xml.etree.ElementTree import Element, SubElement, tostring

from memprof.analysis.places import Root
from memprof.gate.outcome import BROKEN, NO_FIGURE
from memprof.gate.verdict import Judgement, Verdict
from memprof.report import accused, ruling
from memprof.report.escape import xml

_TAGS = {BROKEN: "failure", NO_FIGURE: "error"}
_BASELINE = "baseline"
_READ = "capture"


def render(verdict: Verdict, root: Root) -> str:
    """Return the document; no verdict is an error, a broken limit a failure."""
    suites = [_suite(one, root) for one in verdict.judgements]
    top = Element("testsuites", {"name": "memprof", **_counted(suites)})
    top.extend(suites)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(top, encoding="unicode") + "\n"


def _suite(one: Judgement, root: Root) -> Element:
    """Return the suite of one capture."""
    suite = Element("testsuite", {"name": xml(f"memprof check {one.capture}")})
    if one.findings is None:
        _case(suite, one, _READ, NO_FIGURE, one.trouble, "")
    for found in one.rulings:
        gap = found.figure.gap
        why = "" if gap is None or found.outcome != NO_FIGURE else ruling.because(gap)
        text = _suspects(one, root) if found.limit.name == "max-suspects" else why
        # What earlier runs set stands beside what was set by hand.
        name = found.limit.name if found.limit.text else f"{found.limit.name} history"
        _case(suite, one, name, found.outcome, ruling.sentence(found), text)
    if one.gap is not None:
        _case(suite, one, "history", NO_FIGURE, ruling.because(one.gap), "")
    if one.compared is not None:
        gap = one.compared.gap
        said = ruling.because(gap) if gap is not None else ruling.compared(one.compared)
        _case(suite, one, _BASELINE, one.compared.outcome, said, _suspects(one, root))
    for key, value in _counted(list(suite), "testcase").items():
        suite.set(key, value)
    return suite


def _case(suite: Element, one: Judgement, name: str, outcome: str, said: str, text: str) -> None:  # noqa: PLR0913, PLR0917
    """Add the case called *name* to *suite*."""
    case = SubElement(suite, "testcase")
    case.set("name", name)
    case.set("classname", xml(f"memprof.{one.capture}"))
    case.set("time", "0")
    if outcome in _TAGS:
        result = SubElement(case, _TAGS[outcome], {"message": xml(said), "type": outcome})
        result.text = "\n".join(map(xml, (text or said).splitlines()))
    else:
        SubElement(case, "system-out").text = xml(said)


def _suspects(one: Judgement, root: Root) -> str:
    """Return a line for each suspect that broke something."""
    lines = []
    for found in one.accused:
        spot = accused.place(found, root)
        where = f"{spot.file}:{spot.line}: " if spot else ""
        lines.append(xml(f"{where}{accused.sentence(found, one)}"))
    return "\n".join(lines)


def _counted(elements: list[Element], tag: str = "testsuite") -> dict[str, str]:
    """Return the attributes that say how many cases there are in *elements*, and of which kind."""
    cases = [case for one in elements for case in one.iter("testcase")]
    if tag == "testcase":
        cases = elements
    failures = sum(case.find("failure") is not None for case in cases)
    errors = sum(case.find("error") is not None for case in cases)
    numbers = {"tests": len(cases), "failures": failures, "errors": errors, "skipped": 0}
    return {**{key: str(value) for key, value in numbers.items()}, "time": "0"}
