"""What moves from run to run is not in a fingerprint."""

from dataclasses import replace

from support.suspected import suspect

from memprof.analysis.fingerprints import LENGTH, of_site
from memprof.analysis.places import Root
from memprof.model.allocations import Frame


def _moved(frame: Frame, **changes: object) -> Frame:
    return replace(frame, **changes)  # type: ignore[arg-type]


def test_it_is_short_hex() -> None:
    found = suspect("app.POOL[*]").fingerprint
    assert len(found) == LENGTH
    assert set(found) <= set("0123456789abcdef")


def test_the_path_decides_where_it_is_known() -> None:
    first = suspect("app.POOL['eu'][*]", "app.Conn")
    other = suspect("app.POOL['us'][*]", "builtins.dict", stack=(), verdict="THREADS")
    assert first.fingerprint == other.fingerprint
    assert first.fingerprint != suspect("app.OTHER[*]").fingerprint


def test_lines_figures_folders_and_versions_do_not_matter() -> None:
    row = suspect(kind="app.Conn")
    (frame,) = row.stack
    for moved in (_moved(frame, line=99), _moved(frame, file="/home/me/app/shop.py")):
        assert replace(row, stack=(moved,), growth_bytes=1).fingerprint == row.fingerprint
    library = [Frame(f"/usr/lib/python3.{n}/json.py", 1, "load") for n in (11, 13)]
    assert len({replace(row, stack=(one,)).fingerprint for one in library}) == 1


def test_functions_files_types_and_callers_do() -> None:
    row = suspect(kind="app.Conn")
    (frame,) = row.stack
    others = [
        replace(row, stack=(_moved(frame, function="buy"),)),
        replace(row, stack=(_moved(frame, file="/srv/app/till.py"),)),
        replace(row, caller=frame),
        suspect(kind="app.Other"),
        suspect("unreachable garbage", "app.Conn", stack=()),
    ]
    assert len({one.fingerprint for one in (row, *others)}) == len(others) + 1


def test_figures_of_the_process_have_their_own() -> None:
    found = {suspect(stack=(), judged_on=one).fingerprint for one in ("threads", "descriptors")}
    assert len(found) == 2


def test_below_a_root_the_whole_path_counts_and_the_checkout_does_not() -> None:
    row = suspect(kind="app.Conn")
    frames = [Frame(f"/{home}/shop/src/app/till.py", 1, "sell") for home in ("ci", "home/me")]
    roots = [Root(f"/{home}/shop", "/") for home in ("ci", "home/me")]

    def named(frame: Frame, root: Root | None) -> str:
        return of_site((frame,), None, row.type, row.judged_on, root=root)

    one, other = map(named, frames, roots)
    assert one == other
    elsewhere = Frame("/ci/shop/lib/app/till.py", 1, "sell")
    assert named(elsewhere, None) == named(frames[0], None)
    assert named(elsewhere, roots[0]) != one
    script = [named(Frame(f"/{folder}/run.py", 1, "f"), Root(f"/{folder}", "/")) for folder in "ab"]
    assert len(set(script)) == 1


def test_what_is_installed_below_a_root_goes_by_its_last_names() -> None:
    place = "lib/python3.12/site-packages/json/load.py"
    inside, outside = Frame(f"/ci/.venv/{place}", 1, "f"), Frame(f"/usr/{place}", 1, "f")
    root = Root("/ci", "/")
    prints = [of_site((one,), None, None, "bytes", root=root) for one in (inside, outside)]
    assert prints[0] == prints[1]
