"""Which word speaks for a run."""

from itertools import pairwise

import pytest

from memprof.analysis import verdicts


def test_the_surest_suspect_speaks() -> None:
    for one, other in pairwise(verdicts.ACCUSING):
        for first, second in ((one, other), (other, one)):
            said = verdicts.of_run([first, second], sure=True, saturating=True, fragmented=True)
            assert said == first


def test_a_suspect_speaks_although_there_is_little_to_judge() -> None:
    said = verdicts.of_run(["CYCLIC DEBT"], sure=False, saturating=False, fragmented=False)
    assert said == "CYCLIC DEBT"


@pytest.mark.parametrize(
    ("enough", "fragmented", "saturating", "word"),
    [
        (False, True, True, "INCONCLUSIVE"),
        (True, True, True, "FRAGMENTATION"),
        (True, False, True, "SATURATING"),
        (True, False, False, "CLEAN"),
    ],
)
def test_without_a_suspect(
    enough: bool,  # noqa: FBT001
    fragmented: bool,  # noqa: FBT001
    saturating: bool,  # noqa: FBT001
    word: str,
) -> None:
    said = verdicts.of_run((), sure=enough, saturating=saturating, fragmented=fragmented)
    assert said == word
