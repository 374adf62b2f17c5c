r"""
Escapes: what the target named must not steer what shows it.

One function per sink.  A file, a type or a thread may be called anything
its author, or an attacker, likes.
"""

import re
from urllib.parse import quote

# C0 and C1 controls and DEL move the cursor, colour and ring; bidirectional
# marks reorder what is read; separators break lines; lone surrogates are
# bytes that were no text, and no encoding takes them.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)

_NO_XML = re.compile("[\ufffe\uffff]")
_MARKUP = re.compile(r"[!-/:-@\[-`{-~]")
"""All ASCII punctuation: what Markdown's own escapes cover, and HTML's."""
_SURROGATE = re.compile("[\ud800-\udfff]")


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


def log(line: str) -> str:
    r"""
    Return a *line* of a job's log that the runner of GitHub Actions takes for no command.

    It looks for `::name` where a line begins, spaces left out, and for `##[` anywhere.
    """
    safe = line.replace("##[", r"\x23#[")
    bare = safe.lstrip()
    if not bare.startswith("::"):
        return safe
    return safe[: len(safe) - len(bare)] + r"\x3a" + bare[1:]


def annotation(text: str) -> str:
    """Return *text* as the message of a workflow command of GitHub Actions."""
    return terminal(text).replace("%", "%25").replace("##[", r"\x23#[")


def annotation_property(text: str) -> str:
    """Return *text* as a property of a workflow command, which colons and commas would end."""
    return annotation(text).replace(":", "%3A").replace(",", "%2C")


def xml(text: str) -> str:
    """
    Return *text* as characters that XML 1.0 has; the writer escapes the markup.

    Noncharacters are no XML either.
    """
    return _NO_XML.sub(_escaped, terminal(text))


def markdown(text: str) -> str:
    """Return *text* as entities wherever Markdown or HTML would see more than a character."""
    return _MARKUP.sub(lambda match: f"&#{ord(match[0])};", terminal(text))


def sarif(text: str) -> str:
    """Return *text* as the text of a SARIF message, in which `[text](target)` is a link."""
    return terminal(text).replace("](", "] (")


def uri(path: str) -> str:
    """Return the relative *path* as a URI reference, its bytes percent-encoded where they must."""
    return quote(path.encode("utf-8", "surrogateescape" if _is_bytes(path) else "backslashreplace"))


def _is_bytes(path: str) -> bool:
    """Say whether all lone surrogates of *path* are bytes that were no text."""
    return all(0xDC80 <= ord(one) <= 0xDCFF for one in _SURROGATE.findall(path))


def _escaped(match: re.Match[str]) -> str:
    """Return the escape of one unsafe character."""
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
