"""What the user typed becomes the command line that Python itself runs."""

import os
import sys
from pathlib import Path

import pytest

from memprof.errors import InterpreterClosed, TargetNotFound, TargetNotRunnable
from memprof.launch.target import Target, resolve, split_options


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in an empty directory, with another one on PATH; memprof started without options."""
    for name in ("work", "bin"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(sys, "orig_argv", [sys.executable, "-m", "memprof", "run"])


def program(name: str, first_line: str = "#!/bin/sh", folder: str = "../bin") -> Path:
    """Return an executable file called *name*, of which nothing but *first_line* matters."""
    path = Path(os.path.normpath(os.path.join(Path.cwd(), folder, name)))
    path.write_text(f"{first_line}\n")
    path.chmod(0o700)
    return path


def test_a_script_runs_under_this_interpreter() -> None:
    Path("script.py").touch()
    target = resolve(["script.py", "-m", "--flag", ""], "script")
    assert target == Target("script.py", (sys.executable, "script.py", "-m", "--flag", ""))


def test_a_script_is_labelled_by_its_last_part() -> None:
    Path("deep").mkdir()
    Path("deep", "app.py").touch()
    assert resolve([str(Path("deep", "app.py").absolute())], "script").name == "app.py"


def test_a_module_and_code() -> None:
    assert resolve(["json.tool", "a"], "module") == Target(
        "json.tool", (sys.executable, "-m", "json.tool", "a")
    )
    assert resolve(["pass", "a"], "code") == Target("code", (sys.executable, "-c", "pass", "a"))


def test_a_script_on_standard_input() -> None:
    assert resolve(["-", "a"], "script") == Target("stdin", (sys.executable, "-", "a"))


def test_a_directory_needs_a_main() -> None:
    Path("folder").mkdir()
    with pytest.raises(TargetNotRunnable, match=r"'folder' has no __main__\.py"):
        resolve(["folder"], "script")
    Path("folder", "__main__.py").touch()
    assert resolve(["folder/"], "script").argv[-1] == "folder/"
    assert resolve(["folder/"], "script").name == "folder"


def test_memprofs_own_interpreter_options_are_the_scripts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        sys, "orig_argv", [sys.executable, "-OXdev", "-W", "error", "-Bm", "memprof"]
    )
    target = resolve(["pass"], "code")
    assert target.argv == (
        *(sys.executable, "-O", "-Xdev", "-Werror", "-B"),
        *("-c", "pass"),
    )


@pytest.mark.parametrize("words", [["-I", "-m", "memprof"], ["-Im", "memprof"], ["-bS", "memprof"]])
def test_memprof_itself_is_not_run_in_isolation(
    words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "orig_argv", [sys.executable, *words, "run"])
    with pytest.raises(InterpreterClosed):
        resolve(["pass"], "code")


def test_nothing_of_that_name() -> None:
    with pytest.raises(TargetNotFound, match="'nothing' is neither a file nor a command on PATH"):
        resolve(["nothing"], "script")
    program("tool")
    with pytest.raises(TargetNotFound):
        resolve(["other/tool"], "script")
    with pytest.raises(TargetNotFound):
        resolve([], "script")


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_script_that_cannot_be_read() -> None:
    Path("secret.py").touch(0o000)
    with pytest.raises(TargetNotRunnable, match="cannot be read"):
        resolve(["secret.py"], "script")


def test_a_command_on_the_path_keeps_its_name() -> None:
    path = program("tool", f"#!{sys.executable}")
    assert resolve(["tool", "-x"], "script") == Target("tool", ("tool", "-x"), str(path))


def test_a_command_is_an_executable_file() -> None:
    program("plain").chmod(0o600)
    Path("../bin/folder").mkdir()
    for name in ("plain", "folder"):
        with pytest.raises(TargetNotFound):
            resolve([name], "script")


def test_a_program_given_by_its_path_starts_by_itself() -> None:
    program("tool", "#!/usr/bin/env python3", folder=".")
    assert resolve(["./tool"], "script") == Target("tool", ("./tool",), "./tool")


def test_a_program_here_goes_before_one_on_the_path() -> None:
    program("tool")
    program("tool", folder=".")
    assert resolve(["tool"], "script") == Target("tool", ("tool",), "./tool")


def test_a_python_file_is_python_s_to_read_executable_or_not() -> None:
    program("script.py", "#!/somewhere/else/python2", folder=".")
    assert resolve(["./script.py"], "script").argv == (sys.executable, "./script.py")
    program("notes", "no interpreter line", folder=".")
    assert resolve(["notes"], "script").argv == (sys.executable, "notes")


@pytest.mark.parametrize(
    ("words", "label"),
    [
        (["script.py", "a"], "script.py"),
        (["-X", "dev", "deep/script.py"], "script.py"),
        (["-m", "json.tool"], "json.tool"),
        (["-Bmjson.tool"], "json.tool"),
        (["-uc", "pass"], "code"),
        (["-"], "python3"),
        ([], "python3"),
        (["-V"], "python3"),
    ],
)
def test_python_as_a_command_is_labelled_by_what_it_runs(words: list[str], label: str) -> None:
    path = program("python3")
    assert resolve(["python3", *words], "script") == Target(label, ("python3", *words), str(path))


@pytest.mark.parametrize(
    "words",
    [
        *(
            ["-I", "a.py"],
            ["-E", "a.py"],
            ["-S", "-c", "pass"],
            ["-Im", "pytest"],
            ["-bEc", "pass"],
        ),
        *(["-X", "dev", "-sS", "a.py"], ["-W", "error", "-I"], ["-OOI", "-"]),
        ["--check-hash-based-pycs", "always", "-E", "a.py"],
    ],
    ids=" ".join,
)
def test_an_interpreter_that_keeps_the_agent_out_is_refused(words: list[str]) -> None:
    program("python3")
    with pytest.raises(InterpreterClosed, match=r"the target's interpreter runs with -[IES]: "):
        resolve(["python3", *words], "script")


@pytest.mark.parametrize(
    "words",
    [
        *(["a.py", "-I"], ["-m", "a", "-E"], ["-c", "-S"], ["-WIgnore", "a.py"], ["-XIES", "a"]),
        *(["-bWIgnore"], ["-W", "-I", "a.py"], ["--", "-I"], ["-mEI"], ["-", "-I"], ["-sP", "a"]),
    ],
    ids=" ".join,
)
def test_what_looks_like_such_an_option_is_not_refused(words: list[str]) -> None:
    program("python3")
    assert resolve(["python3", *words], "script").argv == ("python3", *words)


@pytest.mark.parametrize(
    "line", ["#!/usr/bin/python3 -I", "#!/usr/bin/env -S python3 -uE", "#! /opt/pypy3 -S "]
)
def test_a_script_whose_first_line_keeps_the_agent_out_is_refused(line: str) -> None:
    program("tool", line)
    with pytest.raises(InterpreterClosed, match="tool"):
        resolve(["tool"], "script")
    with pytest.raises(InterpreterClosed):
        resolve(["../bin/tool"], "script")


@pytest.mark.parametrize(
    "line",
    [
        *("#!/usr/bin/env python3", "#!/usr/bin/env -S A=1 python3 -u", "#!/usr/bin/env -S"),
        *("#!/usr/bin/python3 -sP", "#!/bin/sh -E", "#!", "#!/opt/python/bin/perl -S"),
    ],
)
def test_other_first_lines_are_not_refused(line: str) -> None:
    program("tool", line)
    assert resolve(["tool"], "script").name == "tool"


@pytest.mark.parametrize(
    ("words", "options", "rest"),
    [
        ([], [], []),
        (["a.py", "-O"], [], ["a.py", "-O"]),
        (["-OOBm", "a", "b"], ["-O", "-O", "-B"], ["-m", "a", "b"]),
        (["-ma"], [], ["-ma"]),
        (["-bWerror", "a"], ["-b", "-Werror"], ["a"]),
        (["-bW", "error", "a"], ["-b", "-Werror"], ["a"]),
        (["-X", "dev", "-u", "--", "a"], ["-Xdev", "-u"], ["--", "a"]),
        (["-W"], ["-W"], []),
        (["--help", "a"], ["--help"], ["a"]),
        (["-u", "-"], ["-u"], ["-"]),
    ],
)
def test_options_of_an_interpreter(words: list[str], options: list[str], rest: list[str]) -> None:
    assert split_options(words) == (options, rest)
