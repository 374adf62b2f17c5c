"""What decides among outcomes, and what that is called."""

from itertools import permutations

import pytest

from memprof.gate.outcome import BROKEN, EXIT_CODES, HOLDS, NO_FIGURE, WORDS, Decided, worst


@pytest.mark.parametrize(
    ("outcome", "word", "code"),
    [(BROKEN, "FAILED", 1), (NO_FIGURE, "NO VERDICT", 3), (HOLDS, "PASSED", 0)],
)
def test_each_has_a_word_and_a_status(outcome: str, word: str, code: int) -> None:
    found = Decided(outcome)
    assert (found.word, found.exit_code) == (word, code)
    assert set(EXIT_CODES) == set(WORDS.values())


def test_what_is_broken_goes_before_what_is_not_known_and_that_before_a_pass() -> None:
    for outcomes in permutations((BROKEN, NO_FIGURE, HOLDS, HOLDS)):
        assert worst(outcomes) == BROKEN
    assert worst([HOLDS, NO_FIGURE]) == NO_FIGURE
    assert worst([HOLDS]) == HOLDS


def test_where_nothing_was_asked_nothing_is_known() -> None:
    assert worst([]) == NO_FIGURE
