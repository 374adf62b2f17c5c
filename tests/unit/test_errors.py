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
    assert kind.exit_code in {2, 3, 125, 126, 127}
    assert kind.__bases__ == (errors.MemprofError,)


def test_an_error_may_bring_its_own_hint() -> None:
    assert errors.UsageError("wrong").hint == errors.UsageError.hint
    assert errors.UsageError("wrong", "Do this.").hint == "Do this."
    assert str(errors.UsageError("wrong", "Do this.")) == "wrong"
