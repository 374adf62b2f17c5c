"""
Programs that replace, watch or exhaust what they run in; as those of `endings`, by name.

None of them ends badly on purpose.
"""

DESCRIPTORS = {
    "files-of-its-own-where-ours-was": """
        os.closerange(3, 4096)
        files = [open(f"own{number}", "w") for number in range(60)]
        for _ in range(5):
            for file in files: file.write("x" * 100)
            linger(0.05)
        for file in files: file.close()
        print({os.path.getsize(f"own{number}") for number in range(60)})""",
    "one-file-everywhere": """
        mine = os.open("mine", os.O_RDWR | os.O_CREAT)
        for number in range(3, 1100):
            try: os.dup2(mine, number)
            except OSError: pass
        linger()
        print(os.path.getsize("mine"))""",
    "a-socket-everywhere": """
        import socket
        one, other = socket.socketpair()
        for number in range(3, 1100):
            if number not in (one.fileno(), other.fileno()):
                try: os.dup2(one.fileno(), number)
                except OSError: pass
        linger()
        other.setblocking(False)
        try: print(other.recv(100))
        except BlockingIOError: print("nothing")
        os._exit(0)""",
    "few-descriptors-then-many": """
        import resource
        resource.setrlimit(resource.RLIMIT_NOFILE, (10, 2048))
        os.closerange(3, 4096)
        linger(0.1)
        resource.setrlimit(resource.RLIMIT_NOFILE, (2048, 2048))
        linger(0.1)""",
    "closes-all-of-them": "os.closerange(0, 4096); linger(); os._exit(3)",
    "no-standard-streams-and-files-in-their-place": """
        os.close(0); os.close(1); os.close(2)
        first, second = open("own", "w"), open("other", "w")
        linger()
        first.write("x"); first.close()
        os._exit(os.path.getsize("own") + os.path.getsize("other"))""",
    "closes-stdout": "sys.stdout.close(); linger(0.1)",
    "closes-stderr": "sys.stderr.close(); raise ValueError",
    "closes-stdin": "sys.stdin.close(); print(sys.stdin.closed)",
    "detaches-stdout": "sys.stdout.detach(); linger(0.1)",
    "replaces-stdout": """
        import io
        kept, sys.stdout = sys.stdout, io.StringIO()
        print("inside")
        text, sys.stdout = sys.stdout.getvalue(), kept
        print(repr(text))""",
    "wakeup-descriptor": """
        reading, writing = os.pipe()
        os.set_blocking(writing, False)
        signal.set_wakeup_fd(writing)
        signal.signal(signal.SIGUSR1, lambda *_: None)
        os.kill(os.getpid(), signal.SIGUSR1)
        print(os.read(reading, 9))""",
}

RIGHTS = {
    "another-user": "os.setgid(65534); os.setuid(65534); linger(0.1); print(os.getuid())",
    "another-effective-user": "os.seteuid(65534); linger(0.1); print(os.geteuid())",
    "another-root": """
        os.mkdir("root"); os.chroot("root"); os.chdir("/")
        linger(0.1)
        print(os.listdir("/"))""",
    "another-root-and-raises": """
        os.mkdir("root"); os.chroot("root"); os.chdir("/")
        1 / 0""",
    "a-capture-nobody-may-open": """
        path = os.environ.get("MEMPROF_CAPTURE")
        if path: os.chmod(path, 0)
        os.closerange(3, 2048)
        linger()""",
    "not-dumpable": """
        import ctypes
        ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)
        linger(0.1)""",
    "a-name-that-lies": """
        with open("/proc/self/comm", "w") as file: file.write("x) Z 0\\nVmRSS: 9")
        linger(0.1)""",
    "no-new-rights": """
        import ctypes
        print(ctypes.CDLL(None).prctl(38, 1, 0, 0, 0))
        linger(0.1)""",
}

