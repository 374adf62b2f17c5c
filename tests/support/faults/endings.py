"""
Programs that end badly, or take away what memprof stands on.

Each keeps 20 MB, says so, then does its worst.
"""

from textwrap import dedent

HEAD = """
import atexit, gc, os, re, signal, sys, threading, time
BLOCKS, SIZE = 20_000, 1_000
held = [bytearray(SIZE) for _ in range(BLOCKS)]
print("holding", len(held), flush=True)
def linger(seconds=0.3):
    end = time.monotonic() + seconds
    while time.monotonic() < end: time.sleep(0.01)
def be_seen(path=os.environ.get("MEMPROF_CAPTURE")):
    end = time.monotonic() + 30
    while path and time.monotonic() < end:
        with open(path, "rb") as capture: text = capture.read()
        if int(re.findall(rb'"live_bytes":(\\d+)', text)[-1]) >= BLOCKS * SIZE: break
        time.sleep(0.02)
"""
HELD_BYTES = 20_000 * 1_000

# The end comes at once and unannounced: what was written until then is kept.
SUDDEN = {
    "killed": "os.kill(os.getpid(), signal.SIGKILL)",
    "terminated": "os.kill(os.getpid(), signal.SIGTERM); time.sleep(9)",
    "hung-up": "os.kill(os.getpid(), signal.SIGHUP); time.sleep(9)",
    "alarm": "signal.setitimer(signal.ITIMER_REAL, 0.01); time.sleep(9)",
    "segfault": """
        import ctypes, resource
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        ctypes.string_at(0)""",
    "processor-time": """
        import resource
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        os.kill(os.getpid(), signal.SIGXCPU)""",
    "executes": "os.execv(sys.executable, [sys.executable, '-c', 'print(\\'another\\')'])",
    "clears-the-exit-hooks": "atexit._clear()",
}

# The same, but a snapshot has been taken since.
SEEN = {
    f"{name}-later": f"be_seen()\n{dedent(body.removeprefix(chr(10)))}"
    for name, body in SUDDEN.items()
}

