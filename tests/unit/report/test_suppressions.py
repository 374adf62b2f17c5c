"""Each suppression is told of."""

from datetime import date

from support.suspected import suspect

from memprof.analysis.suppression import NONE, Applied, Suppression, Used
from memprof.report.suppressions import document, notes

ROW = suspect("app.POOL[*]")
FOUND = Applied(
    used=(Used(Suppression("aa", "a pool"), (ROW,)),),
    expired=(Suppression("bb", "soon gone", date(2027, 1, 31)),),
    unused=(Suppression("cc", "was one"),),
)


def test_sentences() -> None:
    assert notes(NONE) == []
    assert notes(FOUND) == [
        "1 suspect suppressed: fingerprint aa: a pool",
        "Suppression bb expired on 2027-01-31 and applies no more: soon gone",
        "Suppression cc matches no suspect of this run: was one",
    ]


def test_the_document_lists_the_suspects() -> None:
    found = document(FOUND)
    assert [one["held_by"] for one in found["used"][0]["suspects"]] == ["app.POOL[*]"]  # type: ignore[index]
    assert found["expired"] == [
        {"fingerprint": "bb", "reason": "soon gone", "expires": "2027-01-31"}
    ]
    assert document(NONE) == {"used": [], "expired": [], "unused": []}