LIMITS = {
    "address-space-in-pieces": """
        import resource
        pages = int(open("/proc/self/statm").read().split()[0])
        # Half a piece is left to show the exception with.
        limit = pages * resource.getpagesize() + (85 << 20)
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        more = []
        while True: more.append([0] * (10 << 17))""",
    "no-address-space-left": """
        import resource
        pages = int(open("/proc/self/statm").read().split()[0])
        resource.setrlimit(resource.RLIMIT_AS, (pages * 4096,) * 2)
        linger(0.1)
        try: bytearray(200 << 20)
        except MemoryError: print("none left")""",
    "data-segment": """
        import resource
        resource.setrlimit(resource.RLIMIT_DATA, (80 << 20,) * 2)
        more = []
        try:
            while True: more.append(bytearray(1 << 20))
        except MemoryError:
            del more
            print("none left")""",
    "processor-time-with-a-handler": """
        import resource
        def over(*_):
            print("over", flush=True)
            sys.exit(6)
        signal.signal(signal.SIGXCPU, over)
        resource.setrlimit(resource.RLIMIT_CPU, (1, 5))
        while True: pass""",
    "recursion-of-a-thread": """
        def again(): again()
        one = threading.Thread(target=again); one.start(); one.join()""",
    "recursion-low": """
        sys.setrecursionlimit(60)
        def again(): again()
        try: again()
        except RecursionError: print("too deep")
        linger(0.1)""",
    "recursion-high": """
        sys.setrecursionlimit(100_000)
        def down(number): return number and down(number - 1)
        print(down(20_000))""",
    "recursion-with-garbage": """
        def again():
            one = []; one.append(one)
            again()
        try: again()
        except RecursionError: gc.collect(); print("too deep")""",
    "small-stacks": """
        threading.stack_size(65_536)
        one = threading.Thread(target=linger); one.start(); one.join()
        print("done")""",
    "two-million-objects": """
        more = [[] for _ in range(2_000_000)]
        linger(0.1)
        print(len(more))""",
    "short-integers": "sys.set_int_max_str_digits(640); one = 10**5000; linger(0.1)",
}

SIGNALS = {
    "a-storm-of-signals": """
        count = 0
        def counted(*_):
            global count
            count += 1
        for number in (signal.SIGALRM, signal.SIGPROF, signal.SIGVTALRM, signal.SIGUSR1):
            signal.signal(number, counted)
        signal.setitimer(signal.ITIMER_REAL, 0.0005, 0.0005)
        signal.setitimer(signal.ITIMER_PROF, 0.0005, 0.0005)
        linger(0.5)
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.setitimer(signal.ITIMER_PROF, 0)
        print(count > 20)""",
    "blocks-all-signals": """
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        linger(0.1)
        print(len(signal.pthread_sigmask(signal.SIG_BLOCK, ())) > 50, signal.sigpending())""",
    "waits-for-a-signal": """
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
        os.kill(os.getpid(), signal.SIGUSR1)
        print(signal.sigwait([signal.SIGUSR1]))""",
    "stopped-and-continued": """
        child = os.fork()
        if not child:
            time.sleep(0.3)
            os.kill(os.getppid(), signal.SIGCONT)
            os._exit(0)
        os.kill(os.getpid(), signal.SIGSTOP)
        os.waitpid(child, 0)
        print("continued")""",
    "kills-its-group": "os.setpgrp(); os.killpg(0, signal.SIGKILL)",
    "fault-handler-on-a-signal": """
        import faulthandler
        faulthandler.register(signal.SIGUSR1, all_threads=False)
        os.kill(os.getpid(), signal.SIGUSR1)""",
}

