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
    """Run waves of twenty."""
    for wave in range(COUNT):
        await asyncio.gather(*(one(wave + number) for number in range(20)))


asyncio.run(main())
