"""No text of the target reaches a terminal as anything but text."""

import re
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from memprof.report.escape import terminal

BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
ANY = st.text(st.characters(exclude_categories=()) | st.sampled_from("\x1b\x07\n\x9b" + BIDI))


@given(ANY)
def test_nothing_unsafe_is_left(text: str) -> None:
    shown = terminal(text)
    shown.encode("utf-8")
    assert not set(shown) & set(BIDI)
    assert all(unicodedata.category(char) not in {"Cc", "Cs", "Zl", "Zp"} for char in shown)


@given(ANY)
def test_escaping_twice_changes_nothing_more(text: str) -> None:
    assert terminal(terminal(text)) == terminal(text)


@given(ANY)
def test_safe_text_stays_as_it_is(text: str) -> None:
    safe = re.sub(r"[^\w .,:/<>|…]", "", text)
    assert terminal(safe) == safe


def test_what_escapes_look_like() -> None:
    assert terminal("a\x1b[31mb\x07\n\x7f\x9b") == r"a\x1b[31mb\x07\x0a\x7f\x9b"
    assert terminal("\u202etxt\u2066\u2028") == r"\u202etxt\u2066\u2028"
    assert terminal("caf\udce9") == r"caf\udce9"
    assert terminal("é漢🙂") == "é漢🙂"
