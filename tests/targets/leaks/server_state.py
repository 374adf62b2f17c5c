"""
A leak: a server keeps the state of each connection, and forgets to drop it at the end.

verdict: LEAK
type: State
owner: states
"""

import asyncio
import sys

COUNT = int((*sys.argv[1:], "500")[0])


class State:
    """What a connection has said so far."""

    def __init__(self, name: str) -> None:
        """Begin."""
        self.name = name
        self.lines: list[bytes] = []  # leak


class Server:
    """Answers lines."""

    def __init__(self) -> None:
        """Begin without connections."""
        self.states: dict[str, State] = {}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        name = f"connection {len(self.states)}"
        state = self.states[name] = State(name)  # leak
        line = await reader.readline()
        state.lines.append(line * 30)  # leak
        writer.write(line)
        await writer.drain()
        writer.close()
        await writer.wait_closed()


async def main() -> None:
    """Be server and clients."""
    ours = Server()
    server = await asyncio.start_server(ours.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        for number in range(COUNT):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"client %d\n" % number)
            await reader.read()
            writer.close()
            await writer.wait_closed()
            await asyncio.sleep(0.001)


asyncio.run(main())
