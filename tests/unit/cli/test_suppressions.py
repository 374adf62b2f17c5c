"""Suppressions as they are written, and every way to write them wrong."""

from datetime import date
from pathlib import Path

import pytest

from memprof.cli.settings import effective
from memprof.cli.suppressions import read, rules
from memprof.errors import ConfigError, UsageError

GOOD = 'fingerprint = "ab12"\nreason = "known"\n'


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("pyproject.toml").write_text("")


def test_nobody_need_say_anything() -> None:
    assert read(None) == []
    assert rules([]).suppressions == ()


def test_both_places_count() -> None:
    Path("pyproject.toml").write_text(f"[tool.memprof]\ntop = 5\n[[tool.memprof.suppress]]\n{GOOD}")
    Path("known.toml").write_text(f"[[suppress]]\n{GOOD}expires = 2027-01-31\n")
    found = rules(read("known.toml"))
    assert [one.expires for one in found.suppressions] == [None, date(2027, 1, 31)]
    assert {one.reason for one in found.suppressions} == {"known"}
    assert found.today == date.today()  # noqa: DTZ011  (the user's day)
    assert effective({})["top"].value == 5


def test_a_date_may_be_quoted() -> None:
    Path("known.toml").write_text(f'[[suppress]]\n{GOOD}expires = "2027-01-31"\n')
    assert rules(read("known.toml")).suppressions[0].expires == date(2027, 1, 31)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("suppress = 3", "not a list of tables"),
        ("suppress = [3]", "not a list of tables"),
        ("[[suppressed]]", "unknown key 'suppressed'"),
        (f"[[suppress]]\n{GOOD}until = 3", "number 1: unknown key 'until'"),
        ('[[suppress]]\nreason = "known"', "fingerprint None"),
        ('[[suppress]]\nfingerprint = "no hex"\nreason = "known"', "fingerprint 'no hex'"),
        ('[[suppress]]\nfingerprint = "ab12"', "there is no reason"),
        ('[[suppress]]\nfingerprint = "ab12"\nreason = " "', "there is no reason"),
        (f'[[suppress]]\n{GOOD}expires = "soon"', "expires 'soon' is not a date"),
        (f"[[suppress]]\n{GOOD}expires = 2027-01-31T10:00:00", "is not a date"),
        (f"[[suppress]]\n{GOOD}expires = 2027-13-01", "not valid TOML"),
        (f"[[suppress]]\n{GOOD}[[suppress]]\n", "number 2: fingerprint"),
    ],
)
def test_what_cannot_be_used_is_told(text: str, message: str) -> None:
    Path("known.toml").write_text(text)
    with pytest.raises(ConfigError, match=message) as caught:
        read("known.toml")
    assert "known.toml" in str(caught.value)
    assert caught.value.exit_code == 2


def test_a_file_that_is_not_there() -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read("gone.toml")
