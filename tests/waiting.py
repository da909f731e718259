"""Waiting for a condition, with a deadline and words.

A test waits until what it expects is so, however long this machine takes; the deadline only ends a test that would wait
for ever, and is ample for a machine that is busy with something else. Shorter ones are what the product promises: what
counts is when somebody began to look, not for how long they looked, as at a dozen pages on a machine that is busy.
"""

import asyncio
import os
import time
from collections.abc import Callable

# Seconds. Less where most waits are to end in vain: `make test-mutation`.
DEADLINE = float(os.environ.get("TEST_DEADLINE_SECONDS", "30"))
# Within so many an open page is true again, and one that may not be seen any more is closed.
PROMISED = 5.0


def until(condition: Callable[[], object], what: str | Callable[[], str], seconds: float = DEADLINE) -> None:
    """Return once ``condition`` holds; after ``seconds`` fail and say ``what`` was expected."""
    deadline = time.monotonic() + seconds
    while True:
        began = time.monotonic()
        if condition():
            return
        assert began < deadline, expected(what, seconds)
        time.sleep(0.01)


async def until_async(
    condition: Callable[[], object], what: str | Callable[[], str], seconds: float = DEADLINE
) -> None:
    """The same in an event loop, which goes on meanwhile."""
    deadline = time.monotonic() + seconds
    while True:
        began = time.monotonic()
        if condition():
            return
        assert began < deadline, expected(what, seconds)
        await asyncio.sleep(0.01)


def expected(what: str | Callable[[], str], seconds: float) -> str:
    """The words of a failure. A function of no arguments says what there is in its place, at the end of the wait."""
    return f"expected within {seconds:g} s: {what if isinstance(what, str) else what()}"
