"""
The sessions that decide: `nox` runs them all.

The Pythons to test are the classifiers of pyproject.toml.  One that is not
installed is skipped on a developer's machine and fails in CI.
"""

import glob
import os
import shutil
import subprocess
import sys

import nox

PROJECT = nox.project.load_toml("pyproject.toml")
PYTHONS = nox.project.python_versions(PROJECT)
ONCE = (
    # What calls functions thousands of times.
    "tests/accuracy/test_repeat.py",
    "tests/integration/test_pytest_plugin.py",
    "tests/integration/test_repeat.py",
    "tests/unit/exact",
    "tests/unit/testing",
    # What asks nothing of the interpreter that the rest does not.
    "tests/accuracy/test_suspects.py",
    "tests/architecture",
    "tests/docs",
    "tests/faults/test_secrets.py",
    "tests/integration/test_check.py",
    "tests/integration/test_diff.py",
    "tests/integration/test_trees.py",
    "tests/properties",
    "tests/unit/analysis",
    "tests/unit/capture",
    "tests/unit/cli",
    "tests/unit/gate",
    "tests/unit/history",
    "tests/unit/launch",
    "tests/unit/report",
)
"""Tests for which one Python is enough, the oldest; `nox -s rest` runs them on the others."""

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "virtualenv"
nox.options.error_on_missing_interpreters = os.environ.get("CI", "") not in {"", "0", "false"}


def candidates(version: str) -> list[str]:
    """Return the paths where Python *version* may be, best first."""
    name = f"python{version}"
    found = [os.path.join(sys.base_prefix, "bin", name)]
    found += [os.path.join(folder, name) for folder in os.get_exec_path()]
    root = os.environ.get("PYENV_ROOT", "")
    pyenv = shutil.which("pyenv")
    if not root and pyenv is not None:
        asked = subprocess.run([pyenv, "root"], capture_output=True, text=True, check=False)
        root = asked.stdout.strip()
    if root:
        pattern = os.path.join(glob.escape(root), "versions", f"{version}*", "bin", name)
        found += sorted(glob.glob(pattern), reverse=True)
    return [path for path in found if os.access(path, os.X_OK)]


def runs(path: str, version: str) -> bool:
    """Tell whether *path* starts and is *version*; a version manager's shim may not be."""
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    done = subprocess.run([path, "-c", code], capture_output=True, text=True, check=False)
    return done.returncode == 0 and done.stdout.strip() == version


def put_on_path(versions: list[str]) -> None:
    """Let nox find each of *versions* by name: first on PATH stands the folder where it runs."""
    for version in versions:
        for path in candidates(version):
            if runs(path, version):
                os.environ["PATH"] = os.path.dirname(path) + os.pathsep + os.environ["PATH"]
                break


put_on_path(PYTHONS)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, types and the direction of imports."""
    session.install("-e", ".", *nox.project.dependency_groups(PROJECT, "lint"))
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("mypy")
    session.run("lint-imports")


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run the tests against the installed package: the checkout is not on sys.path."""
    # setuptools packs whatever an earlier build left there, deleted modules too.
    shutil.rmtree("build", ignore_errors=True)
    session.install(".", *nox.project.dependency_groups(PROJECT, "test"))
    others = () if session.python == PYTHONS[0] else ONCE
    ignored = [f"--ignore={path}" for path in others]
    # Long tests come last in the queue of a worker: another that is done takes them over.
    spread = ("-n", "auto", "--dist", "worksteal")
    session.run("python", "-Im", "pytest", *spread, *ignored, *session.posargs)


@nox.session(python=PYTHONS[1:], default=False)
def rest(session: nox.Session) -> None:
    """Run on the other Pythons what `tests` runs on the oldest alone."""
    shutil.rmtree("build", ignore_errors=True)
    session.install(".", *nox.project.dependency_groups(PROJECT, "test"))
    session.run("python", "-Im", "pytest", "-n", "auto", *ONCE, *session.posargs)


@nox.session(python=PYTHONS, default=False)
def sanitize(session: nox.Session) -> None:
    """Run the native engine's tests with its C code under the address and undefined sanitizers."""
    shutil.rmtree("build", ignore_errors=True)
    flags = "-g -O1 -fsanitize=address,undefined -fno-sanitize-recover=undefined"
    session.install("-v", "--no-cache-dir", ".", env={"CFLAGS": flags, "LDFLAGS": flags})
    session.install(*nox.project.dependency_groups(PROJECT, "test"))
    libraries = [
        str(session.run("gcc", f"-print-file-name={name}", external=True, silent=True)).strip()
        for name in ("libasan.so", "libubsan.so")
    ]
    # The interpreter itself leaks at its end, and fails large allocations on purpose.
    env = {
        "LD_PRELOAD": " ".join(libraries),
        "ASAN_OPTIONS": "detect_leaks=0:allocator_may_return_null=1:log_path=/dev/null",
    }
    chosen = ("tests/native", "-k", "not bytes_a_block", "--timeout=600", *session.posargs)
    session.run("python", "-Im", "pytest", "-n", "auto", *chosen, env=env)


# 3.11 itself, with nothing else, reads memory that nobody has set.
@nox.session(python=PYTHONS[1:], default=False)
def valgrind(session: nox.Session) -> None:
    """Run programs under memprof, with every block malloc's, and have memcheck watch both."""
    shutil.rmtree("build", ignore_errors=True)
    session.install(".")
    checked = ("valgrind", "--trace-children=yes", "--error-exitcode=99", "-q")
    capture = os.path.join(session.create_tmp(), "checked.memprof")
    ours = ("python", "-m", "memprof", "run", "-q", "-f", "-o", capture)
    names = ("cycles", "garbage", "interferes", "mixed", "peak", "references", "sites", "ways")
    for target in session.posargs or [f"tests/targets/truth/{name}.py" for name in names]:
        session.run(*checked, *ours, target, external=True, env={"PYTHONMALLOC": "malloc"})


@nox.session(python=PYTHONS[-1], default=False)
def accuracy(session: nox.Session) -> None:
    """Say how many leaks are found and how many honest programs accused; see tests/accuracy."""
    shutil.rmtree("build", ignore_errors=True)
    session.install(".", *nox.project.dependency_groups(PROJECT, "test"))
    session.run("python", "tests/accuracy", *(session.posargs or ("own",)))
    if not session.posargs:
        session.run("python", "tests/accuracy/library.py")


@nox.session(python=PYTHONS[-1], default=False)
def fuzz(session: nox.Session) -> None:
    """Read what a coverage-guided fuzzer makes of captures, for 15 minutes or as long as asked."""
    shutil.rmtree("build", ignore_errors=True)
    session.install(".", *nox.project.dependency_groups(PROJECT, "test"))
    # Wheels are there for Linux; elsewhere it needs clang to be built.
    session.install("atheris")
    corpus = os.path.join(session.create_tmp(), "corpus")
    session.run("python", "tests/fuzzing", corpus, *session.posargs)


@nox.session(python=PYTHONS, default=False)
def faults(session: nox.Session) -> None:
    """Say of hundreds of misbehaving programs what memprof changes, and what it loses."""
    shutil.rmtree("build", ignore_errors=True)
    session.install(".", *nox.project.dependency_groups(PROJECT, "test"))
    session.run("python", "tests/faults", *session.posargs)
