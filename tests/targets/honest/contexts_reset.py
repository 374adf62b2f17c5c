"""
Honest: a context variable is set for each request and reset after it.

verdict: CLEAN, CHURN, INCONCLUSIVE
"""

import contextvars
import sys
import time

COUNT = int((*sys.argv[1:], "1000")[0])
REQUEST: contextvars.ContextVar[str] = contextvars.ContextVar("request")

for n in range(COUNT):
    token = REQUEST.set(f"request {n} " * 20)
    assert contextvars.copy_context().run(lambda: len(REQUEST.get())) > 0
    REQUEST.reset(token)
    time.sleep(0.001)
