"""
A leak: a context variable is set for each request; the tokens, to reset it, are kept.

verdict: LEAK
type: Token, _contextvars.Token
owner: TOKENS
"""

import contextvars
import sys
import time

COUNT = int((*sys.argv[1:], "1000")[0])
REQUEST: contextvars.ContextVar[str] = contextvars.ContextVar("request")
TOKENS: list["contextvars.Token[str]"] = []


def enter(number: int) -> None:
    """Begin a request that nobody ends."""
    text = f"request {number} " * 12  # leak
    TOKENS.append(REQUEST.set(text))  # leak


for n in range(COUNT):
    enter(n)
    time.sleep(0.001)
