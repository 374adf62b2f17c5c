"""
Honest: documents are parsed, copied, changed and written, and all of it is dropped.

verdict: CLEAN, CHURN, INCONCLUSIVE
"""

import copy
import json
import sys
import time

COUNT = int((*sys.argv[1:], "800")[0])
TEXT = json.dumps({f"key{n}": [n, str(n), {"deep": [n] * 5}] for n in range(30)})

for n in range(COUNT):
    document = copy.deepcopy(json.loads(TEXT))
    document["number"] = n
    assert json.dumps(document)
    time.sleep(0.001)
