"""What is replaced for a while is put back."""

import contextlib
from collections.abc import Iterator

from memprof.testing.watch import within


class Owner:
    """Something with a method."""

    def work(self, number: int) -> int:
        """Return one more."""
        return number + 1


def test_it_is_called_within_a_part_and_put_back() -> None:
    seen: list[str] = []

    @contextlib.contextmanager
    def part() -> Iterator[None]:
        seen.append("begins")
        yield
        seen.append("ends")

    owner = Owner()
    with within(owner, "work", part):
        assert owner.work(1) == 2
    assert seen == ["begins", "ends"]
    assert not vars(owner)
    other = owner.work
    owner.work = other  # type: ignore[method-assign]
    with within(owner, "work", part):
        owner.work(1)
    assert vars(owner) == {"work": other}
