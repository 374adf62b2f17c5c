"""The looks that are used: the extension's where it is built."""

from unit.agent.looks import FUNCTIONS, native, plain

from memprof.agent import graph


def test_the_extension_takes_the_place_of_python() -> None:
    built = native()
    assert all(getattr(graph, name) is getattr(built, name) for name in FUNCTIONS)


def test_both_have_every_function() -> None:
    assert all(callable(getattr(plain(), name)) for name in FUNCTIONS)
    assert set(FUNCTIONS) < set(graph.__all__)
