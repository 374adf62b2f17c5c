"""Programs that end in still other ways, and those that have children; as those of `endings`."""

EXITS = {
    "status-too-large": "sys.exit(2**40)",
    "status-below-zero": "sys.exit(-1)",
    "status-of-a-subclass": """
        class Odd(SystemExit): pass
        raise Odd(12)""",
    "message-that-raises": """
        class Odd:
            def __str__(self): raise ValueError
        sys.exit(Odd())""",
    "exits-in-a-thread": """
        one = threading.Thread(target=lambda: sys.exit(4)); one.start(); one.join()
        print("main")""",
    "raises-in-a-thread": """
        one = threading.Thread(target=lambda: 1 / 0); one.start(); one.join()""",
    "exits-at-once-while-it-exits": """
        try: sys.exit(5)
        finally: os._exit(6)""",
    "status-of-a-byte": "os._exit(256)",
    "group-of-exceptions": "raise ExceptionGroup('worst', [ValueError(1), KeyError(2)])",
    "exception-with-notes": """
        error = ValueError("worst")
        error.add_note("note \\udcff")
        raise error""",
    "exception-nobody-can-print": """
        class Odd(Exception):
            def __str__(self): raise RuntimeError
        raise Odd""",
    "interrupt-raised": "raise KeyboardInterrupt('worst')",
    "syntax-in-eval": "eval('1 +')",
    "exit-of-c": "import ctypes; ctypes.CDLL(None).exit(6)",
    "exit-of-c-at-once": "import ctypes; ctypes.CDLL(None)._exit(6)",
    "abort-of-c": """
        import ctypes, resource
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        ctypes.CDLL(None).abort()""",
    "several-raise-at-exit": """
        for number in range(3): atexit.register(int, f"not {number}")
        atexit.register(sys.exit, 9)
        atexit.register(os.write, 1, b"bye\\n")""",
    "registers-at-exit": "atexit.register(lambda: atexit.register(print, 'inside'))",
    "thread-at-exit": """
        def start():
            try:
                one = threading.Thread(target=linger); one.start(); one.join(); print("done")
            except RuntimeError as error: print(error)
        atexit.register(start)""",
    "forks-at-exit": """
        def fork():
            child = os.fork()
            if child: os.waitpid(child, 0)
            else: os._exit(0)
        atexit.register(fork)""",
    "eight-daemons": """
        def work():
            while True: more = [bytearray(100) for _ in range(100)]
        for _ in range(8): threading.Thread(target=work, daemon=True).start()
        linger(0.2)""",
}

CHILDREN = {
    "twenty-children": """
        children = []
        for number in range(20):
            child = os.fork()
            if not child: os._exit(number)
            children.append(child)
        print([os.waitstatus_to_exitcode(os.waitpid(one, 0)[1]) for one in children])""",
    "a-daemon": """
        child = os.fork()
        if child:
            os.waitpid(child, 0)
            print("parent")
            sys.exit(4)
        os.setsid()
        if os.fork(): os._exit(0)
        os._exit(0)""",
    "other-programs": """
        import subprocess
        print([subprocess.run(["true"]).returncode for _ in range(5)])
        child = os.posix_spawn(sys.executable, [sys.executable, "-c", "print(5)"], os.environ)
        print(os.waitpid(child, 0)[1])""",
    "spawned-process": """
        import multiprocessing
        def work(): more = [bytearray(1000) for _ in range(5000)]
        if __name__ == "__main__":
            one = multiprocessing.get_context("spawn").Process(target=work)
            one.start(); one.join()
            print(one.exitcode)""",
    "forks-in-a-thread": """
        def fork():
            child = os.fork()
            if child: os.waitpid(child, 0)
            else: os._exit(0)
        one = threading.Thread(target=fork); one.start(); one.join()
        print("done")""",
    "runs-memprof": """
        import subprocess
        words = ["-m", "timeit", "-n1", "-r1", "pass"]
        print(subprocess.run([sys.executable, *words], capture_output=True).returncode)""",
}
