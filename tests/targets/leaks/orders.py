"""
A leak: orders are entered in a dictionary by number and never taken out.

verdict: LEAK
type: Order
owner: ORDERS
"""

import sys
import time

COUNT = int((*sys.argv[1:], "1000")[0])


class Order:
    """What a customer wants."""

    def __init__(self, number: int) -> None:
        """Take the order."""
        self.number = number
        self.lines = [f"{number} x {part}" for part in range(5)]  # leak


ORDERS: dict[int, Order] = {}


def take(number: int) -> None:
    """Take one order and remember it for good."""
    ORDERS[number] = Order(number)  # leak


for n in range(COUNT):
    take(n)
    time.sleep(0.001)
