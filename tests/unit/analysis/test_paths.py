"""Paths in words, taken apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memprof.analysis.paths import (
    container,
    is_from_c,
    is_named,
    last_name,
    limited,
    local,
    shape,
    steps,
    takes_in,
)


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("__main__.POOL.idle['eu'][*]", ["__main__", ".POOL", ".idle", "['eu']", "[*]"]),
        ("app.odd['a.b c'].x", ["app", ".odd", "['a.b c']", ".x"]),
        ("app.load.<lru_cache> key", ["app", ".load", ".<lru_cache>", " key"]),
        ("app.get.<lru_cache of load>[*]", ["app", ".get", ".<lru_cache of load>", "[*]"]),
        ("main() local rows[*]", ["main()", " local rows", "[*]"]),
        (
            "app.R[*]: read() local lines[*]",
            ["app", ".R", "[*]", ": read()", " local lines", "[*]"],
        ),
        ("app.LAST[* of 200].at", ["app", ".LAST", "[* of 200]", ".at"]),
        ("app.a.b....c", ["app", ".a", ".b", "...", ".c"]),
        ("<method held from C>.__self__", ["<method held from C>", ".__self__"]),
    ],
)
def test_the_steps_of_a_path(path: str, parts: list[str]) -> None:
    assert list(steps(path)) == parts


@given(st.text(alphabet=" .[]*'<>():abkey", max_size=40) | st.text(max_size=40))
def test_the_steps_are_the_path_again(path: str) -> None:
    assert "".join(steps(path)) == path


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("__main__.MODEL.observers[*].__self__.pixels", "__main__.MODEL.observers"),
        ("__main__.render.<lru_cache>[*]", "__main__.render"),
        ("__main__.draw.<lru_cache of render> key", "__main__.draw"),
        ("__main__.ORDERS key", "__main__.ORDERS"),
        ("__main__.LAST[* of 200][*]", "__main__.LAST"),
        ("__main__.LAST", None),
        ("unreachable garbage", None),
        ("<list held from C>[*]", None),
        (None, None),
    ],
)
def test_the_container(path: str | None, found: str | None) -> None:
    assert container(path) == found


def test_what_a_path_starts_at() -> None:
    assert local("main() local rows[*]") == ("main", "rows")
    assert local("app.ROWS[*]: main() local rows") is None
    assert is_from_c("<list held from C>[*]")
    assert not is_from_c("app.<lru_cache>")
    assert not is_named("unreachable garbage")
    assert not is_named("")
    assert not is_named(None)


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("app.LAST[* of 200].at", ("app.LAST", 200)),
        ("main() local last[* of 5][*]", ("main() local last", 5)),
        ("app.USERS[*].last[* of 5]", None),
        ("app.LAST[*]", None),
        ("<deque held from C>[* of 5]", None),
    ],
)
def test_what_has_a_limit(path: str, found: tuple[str, int] | None) -> None:
    assert limited(path) == found


def test_keys_and_names() -> None:
    assert shape("app.POOL['eu'].idle[*]") == "app.POOL[*].idle[*]"
    assert shape("app.LAST[* of 200]") == "app.LAST[*]"
    assert last_name("app.LAST[* of 200]") == "LAST"
    assert last_name("app.MODEL.observers") == "observers"
    assert last_name("main() local rows") == "rows"
    assert last_name("") == ""


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("app.ROWS[*].tags[*]", "app.ROWS"),
        ("Client.call() local self.policy.history[*]", "Client.call() local self.policy.history"),
        ("threading._active[*]._args[*][*]['rows'][*]", None),
        ("threading._active[*]._args[*].locks[*]", "threading._active[*]._args[*].locks"),
        ("threading._active[*].results key", "threading._active[*].results"),
        ("asyncio.tasks._current_tasks[*].<Task>: main() local seen[*]", "main() local seen"),
        (
            "asyncio.tasks._current_tasks[*].<Task>.<coroutine>.histories[*]",
            "asyncio.tasks._current_tasks[*].<Task>.<coroutine>.histories",
        ),
        ("threading._active[*]: run() local text", None),
        ("posix.environ key", None),
        ("posix.environ", None),
        ("unreachable garbage", None),
        (None, None),
    ],
)
def test_what_a_program_could_bound(path: str | None, found: str | None) -> None:
    assert takes_in(path) == found
