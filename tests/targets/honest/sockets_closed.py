"""
Honest: a pair of sockets for each request, both closed when it is over.

verdict: CLEAN, CHURN, INCONCLUSIVE
"""

import socket
import sys
import time

COUNT = int((*sys.argv[1:], "1000")[0])

for n in range(COUNT):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.sendall(b"request %d" % n)
        assert theirs.recv(100)
    time.sleep(0.001)
