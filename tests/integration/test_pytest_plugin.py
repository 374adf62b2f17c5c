"""The plugin in sessions of pytest of their own: leaks are found, honest tests left alone."""

import json
import re
import xml.etree.ElementTree as ET

import pytest

PLANTED = """
import array, collections, os, threading, time

NUMBERS, ROW, THING = array.array("q"), collections.deque(), object()
KEPT, CALLBACKS, COUNT = [], [], [0]

class Session:
    pass

class Finalised:
    def __init__(self):
        self.me = self
        KEPT.append(self)
    def __del__(self):
        pass

def test_one_object():
    KEPT.append(Session())

def test_one_in_forty():
    for _ in range(100):
        COUNT[0] += 1
        if COUNT[0] % 40 == 0:
            KEPT.append(Session())

def test_bytes_alone():
    KEPT.append(b"%d" % time.perf_counter_ns() * 100)

def test_cycle_with_a_finaliser():
    Finalised()

def test_callback():
    CALLBACKS.append(lambda: None)

def test_thread():
    threading.Thread(target=threading.Event().wait, daemon=True).start()

def test_descriptor():
    os.open(os.devnull, os.O_RDONLY)

def test_growth_in_a_c_type():
    NUMBERS.extend(range(100))

def test_growth_of_a_deque():
    ROW.extend([THING] * 100)

def test_between_them():
    assert Session()
"""
FOUND = {
    "test_one_object": "LEAK",
    "test_one_in_forty": "LEAK",
    "test_bytes_alone": "LEAK",
    "test_cycle_with_a_finaliser": "LEAK",
    "test_callback": "LEAK",
    "test_thread": "THREADS",
    "test_descriptor": "DESCRIPTORS",
    "test_growth_in_a_c_type": "NATIVE GROWTH",
    "test_growth_of_a_deque": "LEAK",
}
HONEST = """
import functools, logging, unittest, unittest.mock, warnings
import pytest

CACHE = {}

@functools.lru_cache(maxsize=500)
def cached(number):
    return str(number)

NUMBERS = iter(range(10_000_000))

def test_bounded_cache():
    cached(next(NUMBERS))

def test_module_cache():
    CACHE.setdefault("key", object())

@pytest.fixture(scope="session")
def shared():
    return []

@pytest.fixture
def uses(shared):
    return shared

def test_session_fixture(uses):
    if not uses:
        uses.append(object())

@pytest.fixture(scope="session")
def engine():
    return {}

@pytest.fixture
def connection(engine):
    yield engine

def test_fixture_by_name(request):
    request.getfixturevalue("connection")

def test_logging(caplog):
    logging.getLogger("some").warning("said %s", "something")
    assert caplog.records

def test_output(capsys):
    print("said")
    assert capsys.readouterr().out

def test_prints():
    print("said")

@pytest.mark.parametrize("number", range(3))
def test_parameters(number):
    assert number in range(3)

def test_monkeypatch(monkeypatch):
    monkeypatch.setenv("SOME", "thing")

def test_tmp_path(tmp_path):
    (tmp_path / "file").write_text("something")

def test_warning():
    warnings.warn("once", stacklevel=1)

def test_mock():
    with unittest.mock.patch("os.getcwd", return_value="/") as mock:
        mock()

def test_property(record_property):
    record_property("some", "thing")

def test_raises():
    with pytest.raises(ZeroDivisionError):
        1 / 0

@pytest.fixture(scope="class")
def of_class():
    return object()

class TestClass:
    def test_in_class(self, of_class):
        assert of_class

class TestCase(unittest.TestCase):
    def setUp(self):
        self.things = [object() for _ in range(10)]
    def test_case(self):
        assert self.things

def documented():
    '''
    >>> documented()
    3
    '''
    return 3
"""


