"""
A leak: tasks that wait for an event nobody sets, one for each request.

verdict: LEAK
type: Task, _asyncio.Task, coroutine
"""

import asyncio
import sys

COUNT = int((*sys.argv[1:], "1000")[0])


async def follow_up(event: asyncio.Event, number: int) -> int:
    """Wait for more to come."""
    text = f"request {number} " * 10  # leak
    await event.wait()  # leak
    return len(text)


async def main() -> None:
    """Serve requests."""
    event = asyncio.Event()
    waiting = set()
    for number in range(COUNT):
        waiting.add(asyncio.create_task(follow_up(event, number)))  # leak
        await asyncio.sleep(0.001)


asyncio.run(main())
