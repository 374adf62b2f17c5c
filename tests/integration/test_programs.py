"""Real programs run as they do bare, and their captures make sense."""

import os
import re
import sys
from importlib.util import find_spec
from pathlib import Path
from urllib.request import urlopen

import pytest
from integration.live import document, interrupt, port_of, running
from support.running import run_bare, run_memprof

_SERVER = """\
#!{python}
import socketserver

class Echo(socketserver.StreamRequestHandler):
    def handle(self):
        self.wfile.write(self.rfile.readline())

def main():
    with socketserver.TCPServer(("127.0.0.1", 0), Echo) as server:
        print("listening on port", server.server_address[1], flush=True)
        for _ in range(3):
            server.handle_request()
    return 5

if __name__ == "__main__":
    raise SystemExit(main())
"""

_THREADED = """
import queue, threading
work, done = queue.Queue(), []

def worker():
    while (number := work.get()) is not None:
        done.append(bytes(1000 + number))

threads = [threading.Thread(target=worker) for _ in range(4)]
for thread in threads:
    thread.start()
for number in range(800):
    work.put(number)
for _ in threads:
    work.put(None)
for thread in threads:
    thread.join()
print(len(done), sum(map(len, done)))
"""

_ASYNCIO = """
import asyncio
kept = []

async def serve(reader, writer):
    kept.append(await reader.readline())
    writer.write(b"thanks\\n")
    await writer.drain()
    writer.close()

async def ask(port, number):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"%d\\n" % number * 1)
    answer = await reader.readline()
    writer.close()
    return answer

async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    answers = await asyncio.gather(*(ask(port, number) for number in range(50)))
    server.close()
    print(len(answers), len(kept), set(answers))

asyncio.run(main())
"""

_SUITE = """
import pytest

@pytest.mark.parametrize("number", range(20))
def test_number(number):
    assert number < 19

def test_directory(tmp_path):
    (tmp_path / "x").write_text("x")
"""


