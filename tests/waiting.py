"""Waiting for a condition, with a deadline and words."""

import asyncio
import time
from collections.abc import Callable


def until(condition: Callable[[], object], what: str, seconds: float = 5) -> None:
    """Return once ``condition`` holds; after ``seconds`` fail and say ``what`` was expected."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"expected within {seconds:g} s: {what}"
        time.sleep(0.01)


async def until_async(condition: Callable[[], object], what: str, seconds: float = 5) -> None:
    """The same in an event loop, which goes on meanwhile."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"expected within {seconds:g} s: {what}"
        await asyncio.sleep(0.01)
