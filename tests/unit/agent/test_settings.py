"""A setting that cannot be read is its default."""

import pytest

from memprof.agent.settings import CAPTURE, LABEL, Settings


def test_defaults() -> None:
    found = Settings({CAPTURE: "/a/b"})
    assert (found.capture, found.label) == ("/a/b", "")
    assert (found.engine, found.depth, found.interval_s) == ("auto", 1, None)
    assert not found.cycles


def test_what_the_launcher_says() -> None:
    found = Settings(
        {
            CAPTURE: "x",
            LABEL: "app.py",
            "MEMPROF_ENGINE": "off",
            "MEMPROF_DEPTH": "7",
            "MEMPROF_INTERVAL": "0.25",
            "MEMPROF_CYCLES": "1",
        }
    )
    assert (found.label, found.engine, found.depth) == ("app.py", "off", 7)
    assert (found.interval_s, found.cycles) == (0.25, True)


@pytest.mark.parametrize(
    ("depth", "found"),
    [("0", 1), ("129", 128), ("-3", 1), ("many", 1), ("", 1), ("\u0663", 3), ("9" * 30, 128)],
)
def test_a_depth_out_of_range_is_brought_into_it(depth: str, found: int) -> None:
    assert Settings({CAPTURE: "x", "MEMPROF_DEPTH": depth}).depth == found


@pytest.mark.parametrize("text", ["adaptive", "", "soon", "1s"])
def test_an_interval_that_is_no_number_is_adaptive(text: str) -> None:
    assert Settings({CAPTURE: "x", "MEMPROF_INTERVAL": text}).interval_s is None


def test_an_unknown_engine_is_the_default() -> None:
    assert Settings({CAPTURE: "x", "MEMPROF_ENGINE": "steam"}).engine == "auto"


def test_without_a_capture_there_is_nothing_to_do() -> None:
    with pytest.raises(KeyError):
        Settings({})


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("sample", ("sample", 512 << 10)),
        ("sample=65536", ("sample", 65536)),
        ("sample=1", ("sample", 1024)),
        ("sample=often", ("sample", 512 << 10)),
        ("native", ("native", 0)),
        ("native=7", ("native", 0)),
    ],
)
def test_how_often_is_sampled(word: str, found: tuple[str, int]) -> None:
    settings = Settings({CAPTURE: "x", "MEMPROF_ENGINE": word})
    assert (settings.engine, settings.sample_bytes) == found