def test_http_server_until_ctrl_c(tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text("hello")
    report = tmp_path / "report.json"
    options: list[str | Path] = ["-q", "-o", tmp_path / "server.memprof", "--json", report, "-m"]
    args = ["http.server", "0", "--bind", "127.0.0.1"]
    with running(options, args, tmp_path) as process:
        port = port_of(process)
        for _ in range(5):
            with urlopen(f"http://127.0.0.1:{port}/page.txt", timeout=30) as answer:
                assert answer.read() == b"hello"
        code, stderr = interrupt(process)
    assert code == 0, stderr
    assert stderr.count('"GET /page.txt HTTP/1.1" 200') == 5
    assert "Traceback" not in stderr
    found = document(report)
    assert found["capture"]["target"] == "http.server"
    assert found["capture"]["complete"]
    assert found["capture"]["exit"]["code"] == 0
    assert any(row["file"].endswith("socketserver.py") for row in found["allocations"])


def test_pytest_runs_a_suite(tmp_path: Path) -> None:
    (tmp_path / "test_suite.py").write_text(_SUITE)
    args = ["pytest", "-q", "-p", "no:cacheprovider", "test_suite.py"]
    bare = run_bare(["-m", *args], cwd=tmp_path)
    result = run_memprof(["-q", "--json", "report.json", "-m"], args, cwd=tmp_path)
    assert (result.code, bare.code) == (1, 1)
    assert "1 failed, 20 passed" in result.stdout
    assert without_times(result.stdout) == without_times(bare.stdout)
    assert result.stderr == bare.stderr == ""
    found = document(tmp_path / "report.json")
    assert found["capture"]["complete"]
    assert any("_pytest" in row["file"] for row in found["allocations"])


def without_times(text: str) -> list[str]:
    """Return the lines of pytest's *text* but for durations and temporary names."""
    return [re.sub(r" in \d+\.\d+s.*", "", line) for line in text.splitlines()]


def test_a_console_script_found_on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = os.path.dirname(sys.executable)
    if not os.path.exists(os.path.join(folder, "pip")):
        pytest.skip("no pip beside this Python")
    monkeypatch.setenv("PATH", folder + os.pathsep + os.environ["PATH"])
    monkeypatch.setenv("PIP_DISABLE_PIP_VERSION_CHECK", "1")
    bare = run_bare(["-m", "pip", "list"], cwd=tmp_path)
    result = run_memprof(["-q", "--json", "report.json"], ["pip", "list"], cwd=tmp_path)
    assert (result.code, result.stderr) == (0, bare.stderr)
    assert result.stdout == bare.stdout
    found = document(tmp_path / "report.json")
    assert found["capture"]["target"] == "pip"
    assert any("pip" in row["file"] for row in found["allocations"])


def test_a_console_script_that_serves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket  # noqa: PLC0415

    script = tmp_path / "bin" / "echo-server"
    script.parent.mkdir()
    script.write_text(_SERVER.format(python=sys.executable))
    script.chmod(0o755)
    monkeypatch.setenv("PATH", str(script.parent) + os.pathsep + os.environ["PATH"])
    report = tmp_path / "report.json"
    options: list[str | Path] = ["-q", "-o", tmp_path / "echo.memprof", "--json", report]
    with running(options, ["echo-server"], tmp_path) as process:
        port = port_of(process)
        for number in range(3):
            with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
                connection.sendall(b"%d\n" % number)
                assert connection.recv(100) == b"%d\n" % number
        _, stderr = process.communicate(timeout=60)
    assert (process.returncode, stderr) == (5, "")
    found = document(report)
    assert found["capture"]["target"] == "echo-server"
    assert found["capture"]["exit"]["code"] == 5


@pytest.mark.parametrize("options", [[], ["--depth", "5", "--cycles", "--interval", "10ms"]])
@pytest.mark.parametrize("name", ["threaded", "asyncio"])
def test_threads_and_asyncio(name: str, options: list[str], tmp_path: Path) -> None:
    target = tmp_path / f"{name}_program.py"
    target.write_text(_THREADED if name == "threaded" else _ASYNCIO)
    bare = run_bare([target], cwd=tmp_path)
    result = run_memprof(["-q", "--json", "report.json", *options], [target], cwd=tmp_path)
    assert (result.code, result.stdout, result.stderr) == (0, bare.stdout, "")
    found = document(tmp_path / "report.json")
    assert found["capture"]["complete"]
    assert found["generation_disagreements"] == []
    if name == "threaded":
        line = 1 + _THREADED.splitlines().index("        done.append(bytes(1000 + number))")
        rows = [
            row for row in found["allocations"] if (row["file"], row["line"]) == (str(target), line)
        ]
        assert sum(row["live_blocks"] for row in rows) in range(800, 806)


_LEFT = """\
import functools, gc
gc.collect()
gc.disable()

class Parent:
    def __init__(self):
        self.child = Child(self)

class Child:
    def __init__(self, parent):
        self.parent = parent

def make():
    for _ in range(1000):
        Parent()

@functools.lru_cache(maxsize=None)
def unbounded(number):
    return number

@functools.lru_cache(maxsize=100)
def bounded(number):
    return number

for number in range(500):
    unbounded(number)
    bounded(number)
    bounded(number)
make()
"""


@pytest.mark.parametrize(
    "options", [[], ["--cycles"], ["--engine", "tracemalloc"], ["--engine", "off"]], ids=" ".join
)
def test_what_a_program_leaves_at_its_end(options: list[str], tmp_path: Path) -> None:
    """Every object of its garbage, which is not collected to be counted; every cache."""
    program = tmp_path / "left.py"
    program.write_text(_LEFT)
    done = run_memprof(["-q", "--json", "left.json", *options], [program], cwd=tmp_path)
    assert done.code == 0, done.stderr
    made = document(tmp_path / "left.json")
    debt, caches = made["debt"], made["caches"]
    native = find_spec("memprof.agent._graph") is not None
    if debt is None:
        # Without the extension the run is too short for it.
        assert not native
        return
    found = {row["type"]: row for row in debt["types"]}
    assert [found[f"__main__.{one}"]["objects"] for one in ("Parent", "Child")] == [1000, 1000]
    assert debt["objects"] == 2000
    if native:
        assert debt["islands"] == 1000
        assert found["__main__.Child"]["cycle"] == "Child.parent -> Parent.child -> Child"
    if "off" not in options:
        child = found["__main__.Child"]
        assert (child["line"], child["function"]) == (7, "Parent.__init__")
        assert found["__main__.Parent"]["line"] == 15
    if caches is not None:
        rows = [row for row in caches if row["file"] == str(program)]
        figures = [[row[key] for key in ("maxsize", "size", "hits", "misses")] for row in rows]
        assert figures == [[None, 500, 0, 500], [100, 100, 500, 500]]
