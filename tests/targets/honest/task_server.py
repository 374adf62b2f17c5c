"""
Honest: a task for each of many clients, which ends when its client has its answer.

verdict: CLEAN, CHURN, INCONCLUSIVE
"""

import asyncio
import sys

COUNT = int((*sys.argv[1:], "600")[0])


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer one line."""
    line = await reader.readline()
    writer.write(line * 100)
    await writer.drain()
    writer.close()
    await writer.wait_closed()


async def main() -> None:
    """Be server and clients."""
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
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
