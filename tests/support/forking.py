"""Programs that fork."""

STORM = """
import gc, os, sys, warnings
warnings.simplefilter("error")
before = len(os.listdir("/proc/self/fd"))
for number in range(int(sys.argv[1])):
    pid = os.fork()
    if not pid:
        os._exit(number % 7)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == number % 7
print(len(os.listdir("/proc/self/fd")) - before)
"""
"""As many children as asked for, one after the other, each with a status of its own."""
