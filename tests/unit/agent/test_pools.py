"""pymalloc's own text becomes numbers; what is not understood is left out."""

import pytest

from memprof.agent import clib, pools

TEXT = """\
Small block threshold = 512, in 32 size classes.

class   size   num pools   blocks in use  avail blocks
-----   ----   ---------   -------------  ------------
    0     16           1             201           819
    1     32           5            2450           100

# arenas allocated total           =                   19
# arenas reclaimed                 =                   16
# arenas highwater mark            =                    5
# arenas allocated current         =                    3
3 arenas * {arena} bytes/arena   =            {total}

# bytes in allocated blocks        =              1,234,567
# bytes in available blocks        =               65,536
10 unused pools * 16384 bytes      =              163,840
# bytes lost to pool headers       =                9,072
# bytes lost to quantization       =                4,032
# bytes lost to arena alignment    =                    0
Total                              =            {total}
"""


def text(arena: int = 1 << 20) -> str:
    """Return statistics with arenas of *arena* bytes."""
    return TEXT.format(arena=arena, total=f"{3 * arena:,}")


@pytest.mark.parametrize("arena", [1 << 20, 2 << 20, 256 << 10])
def test_read(arena: int) -> None:
    """3.15 may be built with arenas of 2 MiB."""
    found = pools.read(text(arena))
    assert found == {
        "size_classes": [[16, 1, 201, 819], [32, 5, 2450, 100]],
        "arenas": 3,
        "arenas_highest": 5,
        "arena_bytes": arena,
        "used_bytes": 1_234_567,
        "idle_bytes": 3 * arena - 1_234_567,
    }


def test_a_table_with_more_than_numbers_is_left_out() -> None:
    for odd in ("one", "12 13", "1,000"):
        found = pools.read(text().replace("2450", odd))
        assert found is not None
        assert found["size_classes"] == []
        assert found["arenas"] == 3


def test_a_missing_high_water_mark_is_what_is_now() -> None:
    found = pools.read(text().replace("highwater", "other"))
    assert found is not None
    assert found["arenas_highest"] == 3


@pytest.mark.parametrize("word", ["allocated current", "in allocated blocks", "bytes/arena"])
def test_without_what_the_table_needs_there_is_no_table(word: str) -> None:
    assert pools.read(text().replace(word, "something else")) is None


@pytest.mark.parametrize(
    "hostile",
    [
        "",
        "\0" * 100,
        "= = = =",
        "=",
        "# arenas allocated current = many\n",
        "bytes/arena = 7\n# arenas allocated current = 1\n# bytes in allocated blocks = 2\n",
        "1 2 3 4\n1 2 3 4 5 6\n",
        "\ufffd\u0663 = \u0663\n",
    ],
)
def test_any_text_gives_numbers_or_nothing(hostile: str) -> None:
    found = pools.read(hostile)
    assert found is None or all(number >= 0 for row in found["size_classes"] for number in row)


def test_the_interpreter_s_own_text_is_understood() -> None:
    found = pools.look()
    assert found is not None
    assert found["used_bytes"] + found["idle_bytes"] == found["arenas"] * found["arena_bytes"]
    assert len(found["size_classes"]) >= 30


def test_without_pymalloc_there_is_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for answer in (None, "no statistics"):
        monkeypatch.setattr(pools, "_statistics", lambda answer=answer: answer)
        assert pools.look() is None
    assert clib.pymalloc_statistics() is not None
