"""The verdict as JUnit XML: a suite for each capture, a case for each limit."""

from xml.etree.ElementTree import Element, SubElement, tostring

from memprof.analysis.places import Root
from memprof.gate.outcome import BROKEN, NO_FIGURE
from memprof.gate.verdict import Judgement, Verdict
from memprof.report import accused
from memprof.report.escape import xml
from memprof.report.problems import OF_SUSPECTS, Told, outcomes

_TAGS = {BROKEN: "failure", NO_FIGURE: "error"}


def render(verdict: Verdict, root: Root) -> str:
    """Return the document; no verdict is an error, a broken limit a failure."""
    suites = [_suite(one, root) for one in verdict.judgements]
    top = Element("testsuites", {"name": "memprof", **_counted(suites)})
    top.extend(suites)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(top, encoding="unicode") + "\n"


def _suite(one: Judgement, root: Root) -> Element:
    """Return the suite of one capture."""
    suite = Element("testsuite", {"name": xml(f"memprof check {one.capture}")})
    for told in outcomes(one):
        by_suspects = told.outcome == BROKEN and told.rule in OF_SUSPECTS
        suite.append(_case(one.capture, told, _suspects(one, root) if by_suspects else told.text))
    for key, value in _counted(list(suite), "testcase").items():
        suite.set(key, value)
    return suite


def _case(capture: str, told: Told, text: str) -> Element:
    """Return the case of one rule, the *text* beneath it where it does not hold."""
    name = {"name": told.name, "classname": xml(f"memprof.{capture}"), "time": "0"}
    case = Element("testcase", name)
    if told.outcome in _TAGS:
        message = {"message": xml(told.text), "type": told.outcome}
        result = SubElement(case, _TAGS[told.outcome], message)
        result.text = "\n".join(map(xml, text.splitlines()))
    else:
        SubElement(case, "system-out").text = xml(told.text)
    return case


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
