"""A program's other interpreters: no agent enters them, and they live and die as bare."""

from pathlib import Path
from textwrap import dedent

import pytest
from support.running import run_both

_IMPORT = """
import sys, threading
try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters
code = '''if True:
    import sys
    print([name for name in sys.modules if name.startswith("memprof")], flush=True)
    print([entry for entry in sys.path if "memprof" in entry], flush=True)
    kept = [bytes(1000) for _ in range(100)]
'''
"""

PROGRAMS = {
    "one after the other": """
        for _ in range(5):
            one = interpreters.create()
            interpreters.run_string(one, code)
            interpreters.destroy(one)""",
    "several at once": """
        many = [interpreters.create() for _ in range(5)]
        for one in many:
            interpreters.run_string(one, code)
        for one in many:
            interpreters.destroy(one)""",
    "in a thread": """
        def work():
            one = interpreters.create()
            interpreters.run_string(one, code)
            interpreters.destroy(one)
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()""",
    "alive at the end": """
        interpreters.run_string(interpreters.create(), code)""",
}


@pytest.mark.parametrize("engine", ["native", "sample", "off"])
@pytest.mark.parametrize("program", PROGRAMS)
def test_an_interpreter_of_the_programs(program: str, engine: str, tmp_path: Path) -> None:
    cwd = tmp_path / "work"
    cwd.mkdir()
    (cwd / "target.py").write_text(_IMPORT + dedent(PROGRAMS[program]))
    pair = run_both(["target.py"], cwd=cwd, options=["--engine", engine])
    pair.assert_same()
    assert len(pair.profiled.facts.snapshots) > 1
