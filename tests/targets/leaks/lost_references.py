"""
A leak: an extension takes one reference too many to each packet, and forgets it.

verdict: LEAK
type: Packet
"""

import ctypes
import sys
import time

COUNT = int((*sys.argv[1:], "1000")[0])


class Packet:
    """What arrives."""

    def __init__(self, number: int) -> None:
        """Read the packet."""
        self.payload = b"%06d" % number * 50  # leak


def receive(number: int) -> int:
    """Read a packet and hand it to C."""
    packet = Packet(number)  # leak
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(packet))
    return len(packet.payload)


for n in range(COUNT):
    receive(n)
    time.sleep(0.001)
