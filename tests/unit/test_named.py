"""Named tuples of our own are what those of `typing` are."""

import typing

import pytest

from memprof.named import NamedTuple


class Ours(NamedTuple):
    """Of ours."""

    name: str
    size: int = 3

    @property
    def twice(self) -> int:
        """Return what is computed of a field."""
        return self.size * 2


class Theirs(typing.NamedTuple):
    """The same of the standard library."""

    name: str
    size: int = 3


@pytest.mark.parametrize("kind", [Ours, Theirs])
def test_fields_by_place_by_name_and_by_default(kind: type[Ours]) -> None:
    for one in (kind("a"), kind(name="a"), kind("a", 3), kind("a", size=3)):
        assert one == ("a", 3)
        assert (one.name, one.size) == ("a", 3)
        assert hash(one) == hash(("a", 3))
        name, size = one
        assert (name, size) == ("a", 3)
    assert kind("a")._asdict() == {"name": "a", "size": 3}
    assert repr(kind("a")) == f"{kind.__name__}(name='a', size=3)"
    assert kind("a") != kind("b")


def test_what_is_not_a_field_stays_what_it_is() -> None:
    assert Ours("a", 4).twice == 8


@pytest.mark.parametrize("kind", [Ours, Theirs])
@pytest.mark.parametrize(
    ("values", "named"), [((), {}), (("a", 1, 2), {}), (("a",), {"name": "b"}), (("a",), {"x": 1})]
)
def test_wrong_arguments(
    kind: type[Ours], values: tuple[typing.Any, ...], named: dict[str, typing.Any]
) -> None:
    with pytest.raises(TypeError):
        kind(*values, **named)


@pytest.mark.parametrize("kind", [Ours, Theirs])
def test_nothing_changes(kind: type[Ours]) -> None:
    with pytest.raises(AttributeError):
        kind("a").name = "b"  # type: ignore[misc]  # that it may not is the test