WATCHED = {
    "audit-hook-that-refuses": """
        def audit(event, _):
            if event in {"open", "import", "os.listdir", "ctypes.dlopen", "sys._getframe",
                         "gc.get_objects", "gc.get_referrers", "os.remove"}: raise RuntimeError
        sys.addaudithook(audit)
        linger()
        print("done")""",
    "audit-hook-that-exits": """
        def audit(event, _):
            if event.startswith(("gc.", "sys._getframe", "open")): os._exit(9)
        sys.addaudithook(audit)
        linger()
        print("done", flush=True)
        os._exit(4)""",
    "trace-to-the-end": """
        seen = set()
        def trace(frame, *_):
            seen.add(frame.f_code.co_filename)
            return trace
        threading.settrace(trace)
        sys.settrace(trace)
        linger(0.1)
        sys.settrace(None)
        print(len(seen))""",
    "frozen-collector": """
        gc.collect(); gc.freeze(); gc.disable()
        linger(0.1)
        print(gc.get_freeze_count() > 0); gc.unfreeze()""",
    "callbacks-of-another-kind": """
        class Callbacks(list):
            def append(self, _): raise RuntimeError
            def __contains__(self, _): raise RuntimeError
        gc.callbacks = Callbacks()
        gc.collect(); linger(0.1)""",
    "a-switch-interval-of-nothing": """
        sys.setswitchinterval(1e-6)
        work = [threading.Thread(target=lambda: [bytearray(10) for _ in range(50_000)])
                for _ in range(4)]
        for one in work: one.start()
        for one in work: one.join()
        sys.setswitchinterval(100)
        linger(0.1)""",
    "tracing-of-its-own": """
        import tracemalloc
        print(tracemalloc.is_tracing())
        tracemalloc.start(10)
        more = [bytearray(100) for _ in range(1000)]
        print(len(tracemalloc.take_snapshot().traces) >= 1000, tracemalloc.get_traceback_limit())
        tracemalloc.stop()
        print(tracemalloc.is_tracing())""",
    "counts-itself": """
        import inspect
        print(len(inspect.stack()), threading.active_count(), threading.enumerate() ==
              [threading.main_thread()])""",
    "clocks-of-nanoseconds": """
        time.time_ns = time.monotonic_ns = time.perf_counter_ns = lambda: 10**30
        time.perf_counter = time.time = lambda: 1e300""",
}

REPLACED = {
    "builtins-of-classes": """
        import builtins
        builtins.__build_class__ = builtins.BaseException = builtins.Exception = None
        builtins.OSError = builtins.object = None
        linger(0.1)""",
    "import": """
        import builtins
        def refuse(*_, **__): raise ImportError
        builtins.__import__ = refuse
        linger(0.1)""",
    "thread-functions": """
        import _thread
        _thread.start_new_thread = _thread.allocate_lock = _thread.get_ident = None
        linger(0.1)""",
    "end-of-threads": "threading._shutdown = lambda: 1 / 0; linger(0.1)",
    "encoders": """
        import binascii, zlib, json
        zlib.crc32 = binascii.crc32 = None
        sys.modules["_json"] = None
        linger(0.1)""",
    "process-id-and-fork": """
        fork = os.fork
        os.fork = lambda: fork()
        os.getpid = lambda: 1
        child = os.fork()
        if child: os.waitpid(child, 0)
        else: os._exit(0)""",
    "modules": """
        sys.modules = dict(sys.modules)
        linger(0.1)
        import json
        print(json.dumps(1))""",
    "main-module": """
        import types
        sys.modules["__main__"] = types.ModuleType("__main__")
        linger(0.1)""",
    "path-of-odd-things": """
        sys.path[:] = [None, 7, b"x", "\\udcff"]
        sys.meta_path.insert(0, None)
        linger(0.1)""",
    "what-it-was-called-by": """
        sys.argv.clear(); sys.orig_argv.clear()
        sys.executable = sys.prefix = None
        linger(0.1)""",
    "environment": """
        os.environ.clear()
        linger(0.1)
        print(os.listdir("."))""",
    "hooks": """
        sys.displayhook = sys.unraisablehook = sys.breakpointhook = lambda *_: 1 / 0
        linger(0.1)""",
    "locale": """
        import locale
        for name in ("C", "C.UTF-8", "de_DE.UTF-8", "tr_TR.UTF-8"):
            try: locale.setlocale(locale.LC_ALL, name)
            except locale.Error: pass
        linger(0.1)""",
}

