"""docs/errors.md has a paragraph for every error, and for no other."""

import re

from support.running import CHECKOUT

from memprof import errors


def sections(text: str) -> dict[str, str]:
    """Return the paragraphs of *text* by their headings."""
    found = re.split(r"^## (.+)\n", text, flags=re.MULTILINE)
    return dict(zip(found[1::2], found[2::2], strict=True))


def test_every_error_has_its_paragraph() -> None:
    documented = sections((CHECKOUT / "docs" / "errors.md").read_text("utf-8"))
    kinds = {kind.__name__: kind for kind in errors.MemprofError.__subclasses__()}
    assert list(documented) == sorted(kinds)
    for name, paragraph in documented.items():
        assert len(paragraph.split()) > 15, name
        codes = set(re.findall(r"Exit code (\d+)", paragraph))
        # AgentDidNotStart is said at the end of a run, whose status is the program's.
        assert codes == ({str(kinds[name].exit_code)} if name != "AgentDidNotStart" else set())
