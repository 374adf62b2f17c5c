"""A leak: sessions that are entered in a dictionary by number and never taken out."""

import memprof


class Session:
    """What a visitor has."""

    def __init__(self, number: int) -> None:
        """Begin."""
        self.number = number
        self.page = "." * 600 + str(number)  # site: leak


sessions: dict[int, Session] = {}

for number in range(25):
    for visitor in range(15):
        sessions[number * 15 + visitor] = Session(number)
    memprof.checkpoint(f"visit {number}")
