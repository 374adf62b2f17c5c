"""
A leak: a handler is added to the same logger each time a client is made.

verdict: LEAK
site: logging/__init__.py, logging/handlers.py
type: MemoryHandler
owner: handlers
"""

import logging
import logging.handlers
import sys
import time

COUNT = int((*sys.argv[1:], "1000")[0])
logger = logging.getLogger("client")
logger.propagate = False


class Client:
    """Something that logs."""

    def __init__(self, number: int) -> None:
        """Set up logging, again."""
        self.number = number
        handler = logging.handlers.MemoryHandler(100)  # leak
        logger.addHandler(handler)  # leak


for n in range(COUNT):
    Client(n)
    time.sleep(0.001)
