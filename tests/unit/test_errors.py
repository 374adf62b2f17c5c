"""Errors: each says what is wrong, has its exit code and the way out."""

import pytest

from memprof import errors

CLASSES = [
    value
    for value in vars(errors).values()
    if isinstance(value, type) and issubclass(value, errors.MemprofError)
]
KINDS = [kind for kind in CLASSES if kind is not errors.MemprofError]


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_has_a_sentence_a_hint_and_a_code_of_the_house(
    kind: type[errors.MemprofError],
) -> None:
    assert kind.__doc__
    assert kind.__doc__.strip().endswith(".")
    assert kind.hint.endswith(".")
    # 1 is that of a gate that does not open.
    assert kind.exit_code in {1, 2, 3, 125, 126, 127}
    # One that a test raises fails it as an assertion does.
    assert kind.__bases__ in {(errors.MemprofError,), (errors.MemprofError, AssertionError)}


def test_an_error_may_bring_its_own_hint() -> None:
    assert errors.UsageError("wrong").hint == errors.UsageError.hint
    assert errors.UsageError("wrong", "Do this.").hint == "Do this."
    assert str(errors.UsageError("wrong", "Do this.")) == "wrong"
