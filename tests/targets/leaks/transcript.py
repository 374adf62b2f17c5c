"""
A leak: the parts of a page are collected for one join that never comes.

verdict: LEAK
owner: parts
"""

import sys
import time

COUNT = int((*sys.argv[1:], "1000")[0])


class Page:
    """Text that is built in parts."""

    def __init__(self) -> None:
        """Begin empty."""
        self.parts: list[str] = []

    def say(self, number: int) -> None:
        """Add a sentence or two."""
        self.parts.append(f"This is sentence {number}. ")  # leak
        self.parts.append("It was said " + "very " * (10 + number % 7) + "often. ")  # leak


def main() -> None:
    """Talk."""
    page = Page()
    for number in range(COUNT):
        page.say(number)
        time.sleep(0.001)


main()