ENDINGS = {
    "returns": "",
    "raises": "raise LookupError('worst')",
    "status": "sys.exit(3)",
    "message": "sys.exit('worst')",
    "no-status": "sys.exit()",
    "at-once": "os._exit(7)",
    "aborts": """
        import resource
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        os.abort()""",
    "interrupted": "signal.raise_signal(signal.SIGINT); time.sleep(9)",
    "stdin": "print(sys.stdin.read())",
    "closes-its-streams": "os.close(1); os.close(2)",
    "has-no-streams": "sys.stdout = sys.stderr = sys.stdin = None",
    "breaks-its-streams": """
        class Broken:
            def write(self, text): raise OSError("broken")
            flush = close = write
        sys.stdout = sys.stderr = Broken()
        sys.stdout = sys.__stdout__""",
    "closes-all-it-finds": "os.closerange(3, 2048)",
    "closes-them-one-by-one": """
        for number in range(3, 2048):
            try: os.close(number)
            except OSError: pass""",
    "reuses-descriptors": """
        os.closerange(3, 2048)
        mine = [os.open("mine", os.O_RDWR | os.O_CREAT | os.O_APPEND) for _ in range(1100)]
        linger()
        gc.collect()
        for number in (1009, 1021):
            os.dup2(mine[0], number)
        atexit.register(lambda: print(os.path.getsize("mine")))""",
    "takes-the-parking-place": """
        mine = os.open("mine", os.O_RDWR | os.O_CREAT | os.O_APPEND)
        for number in (1009, 1021, 509, 251, 61):
            os.dup2(mine, number)
        linger()
        atexit.register(lambda: print(os.path.getsize("mine")))""",
    "replaces-builtins": """
        import builtins
        def worst(*args, **kwargs): raise RuntimeError("worst")
        names = ("open", "print", "len", "sorted", "isinstance", "repr", "str", "type", "list",
                 "dict", "set", "map", "zip", "id", "range", "tuple", "int", "min", "max", "sum",
                 "getattr", "iter", "next", "enumerate", "filter", "hasattr", "callable")
        for name in names: setattr(builtins, name, worst)""",
    "empties-builtins": """
        import builtins
        vars(builtins).clear()""",
    "replaces-os": """
        def worst(*args, **kwargs): raise RuntimeError("worst")
        for name in ("write", "open", "close", "fstat", "stat", "getpid", "dup2", "read", "fspath"):
            setattr(os, name, worst)""",
    "replaces-sys": """
        def worst(*args, **kwargs): raise RuntimeError("worst")
        for name in ("getsizeof", "getrefcount", "_getframe", "exc_info", "getallocatedblocks"):
            setattr(sys, name, worst)
        sys.modules["os"] = sys.modules["time"] = sys.modules["gc"] = None""",
    "replaces-gc": """
        def worst(*args, **kwargs): raise RuntimeError("worst")
        for name in ("get_objects", "get_stats", "get_count", "collect", "isenabled", "disable"):
            setattr(gc, name, worst)""",
    "replaces-clocks": """
        time.time = time.monotonic = time.perf_counter = time.sleep = lambda *_: float("nan")
        time.perf_counter_ns = time.monotonic_ns = time.thread_time_ns = lambda: -1""",
    "empties-modules": "sys.modules.clear()",
    "forgets-the-path": "sys.path.clear(); sys.meta_path.clear(); sys.path_hooks.clear()",
    "odd-modules": """
        class Lazy(type(sys)):
            def __getattr__(self, name): raise RuntimeError(name)
        sys.modules["lazy"] = Lazy("lazy")
        sys.modules["none"] = None
        sys.modules["number"] = 7
        sys.modules[8] = sys
        __file__ = 123
        __name__ = None""",
    "no-collector": """
        gc.disable(); gc.callbacks.clear(); gc.set_threshold(0); gc.freeze()
        linger()""",
    "collector-debugs": """
        gc.set_debug(gc.DEBUG_SAVEALL)
        one = []; one.append(one); del one
        print(gc.collect() > 0, len(gc.garbage) > 0)
        gc.set_debug(0)""",
    "odd-callbacks": """
        gc.callbacks[:] = [None, 7] + gc.callbacks
        gc.callbacks[:] = gc.callbacks[2:]
        gc.callbacks.reverse()
        gc.collect()""",
    "tracing-stopped": "import tracemalloc; tracemalloc.stop(); tracemalloc.stop()",
    "tracing-cleared": "import tracemalloc; tracemalloc.clear_traces(); tracemalloc.reset_peak()",
    "hooks-cleared": """
        sys.settrace(None); sys.setprofile(None)
        threading.settrace(None); threading.setprofile(None)""",
    "own-excepthook": """
        def hook(*_):
            print("hook")
            os._exit(9)
        sys.excepthook = hook
        raise ValueError""",
    "raises-at-exit": "atexit.register(lambda: 1 / 0)",
    "exits-at-exit": "atexit.register(os._exit, 5)",
    "daemon-threads": """
        def work():
            while True: bytearray(10)
        for _ in range(3): threading.Thread(target=work, daemon=True).start()
        linger(0.1)""",
    "late-thread": """
        def work():
            global late
            threading.main_thread().join()
            late = [bytearray(1000) for _ in range(5_000)]
            print("late", flush=True)
        threading.Thread(target=work).start()""",
    "recursion": """
        def again(): again()
        again()""",
    "forks": """
        pid = os.fork()
        more = [bytearray(1000) for _ in range(5_000)]
        if pid: os.waitpid(pid, 0)
        else: print("child", flush=True); os._exit(0)""",
    "spawns": """
        import subprocess
        print(subprocess.run([sys.executable, "-c", "exit(4)"]).returncode)""",
    "goes-to-the-root": "os.chdir('/')",
    "removes-its-directory": """
        import tempfile
        folder = tempfile.mkdtemp()
        os.chdir(folder)
        os.rmdir(folder)""",
    "deep-nesting": """
        nested = []
        for _ in range(1_000_000): nested = [nested]
        linger()
        while nested: nested = nested[0]""",
    "hides-itself": """
        import __main__
        sys.modules.pop("__main__")
        globals().update(__builtins__=__builtins__)""",
    "renamed-functions": """
        class Name(str): pass
        def odd(): return bytearray(50)
        odd.__name__ = Name("odd")
        odd.__code__ = odd.__code__.replace(co_name="\\udcff\\n\\x1b[31m")
        kept = odd()""",
    "source-that-is-not-there": """
        exec(compile("kept = [bytearray(9) for _ in range(100)]", "\\udcfe\\n\\x00|", "exec"))""",
    "memory-limit": """
        import resource
        pages = int(open("/proc/self/statm").read().split()[0])
        limit = pages * resource.getpagesize() + (100 << 20)
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        more = []
        while True: more.append(bytearray(10 << 20))""",
    "memory-limit-in-pieces": """
        import resource
        pages = int(open("/proc/self/statm").read().split()[0])
        limit = pages * resource.getpagesize() + (60 << 20)
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        more = []
        try:
            while True: more.append(bytearray(10_000))
        except MemoryError:
            more.clear()
            sys.exit(8)""",
    "no-descriptors": """
        import resource
        resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))
        linger()""",
    "all-descriptors": """
        import resource
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
        try:
            while True: os.open("/dev/null", os.O_RDONLY)
        except OSError as error:
            print(error)
        linger()""",
    "no-threads": """
        import resource
        resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
        linger(0.1)""",
}

# The capture itself is in the way: its end may be missing.
CUT = {
    "file-size-limit": """
        import resource
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        linger()""",
    "file-size-limit-in-a-record": """
        import resource
        path = os.environ.get("MEMPROF_CAPTURE", __file__)
        limit = os.path.getsize(path) + 500
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        linger()""",
    # Python ignores the signal that comes with it; this program does not.
    "file-size-limit-that-kills": """
        import resource
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        linger()
        os._exit(4)""",
}
