"""
The only code of memprof that enters the user's process.

Every module here begins by importing `__builtins__` from this one.  A
function takes its builtins from the `__builtins__` of the module that defines
it, so the agent keeps working when the target replaces `open`, `len` or
`str`: it has a copy from before the target's first line.
"""

import builtins

__builtins__ = dict(vars(builtins))
