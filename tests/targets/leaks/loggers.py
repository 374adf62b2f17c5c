"""
A leak: a logger for each request; a logger, once asked for, stays.

verdict: LEAK, UNBOUNDED CACHE
site: logging/__init__.py
type: logging.Logger, Logger
owner: loggerDict
"""

import logging
import sys
import time

COUNT = int((*sys.argv[1:], "1000")[0])
logging.basicConfig(level=logging.ERROR)


def serve(number: int) -> None:
    """Log under the name of the request."""
    logging.getLogger(f"request-{number}").info("served")  # leak


for n in range(COUNT):
    serve(n)
    time.sleep(0.001)
