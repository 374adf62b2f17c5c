"""
The server that soak.py loads: each request makes much, keeps little, and forgets the oldest.

    python soak_server.py

It says its process id and port on one line, and ends by itself when asked for /stop.
"""

import http.server
import json
import os
import sys
import threading
from collections import OrderedDict

KEPT = 400
BURST_BYTES, BURST_EVERY = 4 << 20, 500


class Session:
    """What a request leaves for a while; its parts know each other."""

    def __init__(self, number: int) -> None:
        """Make a session that is a reference cycle."""
        self.number = number
        self.pages = [{"session": self, "page": page} for page in range(5)]
        self.token = os.urandom(200).hex()


SESSIONS: OrderedDict[int, Session] = OrderedDict()
LOCK = threading.Lock()
COUNTS = {"requests": 0}


def answered() -> bytes:
    """Return an answer, after work that makes some thousand objects and leaves one session."""
    rows = [{"id": n, "name": f"row {n}", "tags": [n, n * 2, str(n)]} for n in range(200)]
    text = json.dumps(rows)
    again = json.loads(text)
    with LOCK:
        COUNTS["requests"] += 1
        number = COUNTS["requests"]
        SESSIONS[number] = Session(number)
        if len(SESSIONS) > KEPT:
            SESSIONS.popitem(last=False)
    burst = bytearray(BURST_BYTES if not number % BURST_EVERY else 10)
    return json.dumps({"rows": len(again), "burst": len(burst)}).encode()


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers each request in a thread of its own."""

    def do_GET(self) -> None:
        """Answer, or stop the server."""
        body = answered()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        if self.path == "/stop":
            threading.Thread(target=self.server.shutdown).start()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def main() -> None:
    """Serve until asked to stop."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(os.getpid(), server.server_port, flush=True)
    server.serve_forever()
    server.server_close()
    sys.stdout.write("stopped\n")


main()
