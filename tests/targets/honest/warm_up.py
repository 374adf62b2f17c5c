"""
Honest: the first requests compile patterns, set up logging and learn json, then it is quiet.

verdict: CLEAN, CHURN, SATURATING, INCONCLUSIVE
"""

import json
import logging
import re
import sys
import time

COUNT = int((*sys.argv[1:], "1000")[0])
logging.basicConfig(level=logging.ERROR)


def serve(number: int) -> int:
    """Use a few of forty patterns and loggers."""
    kind = number % 40
    logger = logging.getLogger(f"part.{kind}")
    logger.info("request %d", number)
    found = re.findall(rf"(?:{kind})+[a-z]*\s", f"{number} {number} text ")
    return len(json.loads(json.dumps({"number": number, "found": found})))


for n in range(COUNT):
    serve(n)
    time.sleep(0.001)
