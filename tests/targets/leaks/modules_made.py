"""
A leak: each plugin run becomes a module of a new name in `sys.modules`.

verdict: LEAK
type: module
owner: sys.modules
"""

import sys
import time
import types

COUNT = int((*sys.argv[1:], "1000")[0])
CODE = compile("TABLE = list(range(1000, 1030))\ndef run(): return sum(TABLE)", "plugin", "exec")


def load(number: int) -> int:
    """Load the plugin once more."""
    module = types.ModuleType(f"plugin_{number}")  # leak
    exec(CODE, module.__dict__)  # leak
    sys.modules[module.__name__] = module
    return int(module.run())


for n in range(COUNT):
    load(n)
    time.sleep(0.001)
