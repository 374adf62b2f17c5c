"""The kernel's figures, or None where there are none."""

import os
from collections.abc import Callable

import psutil
import pytest

from memprof.agent import process

Reader = Callable[[str], str]


def answering(**texts: str) -> Reader:
    """Return a reader of files that has *texts* by the last part of their path."""
    return lambda path: texts.get(os.path.basename(path).replace(".", "_"), "")


def test_status_is_what_psutil_says() -> None:
    rss, highest, backed, threads = process.status()
    theirs = psutil.Process().memory_info().rss
    assert rss == pytest.approx(theirs, rel=0.2)
    assert highest >= rss
    assert 0 < backed < rss
    assert threads == psutil.Process().num_threads()


def test_status_in_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Name:\tx\nVmHWM:\t 9 kB\nVmRSS:\t 7 kB\nRssFile:\t2 kB\nRssShmem:\t1 kB\nThreads:\t4\n"
    monkeypatch.setattr(process, "_text", answering(status=text))
    assert process.status() == (7 * 1024, 9 * 1024, 3 * 1024, 4)
    assert not process.is_single_threaded()


def test_who_waits_for_a_processor_is_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_used_ns", lambda: 7)
    for text, busy_ns in (("123 1000 5\n", 1007), ("123 x 5\n", 7), ("123", 7), ("", 7)):
        monkeypatch.setattr(process, "_text", answering(schedstat=text))
        assert process.busy_ns() == busy_ns


def test_a_process_may_be_called_like_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Name:\tVmRSS:\t 9 kB\nVmRSS:\t 7 kB\nThreads:\t"
    monkeypatch.setattr(process, "_text", answering(status=text))
    assert process.status() == (7 * 1024, 7 * 1024, 0, None)


def test_without_the_kernel_s_word_nothing_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_text", answering())
    assert process.status() == (None, None, None, None)
    assert not process.is_single_threaded()
    assert process.headroom() is None


def test_hostile_lines_are_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_text", answering(status="VmRSS:\n:\nVmRSS\nVmRSS: x kB\n"))
    assert process.status() == (None, None, None, None)


def test_headroom_is_the_least_of_what_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {"meminfo": "MemTotal: 900 kB\nMemAvailable:  500 kB\n"}
    monkeypatch.setattr(process, "_text", answering(**known))
    assert process.headroom() == 500 * 1024
    known |= {"memory_max": "300000\n", "memory_current": "200000\n"}
    monkeypatch.setattr(process, "_text", answering(**known))
    assert process.headroom() == 100_000
    known |= {"memory_max": "max\n"}
    limits = "Max address space   90000   unlimited   bytes\n"
    known |= {"limits": limits, "status": "VmSize:\t 80 kB\n"}
    monkeypatch.setattr(process, "_text", answering(**known))
    assert process.headroom() == 90_000 - 80 * 1024


def test_files_that_cannot_be_read_have_no_lines(tmp_path: os.PathLike[str]) -> None:
    assert process._lines(str(tmp_path)) == []  # noqa: SLF001
    assert process._lines(os.path.join(tmp_path, "missing")) == []  # noqa: SLF001
