r"""
Escapes: what the target named must not steer what shows it.

One function per sink.  A file, a type or a thread may be called anything
its author, or an attacker, likes.
"""

import re

# C0 and C1 controls and DEL move the cursor, colour and ring; bidirectional
# marks reorder what is read; separators break lines; lone surrogates are
# bytes that were no text, and no encoding takes them.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


def terminal(text: str) -> str:
    r"""Return *text* as one safe line, what is unsafe in it as `\xNN` or `\uNNNN`."""
    return _UNSAFE.sub(_escaped, text)


def dot(text: str) -> str:
    """
    Return *text* as a quoted string of Graphviz, shown as `terminal` shows it.

    Quotes and backslashes are escaped, which would end the string or be read
    as line breaks and names of nodes; ampersands too, which begin entities.
    """
    safe = terminal(text).replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;")
    return f'"{safe}"'


def _escaped(match: re.Match[str]) -> str:
    """Return the escape of one unsafe character."""
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
