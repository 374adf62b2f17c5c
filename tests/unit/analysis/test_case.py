"""A case: who shares a container, and what all of them gained."""

from support.suspected import KIB, case, suspect


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
