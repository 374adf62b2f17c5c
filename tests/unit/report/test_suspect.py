"""A suspect in the document."""

from support.suspected import suspect

from memprof.report.suspect import document


def test_it_has_its_fingerprint_and_its_place() -> None:
    row = suspect("app.POOL[*]", "app.Conn")
    found = document(row)
    assert found["fingerprint"] == row.fingerprint
    assert (found["file"], found["line"]) == ("/srv/app/shop.py", 12)
    assert found["type"] == "app.Conn"
    assert found["held"] == [{"owner": "app.POOL[*]", "objects": 640}]
    assert document(suspect(stack=()))["file"] is None