OBJECTS = {
    "metaclass-that-raises": """
        class Meta(type):
            def __getattribute__(cls, name): raise RuntimeError(name)
            def __instancecheck__(cls, _): raise RuntimeError
            def __subclasscheck__(cls, _): raise RuntimeError
        class Hostile(metaclass=Meta): __slots__ = ("one", "__weakref__")
        more = [Hostile() for _ in range(2000)]
        linger(); gc.collect()""",
    "attributes-that-exit": """
        class Exits:
            def __get__(self, *_): raise SystemExit(99)
        class Hostile:
            __class__ = Exits(); __dict__ = Exits(); __name__ = Exits(); __module__ = Exits()
        more = [Hostile() for _ in range(2000)]
        linger(); gc.collect()
        print(len(more))""",
    "classes-that-change": """
        class One: pass
        class Other: pass
        more = [One() for _ in range(3000)]
        for one in more: one.__class__ = Other
        One.__name__ = "Z"; One.__qualname__ = "Q.\\udcff"; One.__module__ = 7
        del One.__module__
        linger(0.1)""",
    "classes-that-come-and-go": """
        end = time.monotonic() + 0.4
        while time.monotonic() < end:
            classes = [type(f"Type{number}", (), {}) for number in range(50)]
            more = [one() for one in classes]""",
    "names-that-are-no-text": """
        kind = type("\\udcff\\n\\x1b[2J", (), {})
        more = [kind() for _ in range(1000)]
        one = threading.Thread(target=linger, name="\\udcff\\n\\x1b[31m")
        one.start(); one.join()""",
    "code-with-odd-names": """
        import types
        code = (lambda: [bytearray(100) for _ in range(100)]).__code__
        for name in ("", "\\x00", "\\udcff" * 50, "a" * 100_000, "\\n::error::", "<script>"):
            for file in ("", "\\x00\\n", "../../etc/passwd", "/" + "x" * 5000):
                odd = code.replace(co_filename=file, co_name=name, co_firstlineno=2**31 - 1)
                names = {"bytearray": bytearray, "range": range}
                held.append(types.FunctionType(odd, names)())
        linger()""",
    "finalizers-at-the-end": """
        class Late:
            def __del__(self): print("late", len([bytearray(1000) for _ in range(100)]))
        one, other = Late(), Late()
        other.me = other""",
    "unraisable": """
        sys.unraisablehook = lambda told: print(told.exc_type)
        class Fails:
            def __del__(self): 1 / 0
        one = Fails(); del one
        other = Fails(); other.me = other; del other
        gc.collect()""",
    "exceptions-in-cycles": """
        def fail():
            try: 1 / 0
            except ZeroDivisionError as error: kept = error; return kept
        more = [fail() for _ in range(3000)]
        linger(0.1)
        print(len(more))""",
    "generators-half-way": """
        def numbers():
            try:
                while True: yield bytearray(100)
            finally: held.append(1)
        more = [numbers() for _ in range(3000)]
        for one in more: next(one)
        linger(0.1)""",
    "code-that-is-executed": """
        for number in range(3000): exec(compile(f"one = {number}", f"file {number}", "exec"))
        linger(0.1)""",
    "coroutines": """
        import asyncio
        async def wait(): await asyncio.sleep(0.2); return 1
        async def main(): return sum(await asyncio.gather(*[wait() for _ in range(200)]))
        print(asyncio.run(main()))""",
    "cancelled-and-interrupted": """
        import asyncio
        async def main():
            task = asyncio.create_task(asyncio.sleep(9))
            await asyncio.sleep(0.1)
            task.cancel()
            try: await task
            except asyncio.CancelledError: print("cancelled")
            raise KeyboardInterrupt
        asyncio.run(main())""",
    "mappings": """
        import mmap
        more = [mmap.mmap(-1, 1 << 20) for _ in range(50)]
        linger(0.1)
        print(len(more))""",
    "memory-of-c": """
        import ctypes
        libc = ctypes.CDLL(None)
        libc.malloc.restype = ctypes.c_void_p
        more = [libc.malloc(1000) for _ in range(10_000)]
        linger(0.1)
        for one in more: libc.free(ctypes.c_void_p(one))""",
}
