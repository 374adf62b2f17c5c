"""A case: who shares a container, and what all of them gained."""

from typing import Any

from support.suspected import KIB, case, suspect

from memprof.analysis.held import Held


def test_kin_share_the_container() -> None:
    given = case(
        suspect("app.POOL[*].conn", "app.Conn"),
        suspect("app.POOL[*]", "app.Row"),
        suspect("app.OTHER[*]"),
        suspect(),
    )
    assert [one.rank for one in given.kin] == [2]
    assert [kind.qualname for kind in given.kinds] == ["Conn", "Row"]
    assert given.paths == ("app.POOL[*].conn", "app.POOL[*]")
    whole = given.whole()
    assert (whole.size_bytes, whole.bytes_per_s, whole.with_ranks) == (128 * KIB, 4096.0, (2,))


def test_without_an_owner_there_are_no_kin() -> None:
    given = case(suspect(), suspect())
    assert given.kin == ()
    assert given.container is None
    assert given.whole().size_bytes == 64 * KIB


def test_one_object_that_grows_is_its_own_container() -> None:
    assert case(suspect("app.LOG.<BytesIO>", growth_objects=1)).container == "app.LOG"
    assert case(suspect("app.LOG.<BytesIO>")).container is None


def test_types_without_a_site_count_objects() -> None:
    row = suspect("app.POOL[*]", growth_bytes=None, bytes_per_s=None)
    assert case(row).whole().objects == 640


def test_what_takes_in_is_never_the_librarys_own() -> None:
    assert case(suspect("threading._active[*]._args[*]")).taker is None
    assert case(suspect("threading._active[*].done[*]")).taker == "threading._active[*].done"
    assert case(suspect("app.POOL[*]")).taker == "app.POOL"


def _kept(*held: tuple[str, int], total: int = 640, **given: Any) -> bool:  # noqa: ANN401
    made = Held(None, held, total, 0, 0, midway=given.pop("midway", False))
    return case(suspect(held=made, held_by=held[0][0], **given)).is_kept_in("app.POOL")


def test_what_grows_holds_most_of_them_and_of_those_that_came() -> None:
    assert _kept(("app.POOL[*]", 640))
    assert _kept(("app.POOL[*]", 200), ("app.POOL key", 200))
    assert not _kept(("app.POOL[*]", 200), ("app.OTHER[*]", 200))
    assert not _kept(("app.POOL[*]", 640), growth_objects=5000)
    assert _kept(("app.POOL[*]", 640), growth_objects=5000, midway=True)


def test_what_each_element_has_one_of_says_nothing_of_their_number() -> None:
    form = suspect("app.POOL[*].form")
    assert not case(form).is_kept_in("app.POOL")
    assert case(form, suspect("app.POOL[*]")).is_kept_in("app.POOL")
    assert case(form, suspect("app.POOL key")).is_kept_in("app.POOL")
    assert not case(form, suspect("app.POOL[*].name")).is_kept_in("app.POOL")
    assert case(suspect("app.POOL[*].rows[*]")).is_kept_in("app.POOL")
