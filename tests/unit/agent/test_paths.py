"""Shapes of paths: shared by what is held alike, folded where they repeat, and judged."""

from memprof.agent.paths import ATTRIBUTES, MODULE, PLAIN, Shapes


class Node:
    """What is held."""


def below_module(shapes: Shapes, *steps: str) -> int:
    """Return the shape *steps* below the module `app`."""
    shape: int = shapes.below(0, "app", MODULE, dict)
    for step in steps:
        shape = shapes.below(shape, step, PLAIN, Node)
    return shape


def test_the_same_steps_are_one_shape() -> None:
    shapes = Shapes(1)
    assert below_module(shapes, ".a", "[*]") == below_module(shapes, ".a", "[*]")
    assert below_module(shapes, ".a") != below_module(shapes, ".b")
    module = below_module(shapes)
    assert shapes.below(module, "", ATTRIBUTES, dict) != shapes.below(module, "", PLAIN, dict)


def test_the_deepest_that_has_most_is_the_owner() -> None:
    shapes = Shapes(1)
    shapes.hits[0] = {
        below_module(shapes, ".pool", ".idle", "[*]"): 80,
        below_module(shapes, ".pool", ".busy", "[*]"): 20,
    }
    assert shapes.owners(0) == [("app.pool.idle[*]", 80)]


def test_one_shape_above_several_that_share() -> None:
    shapes = Shapes(1)
    shapes.hits[0] = {
        below_module(shapes, ".pool", ".idle", "[*]"): 50,
        below_module(shapes, ".pool", ".busy", "[*]"): 50,
    }
    assert shapes.owners(0) == [("app.pool", 100)]


def test_a_module_is_no_owner() -> None:
    shapes = Shapes(1)
    shapes.hits[0] = {below_module(shapes, f".part{at}"): 10 + at for at in range(5)}
    assert shapes.owners(0) == [("app.part4", 14), ("app.part3", 13)]


def test_chains_fold() -> None:
    shapes = Shapes(1)
    last = below_module(shapes, ".first", *[".next"] * 1000)
    assert len(shapes.items) < 10
    shapes.hits[0] = {last: 1000}
    assert shapes.owners(0) == [("app.first.next.next...", 1000)]


def test_many_kept_keys_are_data() -> None:
    shapes = Shapes(1)
    found = {below_module(shapes, ".by_name", f"['{at}']") for at in range(1000)}
    assert len(found) == 51


def test_nothing_wanted_has_no_owner() -> None:
    assert Shapes(1).owners(0) == []
