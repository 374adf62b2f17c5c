"""
A leak: pairs of connected sockets, of which one side is never closed.

verdict: DESCRIPTORS, LEAK
type: socket
owner: PEERS
"""

import socket
import sys
import time

COUNT = int((*sys.argv[1:], "1000")[0])
PEERS: dict[int, socket.socket] = {}


def talk(number: int) -> bytes:
    """Send a word from one side to the other."""
    ours, theirs = socket.socketpair()  # leak
    ours.sendall(b"hello")
    heard = theirs.recv(5)
    ours.close()
    PEERS[number] = theirs
    return heard


for n in range(COUNT):
    if n % 4 == 0:
        talk(n)
    time.sleep(0.001)
