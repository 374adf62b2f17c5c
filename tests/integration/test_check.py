"""The gate on real captures: each exit code, a leak and none, two checkouts, two Pythons."""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from junitparser import JUnitXml
from support.running import CHECKOUT, Result, run_command, run_memprof

OFTEN = ("--interval", "30ms")
"""A verdict within two seconds, on a machine of any speed, needs looks at every turn."""

TARGETS = CHECKOUT / "tests" / "targets"
LEAKY = TARGETS / "leaks" / "observers.py"
HONEST = TARGETS / "honest" / "steady_table.py"


@pytest.fixture(scope="module")
def captures(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return a folder with a leaky, an honest, a torn and a short capture in it."""
    folder = tmp_path_factory.mktemp("captures")
    for name, target in (("leaky", LEAKY), ("honest", HONEST)):
        done = run_memprof(["-q", *OFTEN], [target], cwd=folder)
        assert done.code == 0, done.stderr
        assert done.capture is not None
        done.capture.rename(folder / f"{name}.memprof")
    done = run_memprof(["-q", "-c"], ["print(1)"], cwd=folder)
    assert done.capture is not None
    done.capture.rename(folder / "short.memprof")
    whole = (folder / "honest.memprof").read_bytes()
    lines = whole.splitlines(keepends=True)
    (folder / "torn.memprof").write_bytes(b"".join(lines[: len(lines) * 3 // 4]))
    yield folder
    shutil.rmtree(folder)


def check(folder: Path, *words: str, **env: str) -> Result:
    """Run `memprof check *words*` in *folder*, as if in no CI."""
    ci = {"GITHUB_ACTIONS": "", "GITHUB_WORKSPACE": "", "CI_PROJECT_DIR": ""}
    return run_command(["check", *words], cwd=folder, env={**ci, **env})


@pytest.mark.parametrize(
    ("words", "code", "first"),
    [
        (["honest.memprof"], 0, "PASSED  suspects 0, limit 0"),
        (["honest.memprof", "--max-rss", "1GiB", "--max-gc-share", "90%"], 0, "PASSED  rss peak "),
        (["leaky.memprof"], 1, "FAILED  suspects "),
        (["honest.memprof", "--max-rss", "2MiB"], 1, "FAILED  rss peak "),
        (["leaky.memprof", "--max-growth", "1KiB/min"], 1, "FAILED  growth of live bytes "),
        (["honest.memprof", "--max-growth", "50MiB/min"], 0, "PASSED  growth of live bytes "),
        (["torn.memprof"], 3, "NO VERDICT  suspects unknown, limit 0 (the capture is torn"),
        (["torn.memprof", "--max-rss", "2MiB"], 1, "FAILED  rss peak at least "),
        (["short.memprof"], 3, "NO VERDICT  suspects unknown, limit 0 ("),
        (["none.memprof"], 3, "NO VERDICT  there is no file none.memprof"),
        (["honest.memprof", "torn.memprof"], 3, "NO VERDICT  torn.memprof: "),
        (["torn.memprof", "leaky.memprof", "none.memprof"], 1, "FAILED  leaky.memprof: "),
    ],
)
def test_the_status_and_the_first_line(
    captures: Path, words: list[str], code: int, first: str
) -> None:
    done = check(captures, *words)
    assert (done.code, done.stderr) == (code, "")
    assert done.stdout.startswith(first)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "no capture to check"),
        (["honest.memprof", "--max-rss", "tight"], "--max-rss: 'tight' is not a size"),
        (["honest.memprof", "--baseline", "none.json"], "the baseline none.json cannot be read"),
        (["honest.memprof", "--max-suspicion", "0"], "no such option"),
    ],
)
def test_what_makes_no_sense_is_2(captures: Path, words: list[str], said: str) -> None:
    done = check(captures, *words)
    assert (done.code, done.stdout) == (2, "")
    assert said in done.stderr.lower()
    assert done.stderr.count("\n") == 2


def test_a_typo_in_the_project_is_2_and_the_nearest_is_named(
    captures: Path, tmp_path: Path
) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.memprof.budget]\nmax-grwth = "1MiB/min"\n')
    for command in (["check", str(captures / "honest.memprof")], ["config"]):
        done = run_command(command, cwd=tmp_path)
        assert done.code == 2
        assert "Did you mean max-growth?" in done.stderr


def test_the_leak_is_named_with_what_to_try(captures: Path) -> None:
    text = check(captures, "leaky.memprof").stdout
    assert "observers.py:" in text
    assert "held by __main__.MODEL.observers" in text
    assert "Try: __main__.MODEL.observers only takes in" in text


def test_a_baseline_passes_what_is_known_and_tells_what_is_gone(
    captures: Path, tmp_path: Path
) -> None:
    path = str(tmp_path / "b.json")
    done = check(captures, "leaky.memprof", "--baseline", path, "--update-baseline")
    assert done.code == 0, done.stdout
    first = Path(path).read_bytes()
    assert check(captures, "leaky.memprof", "--baseline", path).code == 0
    done = check(captures, "honest.memprof", "--baseline", path)
    assert done.code == 0
    assert "Fixed: " in done.stdout
    check(captures, "honest.memprof", "--baseline", path, "--update-baseline")
    assert Path(path).read_bytes() != first
    done = check(captures, "leaky.memprof", "--baseline", path)
    assert done.code == 1
    assert done.stdout.startswith("FAILED  suspects ")
    assert "new: not in the baseline" in done.stdout


def test_a_baseline_of_one_checkout_holds_in_another(tmp_path: Path) -> None:
    for name in ("here", "there/deeper"):
        home = tmp_path / name
        (home / "src").mkdir(parents=True)
        (home / "pyproject.toml").touch()
        shutil.copy(LEAKY, home / "src" / "app.py")
        if name != "here":
            # An edit above, and other figures.
            text = (home / "src" / "app.py").read_text()
            (home / "src" / "app.py").write_text(f"# One\n# two\n# three\n{text}")
            shutil.copy(tmp_path / "here" / "memprof-baseline.json", home)
        done = run_memprof(["-q", *OFTEN], [home / "src" / "app.py"], cwd=home)
        assert done.code == 0
        words = ["test.memprof", "--baseline", "memprof-baseline.json"]
        done = check(home, *words, *(["--update-baseline"] if name == "here" else []))
        assert done.code == 0, done.stdout
        known = json.loads((home / "memprof-baseline.json").read_text())
        assert {entry["file"] for entry in known["entries"]} <= {"src/app.py", ""}


def test_the_baseline_of_another_python_is_no_verdict(captures: Path, tmp_path: Path) -> None:
    path = tmp_path / "b.json"
    check(captures, "leaky.memprof", "--baseline", str(path), "--update-baseline")
    known = json.loads(path.read_text())
    path.write_text(json.dumps({**known, "python": "3.8"}))
    done = check(captures, "leaky.memprof", "--baseline", str(path))
    assert done.code == 3
    assert done.stdout.startswith("NO VERDICT  the baseline is of Python 3.8, the capture of ")


def test_half_a_run_updates_no_baseline(captures: Path, tmp_path: Path) -> None:
    for name in ("torn", "short", "none"):
        path = tmp_path / f"{name}.json"
        done = check(captures, f"{name}.memprof", "--baseline", str(path), "--update-baseline")
        assert done.code == 3
        assert not path.exists()
        assert done.stderr.startswith("memprof: no baseline was written")


def test_suppressed_suspects_are_counted_and_do_not_count(captures: Path, tmp_path: Path) -> None:
    found = json.loads(check(captures, "leaky.memprof", "--format", "json").stdout)
    prints = {one["fingerprint"] for one in found["captures"][0]["suspects"]}
    rules = tmp_path / "known.toml"
    rules.write_text(
        "".join(f'[[suppress]]\nfingerprint = "{one}"\nreason = "known"\n' for one in prints)
    )
    done = check(captures, "leaky.memprof", "--suppressions", str(rules))
    assert done.code == 0
    assert "suppressed: fingerprint" in done.stdout


def test_actions_get_annotations_and_the_summary_unasked(captures: Path, tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    given = {"GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": str(CHECKOUT)}
    done = check(captures, "leaky.memprof", GITHUB_STEP_SUMMARY=str(summary), **given)
    assert done.code == 1
    assert "\n::error file=tests/targets/leaks/observers.py,line=" in done.stdout
    assert summary.read_text().startswith("### memprof: FAILED")
    done = check(captures, "honest.memprof", GITHUB_STEP_SUMMARY=str(tmp_path), **given)
    assert done.code == 0
    assert done.stderr.count("\n") == 1
    assert "the verdict stands" in done.stderr


def test_a_format_lies_beside_the_text(captures: Path, tmp_path: Path) -> None:
    path = tmp_path / "memprof.xml"
    done = check(captures, "leaky.memprof", "--format", "junit", "-o", str(path))
    assert done.code == 1
    assert done.stdout.startswith("FAILED  ")
    assert JUnitXml.fromfile(str(path)).failures == 1


def test_run_and_judge_an_honest_program(tmp_path: Path) -> None:
    done = run_memprof(["--check", *OFTEN, "--max-suspects", "0"], [HONEST], cwd=tmp_path)
    assert done.code == 0
    assert done.stderr.startswith("PASSED  suspects 0, limit 0\n")
    assert "LEAK SUSPECTS" not in done.stderr


def test_run_and_judge_a_leak_and_stdout_is_the_programs(tmp_path: Path) -> None:
    done = run_memprof(["--check", *OFTEN], [LEAKY], cwd=tmp_path)
    assert (done.code, done.stdout) == (1, "")
    assert done.stderr.startswith("FAILED  suspects ")


def test_the_programs_own_failure_stands(tmp_path: Path) -> None:
    done = run_memprof(["--check", "-c"], ["import sys; sys.exit(7)"], cwd=tmp_path)
    assert done.code == 7
    assert "the program's own status goes before the gate's, which is 3" in done.stderr


def test_death_by_a_signal_stands(tmp_path: Path) -> None:
    code = "import os, signal; os.kill(os.getpid(), signal.SIGTERM)"
    done = run_memprof(["--check", "-c"], [code], cwd=tmp_path)
    assert done.code == -15
    assert done.stderr.startswith("NO VERDICT  ")


def test_too_short_a_run_is_no_verdict(tmp_path: Path) -> None:
    done = run_memprof(["--check", "-q", "-c"], ["print(1)"], cwd=tmp_path)
    assert (done.code, done.stdout, done.stderr) == (3, "1\n", "")


def test_run_and_judge_against_the_runs_before(tmp_path: Path) -> None:
    program = tmp_path / "app.py"

    def run(mebibytes: int, *options: str) -> Result:
        program.write_text(f"kept = bytes({mebibytes} << 20)\n")
        against = ["--check", "--against", "history", "--branch", "main", *options]
        return run_memprof(against, [program], cwd=tmp_path)

    for _ in range(5):
        done = run(1)
        assert (done.code, done.stderr[:12]) == (3, "NO VERDICT  ")
        command = run_command(
            ["history", "add", str(done.capture), "--branch", "main"], cwd=tmp_path
        )
        assert command.code == 0
        assert done.capture is not None
        done.capture.unlink()
    done = run(64, "--max-gc-share", "99%")
    assert done.code == 1
    assert done.stderr.startswith("FAILED  live bytes at the end 64.0 MiB, limit ")


def test_an_agent_that_was_kept_out_is_no_verdict(tmp_path: Path) -> None:
    code = "import os, sys; os.execve(sys.executable, ['x', '-c', ''], {'PATH': ''})"
    done = run_memprof(["--check", "-c"], [code], cwd=tmp_path)
    assert done.code == 3, done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["--max-rss", "1MiB"],
        ["--against", "history"],
        ["--check", "--branch", "main"],
        ["--check", "--max-rss", "x"],
        ["--check", "--baseline", "none"],
    ],
    ids=" ".join,
)
def test_bad_limits_are_refused_before_it_starts(words: list[str], tmp_path: Path) -> None:
    done = run_memprof([*words, "-c"], ["print('ran')"], cwd=tmp_path)
    assert (done.code, done.stdout) == (2, "")
    assert os.listdir(tmp_path) == []
