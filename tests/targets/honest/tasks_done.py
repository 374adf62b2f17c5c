"""
Honest: waves of tasks, all awaited.

verdict: CLEAN, CHURN, INCONCLUSIVE
"""

import asyncio
import sys

COUNT = int((*sys.argv[1:], "400")[0])


async def one(number: int) -> int:
    """Wait a little and answer."""
    text = f"task {number} " * 20
    await asyncio.sleep(0.001)
    return len(text)


async def main() -> None:
    """Run waves of twenty; 3.13.0 itself loses a block at each `asyncio.gather`."""
    for wave in range(COUNT):
        tasks = [asyncio.create_task(one(wave + number)) for number in range(20)]
        for task in tasks:
            await task


asyncio.run(main())
