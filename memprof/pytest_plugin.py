"""
The door to pytest: options, the marker and the fixture.

Inert, and next to nothing to load, until `--memprof`, a key of the ini file or a
marker asks; then `memprof.testing` does the work.
"""

from types import ModuleType

import pytest

_MARKER = (
    "memprof(growth='0 objects/call', limit=None, calls=None, ignore=()): fail the test if it"
    " keeps more than that of each call, or takes more memory than the limit."
)
_KEYS = ("memprof", "memprof_growth", "memprof_limit")
"""The keys that ask for the whole suite."""
_BOOK = ("--memprof-baseline", "--memprof-update-baseline")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options, and for each its twin in the ini file."""
    group = parser.getgroup("memprof", "memory, by memprof")
    group.addoption(
        "--memprof",
        action="store_true",
        help="say what each test takes and keeps, and fail those that keep more each time.",
    )
    group.addoption(
        "--memprof-top",
        type=int,
        metavar="N",
        help="show the N tests that keep or take most, 0 for all (10).",
    )
    group.addoption(
        "--memprof-time",
        metavar="TIME",
        help="call a test that keeps something again for so long at most (30s).",
    )
    group.addoption(
        "--memprof-baseline",
        metavar="FILE",
        help="let tests pass that FILE knows to keep as much.",
    )
    group.addoption(
        "--memprof-update-baseline",
        action="store_true",
        help="write that file anew, with the tests that keep something now (memprof-tests.json).",
    )
    parser.addini("memprof", "as --memprof.", type="bool", default=False)
    parser.addini("memprof_top", "as --memprof-top.", default="10")
    parser.addini("memprof_time", "as --memprof-time.", default="30s")
    parser.addini("memprof_baseline", "as --memprof-baseline, beside the ini file.")
    parser.addini("memprof_growth", "what a test may keep of each call: '0 objects/call'.")
    parser.addini("memprof_limit", "the most a test may take: '24 MB'.")
    parser.addini("memprof_calls", "calls of a round of the exact judgement.")
    parser.addini(
        "memprof_ignore", "types, files and functions not to accuse.", type="linelist", default=[]
    )


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known; begin where the whole suite is asked for."""
    config.addinivalue_line("markers", _MARKER)
    whole = bool(config.getoption("--memprof")) or any(map(config.getini, _KEYS))
    if whole or any(map(config.getoption, _BOOK)) or config.getini("memprof_baseline"):
        from memprof.testing.session import begin

        begin(config, whole=whole)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin where a marker asks."""
    if any(item.get_closest_marker("memprof") for item in items):
        from memprof.testing.session import begin

        begin(config, whole=False)


@pytest.fixture(name="memprof")
def _memprof() -> ModuleType:
    """Memory: `memprof.assert_no_growth(function)`, `with memprof.trace() as traced:`."""
    import memprof

    return memprof