def properties(junit: str) -> dict[str, dict[str, str]]:
    """Return what the file *junit* says of memory, by test."""
    found = {}
    for case in ET.parse(junit).getroot().iter("testcase"):  # noqa: S314  (we wrote it)
        for one in case.iter("property"):
            if one.get("name") == "memprof":
                found[str(case.get("name"))] = json.loads(str(one.get("value")))
    return found


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "xdist"])
def test_every_leak_is_found_at_its_test(
    pytester: pytest.Pytester, workers: tuple[str, ...]
) -> None:
    pytester.makepyfile(test_planted=PLANTED)
    run = pytester.runpytest_subprocess("--memprof", "--junitxml=junit.xml", *workers)
    run.assert_outcomes(passed=len(FOUND) + 1, errors=len(FOUND))
    found = properties("junit.xml")
    verdicts = {name: one["verdict"] for name, one in found.items() if one["verdict"]}
    assert {name: word for name, word in verdicts.items() if word != "CLEAN"} == FOUND
    run.stdout.fnmatch_lines(["*= memprof =*", "10 tests measured, 9 keep more*"])
    run.stdout.fnmatch_lines(["*LEAK: test_planted.py::test_one_object keeps +1.00 *Session*"])
    assert "test_planted.KEPT" in run.stdout.str()


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "xdist"])
def test_no_honest_test_is_accused(pytester: pytest.Pytester, workers: tuple[str, ...]) -> None:
    pytester.makepyfile(test_honest=HONEST)
    run = pytester.runpytest_subprocess(
        "--memprof", "--junitxml=junit.xml", "-ojunit_family=xunit1", "--doctest-modules", *workers
    )
    run.assert_outcomes(passed=19, warnings=1)
    found = properties("junit.xml").values()
    assert len(found) == 19
    # What takes many calls to fill may be beyond what so few can tell; it is not accused.
    words = {one["test"].rpartition("::")[2]: one["verdict"] for one in found}
    assert words.pop("test_bounded_cache") in {"CACHE", "SATURATING", "INCONCLUSIVE"}
    assert set(words.values()) <= {"", "CLEAN"}


def test_a_test_that_does_not_pass_is_left_alone(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest
        CALLS = []
        def test_fails():
            CALLS.append(object())
            assert len(CALLS) == 2, "its own reason"
        def test_skipped():
            pytest.skip("no")
        @pytest.mark.xfail
        def test_expected():
            CALLS.append(object())
            raise ValueError
        def test_once():
            assert len(CALLS) == 2
        MADE = []
        @pytest.fixture(scope="module")
        def shared():
            MADE.append(1)
        def test_uses(shared):
            raise ValueError
        def test_uses_too(shared):
            assert MADE == [1]
        """
    )
    run = pytester.runpytest_subprocess("--memprof")
    run.assert_outcomes(passed=2, failed=2, skipped=1, xfailed=1)
    run.stdout.fnmatch_lines(["*its own reason*", "2 tests measured, none keeps*"])


def test_a_test_that_cannot_be_repeated_is_inconclusive(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        KEPT = []
        def test_first():
            KEPT.append(object())
            assert len(KEPT) < 2
        """
    )
    run = pytester.runpytest_subprocess("--memprof")
    run.assert_outcomes(passed=1)
    run.stdout.fnmatch_lines(["*1 could not be judged*", "*: called again it failed in*"])


def test_shared_fixtures_are_set_up_once(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_one="""
        import pytest
        MADE, ENDED, EACH = [], [], []
        @pytest.fixture(scope="module")
        def shared():
            MADE.append(1)
            yield
            ENDED.append(1)
        @pytest.fixture
        def each():
            EACH.append(1)
            yield
            EACH.pop()
        def test_it(shared, each):
            assert (len(MADE), len(ENDED), len(EACH)) == (1, 0, 1)
            MADE.append(MADE.pop())
            test_it.kept = [*getattr(test_it, "kept", ()), object()]
        """,
        test_two="""
        import test_one
        def test_ended():
            assert (len(test_one.MADE), len(test_one.ENDED)) == (1, 1)
        """,
    )
    run = pytester.runpytest_subprocess("--memprof")
    run.assert_outcomes(passed=2, errors=1)


