"""
A small notification service: devices connect, ask for pages, get events.

Run it for some seconds: `leaky_service.py [seconds]`.  It prints a line a
second and ends by itself.  With the same seconds it serves the same requests.
"""

import random
import sys
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

Handler = Callable[[str], None]

REQUESTS_PER_TICK = 12
TICK_S = 0.02
TEMPLATES = ("inbox", "settings", "profile", "search", "thread")


class Broker:
    """Delivers the events of a topic to whoever subscribed to it."""

    def __init__(self) -> None:
        """Start without subscribers."""
        self._subscribers: dict[str, list[Handler]] = {}
        self.delivered = 0

    def subscribe(self, topic: str, handler: Handler) -> None:
        """Call *handler* with every event of *topic*."""
        self._subscribers.setdefault(topic, []).append(handler)

    def publish(self, topic: str, event: str) -> None:
        """Hand *event* to the newest subscribers of *topic*."""
        for handler in self._subscribers.get(topic, ())[-5:]:
            handler(event)
            self.delivered += 1


@dataclass
class Session:
    """One device's connection, from hello to goodbye."""

    device: str
    topic: str
    unread: list[str] = field(default_factory=list)
    token: bytes = b""
    closed: bool = False

    def open(self, broker: Broker) -> None:
        """Greet the device and listen to its topic."""
        self.token = self.device.encode().ljust(512, b".")
        broker.subscribe(self.topic, self.receive)

    def receive(self, event: str) -> None:
        """Keep an *event* for the device to fetch."""
        if not self.closed:
            self.unread.append(event)

    def close(self) -> None:
        """Say goodbye."""
        self.unread.clear()
        self.closed = True


class PageCache:
    """The pages asked for last, at most `capacity` of them."""

    def __init__(self, capacity: int) -> None:
        """Start empty."""
        self._pages: OrderedDict[str, str] = OrderedDict()
        self._capacity = capacity
        self.hits = 0

    def page(self, name: str) -> str:
        """Return the page *name*, rendered now if it is not at hand."""
        if name in self._pages:
            self.hits += 1
            self._pages.move_to_end(name)
            return self._pages[name]
        page = self._pages[name] = render(name)
        if len(self._pages) > self._capacity:
            self._pages.popitem(last=False)
        return page


def render(name: str) -> str:
    """Return the page *name* as HTML."""
    rows = [f"<tr><td>{name}</td><td>{number}</td></tr>" for number in range(60)]
    return f"<table>{''.join(rows)}</table>"


class Service:
    """Serves devices, one request after the other."""

    def __init__(self) -> None:
        """Start with nobody connected."""
        self.broker = Broker()
        self.cache = PageCache(capacity=400)
        self.connected: dict[str, Session] = {}
        self.served = 0
        self._chance = random.Random(20)  # noqa: S311  (the same requests every time)

    def request(self) -> None:
        """Serve one request of a device that comes, asks and often goes."""
        device = f"device-{self._chance.randrange(5_000)}"
        session = self.connected.get(device)
        if session is None:
            session = Session(device, topic=f"topic-{self._chance.randrange(40)}")
            session.open(self.broker)
            self.connected[device] = session
        template = self._chance.choice(TEMPLATES)
        body = self.cache.page(f"{template}/{self._chance.randrange(300)}")
        self.broker.publish(session.topic, f"{device} read {len(body)} bytes of {template}")
        if self._chance.random() < 0.9 or len(self.connected) > 200:
            self.connected.pop(device).close()
        self.served += 1


def serve(service: Service, seconds: float) -> None:
    """Let *service* serve for that many *seconds*."""
    for tick in range(1, round(seconds / TICK_S) + 1):
        for _ in range(REQUESTS_PER_TICK):
            service.request()
        if tick % 50 == 0:
            print(
                f"{tick * TICK_S:4.0f} s  served {service.served}"
                f"  connected {len(service.connected)}  cache hits {service.cache.hits}",
                flush=True,
            )
        time.sleep(TICK_S)


if __name__ == "__main__":
    notifications = Service()
    serve(notifications, float(sys.argv[1]) if len(sys.argv) > 1 else 12.0)
