"""The process: figures, and one line that visibly adds up."""

import re
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from support.facts import MIB, SECOND_NS, facts, pools, snapshots

from memprof.analysis.process import summarise as process_of
from memprof.analysis.run import summarise as run_of
from memprof.model.process import Resident
from memprof.report.process import added_up, lines

SIZES = st.lists(st.integers(-(1 << 40), 1 << 40), min_size=1, max_size=8)


@given(SIZES, st.sampled_from([1 << 10, 1 << 20, 1 << 30]))
def test_what_is_shown_adds_up_and_is_near(parts: list[int], unit: int) -> None:
    total, shown = added_up(sum(parts), parts, unit)
    assert total == sum(shown)
    assert abs(total - sum(parts) * 10 / unit) <= 0.5 + 1e-6
    for part, tenths in zip(parts, shown, strict=True):
        assert abs(tenths - part * 10 / unit) <= 1


def _section(**given_facts: Any) -> str:  # noqa: ANN401
    made = facts(number=2, **given_facts)
    return "\n".join(lines(process_of(made), run_of(made)))


def test_the_line_adds_up_as_shown() -> None:
    text = _section(pools=(pools(), pools(used=5 * MIB + 12_345, idle=MIB - 777)))
    (line,) = re.findall(r"At 1.0 s: (RSS .*?)\.\n", " ".join(text.split("\n    ")) + "\n")
    parts = re.findall(r" ([-+=]) [^0-9]*?(\d+\.\d)", line)
    shown = sum(-float(size) if sign == "-" else float(size) for sign, size in parts)
    assert line.startswith("RSS 30.0 MiB = pymalloc blocks ")
    assert round(shown, 1) == 30.0


def test_growth_and_a_negative_rest_are_named() -> None:
    text = _section(pools=(pools(), pools(used=60 * MIB)))
    assert "reserved but not touched" in text
    assert "RSS growth 0.0 MiB = pymalloc blocks 56.0" in text


def test_uss_of_another_moment_is_not_beside_the_last_rss() -> None:
    killed = tuple(replace(one, reason="interval") for one in snapshots(2))
    looks = (
        Resident(SECOND_NS // 2, 12 * MIB, 4 * MIB, 5 * MIB, 3, 1),
        Resident(9 * SECOND_NS, 90 * MIB, None, None, 8, None),
    )
    text = _section(snapshots=killed, resident=looks)
    assert re.search(r"RSS +90.0 MiB", text)
    assert re.search(r"USS, this process alone +n/a +n/a", text)
    said = "USS and PSS were last looked at 500 ms into the run: 4.0 MiB and 5.0 MiB, when RSS was"
    assert f"{said} 12.0 MiB." in " ".join(text.split())


def test_what_cannot_be_known_is_said() -> None:
    text = _section(snapshots=snapshots(2, native_used_bytes=None, live_bytes=None))
    assert "What RSS is made of: n/a" in text
    assert re.search(r"USS, this process alone +n/a +n/a", text)
    assert re.search(r"native heap in use +n/a", text)
    assert re.search(r"Python heap, live since tracing began +n/a", text)