def test_what_a_shared_fixture_raises_at_its_end_is_told(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest
        @pytest.fixture(scope="module")
        def shared():
            yield
            raise ValueError("at its end")
        @pytest.mark.memprof
        def test_it(shared):
            pass
        """
    )
    run = pytester.runpytest_subprocess()
    run.assert_outcomes(passed=1, errors=1)
    run.stdout.fnmatch_lines(["*ValueError: at its end*"])


MARKED = """
import pytest
KEPT, COUNT = [], [0]

@pytest.mark.memprof
def test_one_in_forty():
    COUNT[0] += 1
    if COUNT[0] % 40 == 0:
        KEPT.append(object())

@pytest.mark.memprof(growth="1 objects/call", calls=5)
def test_allowed():
    KEPT.append([])

@pytest.mark.memprof(ignore=["*test_marked.py:test_ignored"], calls=5)
def test_ignored():
    KEPT.append([])

@pytest.mark.memprof(limit="1 MB")
def test_takes_too_much():
    bytearray(2_000_000)

@pytest.mark.memprof(limit="4 MB")
def test_takes_enough():
    bytearray(2_000_000)

@pytest.mark.memprof(growth="much")
def test_wrong():
    pass

@pytest.mark.memprof(limt="1 MB")
def test_misspelt():
    pass

def test_not_marked():
    KEPT.append(object())
"""


def test_markers_ask_without_the_option(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_marked=MARKED)
    run = pytester.runpytest_subprocess("--strict-markers", "-rE")
    run.assert_outcomes(passed=6, errors=4)
    run.stdout.fnmatch_lines(
        [
            "*ERROR*::test_one_in_forty - LEAK*",
            "*ERROR*::test_takes_too_much - LIMIT*",
            "*ERROR*::test_wrong*",
            "*ERROR*::test_misspelt*",
        ]
    )
    said = re.sub(r"\s+", " ", run.stdout.str())
    assert "growth='much' is no growth. Write it as '0 objects/call'" in said
    assert "the marker memprof has no 'limt'. It has growth, limit, calls, ignore." in said
    assert "LIMIT: it takes 1.9 MiB, and may take 977 KiB" in said
    assert "= memprof =" not in said


def test_the_ini_file_asks_for_the_suite(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nmemprof = true\nmemprof_limit = 1 MB\nmemprof_top = 1\n")
    pytester.makepyfile("def test_a(): bytearray(2_000_000)\ndef test_b(): pass\n")
    run = pytester.runpytest_subprocess()
    run.assert_outcomes(passed=2, errors=1)
    run.stdout.fnmatch_lines(["*1 takes more than it may", "*LIMIT*test_a", "* and 1 more test"])


def test_a_wrong_key_of_the_ini_file_is_told_in_a_line(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nmemprof_limit = much\n")
    run = pytester.runpytest_subprocess()
    assert run.ret == pytest.ExitCode.USAGE_ERROR
    run.stderr.fnmatch_lines(["ERROR: memprof: 'much' is not a size. Write it as*"])


def test_stop_at_first_and_last_failed(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("KEPT = []\ndef test_a(): KEPT.append(object())\ndef test_b(): pass\n")
    first = pytester.runpytest_subprocess("--memprof", "-x")
    first.assert_outcomes(passed=1, errors=1)
    again = pytester.runpytest_subprocess("--memprof", "--lf")
    again.assert_outcomes(passed=1, errors=1)
    without = pytester.runpytest_subprocess("-p", "no:memprof")
    without.assert_outcomes(passed=2)


def test_the_fixture(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest
        KEPT = []
        def test_it(memprof):
            memprof.assert_no_growth(dict)
            with pytest.raises(memprof.GrowthError):
                memprof.assert_no_growth(lambda: KEPT.append(object()))
            with memprof.trace() as traced:
                KEPT.append(object())
            assert traced.kept.peak_bytes
        """
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


def test_coroutines_are_repeated_too(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import asyncio
        import pytest
        KEPT = []
        @pytest.fixture
        def anyio_backend():
            return "asyncio"
        @pytest.mark.anyio
        async def test_keeps():
            await asyncio.sleep(0)
            KEPT.append(object())
        @pytest.mark.anyio
        async def test_keeps_not():
            await asyncio.sleep(0)
        """
    )
    run = pytester.runpytest_subprocess("--memprof")
    run.assert_outcomes(passed=2, errors=1)
    run.stdout.fnmatch_lines(["ERROR *::test_keeps - LEAK*"])


def test_it_is_inert_unless_asked(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import sys
        def test_it():
            found = {name for name in sys.modules if name.startswith("memprof")}
            assert found == {"memprof", "memprof.pytest_plugin"}
        """
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


LEAKS = """
class Session:
    pass

KEPT = []

def test_one():
    KEPT.append(Session())

def test_beside():
    KEPT.append(Session())

def test_honest():
    assert Session()
"""
MORE = LEAKS.replace("KEPT.append(Session())", "KEPT.extend([Session(), Session()])", 1)


BOOK = ("-p", "no:randomly", "--memprof", "--memprof-baseline=known.json")


def test_a_baseline_lets_pass_what_is_known(pytester: pytest.Pytester) -> None:
    """Whichever of them runs: of two that share a container one is judged beside the other."""
    pytester.makepyfile(test_shop=LEAKS)
    missing = pytester.runpytest_subprocess(*BOOK)
    assert missing.ret == pytest.ExitCode.USAGE_ERROR
    missing.stderr.fnmatch_lines("*known.json cannot be read*--memprof-update-baseline*")
    made = pytester.runpytest_subprocess(*BOOK, "--memprof-update-baseline")
    made.assert_outcomes(passed=3)
    made.stdout.fnmatch_lines("*known.json was written: 2 tests known to keep something")
    known = json.loads((pytester.path / "known.json").read_text())
    assert [one["test"] for one in known["entries"]] == [
        "test_shop.py::test_beside",
        "test_shop.py::test_one",
    ]
    alone = pytester.runpytest_subprocess(*BOOK, "-k", "beside")
    alone.assert_outcomes(passed=1, deselected=2)
    pytester.makepyfile(test_shop=MORE)
    more = pytester.runpytest_subprocess(*BOOK)
    more.assert_outcomes(passed=3, errors=1)
    more.stdout.fnmatch_lines(
        "*known    the baseline has it with 1.00 test_shop.Session of each call"
    )
    pytester.makepyfile(test_shop=LEAKS.replace("KEPT.append(Session())", "pass"))
    less = pytester.runpytest_subprocess(*BOOK)
    less.assert_outcomes(passed=3)
    less.stdout.fnmatch_lines("fixed: test_shop.py::test_one (LEAK)")
    done = pytester.runpytest_subprocess(*BOOK, "--memprof-update-baseline")
    done.stdout.fnmatch_lines("*was written: 0 tests known to keep something, 2 tests fixed")


BESIDE = """
class Order(Session):
    pass

def test_beside():
    KEPT.append(Session())
"""
BESIDES = LEAKS.replace("\ndef test_beside():\n    KEPT.append(Session())\n", BESIDE)
BYTES = BESIDES.replace(BESIDE, BESIDE.replace("Session())", "b'%d' % len(KEPT) * 300)"))


@pytest.mark.parametrize(
    ("known", "now"),
    [
        (BESIDES, BESIDES.replace(BESIDE, BESIDE.replace("(Session())", "(Order())"))),
        (BYTES, BYTES.replace("* 300", "* 300_000")),
    ],
    ids=["another class", "larger"],
)
def test_what_is_known_beside_another_is_held_to_it(
    pytester: pytest.Pytester, known: str, now: str
) -> None:
    pytester.makepyfile(test_shop=known)
    pytester.runpytest_subprocess(*BOOK, "--memprof-update-baseline").assert_outcomes(passed=3)
    pytester.runpytest_subprocess(*BOOK).assert_outcomes(passed=3)
    pytester.makepyfile(test_shop=now)
    changed = pytester.runpytest_subprocess(*BOOK)
    changed.assert_outcomes(passed=3, errors=1)
    changed.stdout.fnmatch_lines(["ERROR test_shop.py::test_beside - LEAK*"])


def test_a_baseline_is_read_by_workers_and_written_by_who_sent_them(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile(test_shop=LEAKS)
    made = pytester.runpytest_subprocess(*BOOK, "--memprof-update-baseline", "-n", "2")
    made.assert_outcomes(passed=3)
    made.stdout.fnmatch_lines("*known.json was written: 2 tests known to keep something")
    pytester.runpytest_subprocess(*BOOK, "-n", "2").assert_outcomes(passed=3)


def test_a_baseline_without_a_test_says_so(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(): pass")
    done = pytester.runpytest_subprocess("--memprof-update-baseline")
    done.assert_outcomes(passed=1)
    done.stdout.fnmatch_lines("no test was measured: --memprof, a key of the ini file or a marker*")
    assert not list(pytester.path.glob("*.json"))


def test_a_baseline_that_cannot_be_written_is_a_line(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_shop=LEAKS)
    words = ("--memprof", "--memprof-update-baseline", "--memprof-baseline=no/such/folder.json")
    done = pytester.runpytest_subprocess(*words, "-k", "honest")
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    done.stdout.fnmatch_lines("*folder.json cannot be written: No such file or directory.*")
