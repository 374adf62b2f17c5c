"""Whatever the target is called, it stays inside its quotes."""

import html
import re

from hypothesis import example, given
from hypothesis import strategies as st

from memprof.report.escape import dot, terminal

HOSTILE = st.text(alphabet='"\\&<>{}|;\n\r\x00\x1b\u202e\ud800NGELTlnr#amplt', max_size=30)


@given(HOSTILE | st.text(st.characters(), max_size=60))
@example('x"]; evil [label="')
@example("\\")
@example('\\"')
@example("&lt;b&gt;\\N\\G")
def test_a_quoted_string_says_the_text_and_ends_where_it_should(text: str) -> None:
    quoted = dot(text)
    assert re.fullmatch(r'"(?:[^"\\\n\r\x00]|\\["\\])*"', quoted)
    inside = re.sub(r"\\(.)", r"\1", quoted[1:-1])
    assert html.unescape(inside) == html.unescape(terminal(text).replace("&", "&amp;"))
    quoted.encode("utf-8")
