"""Tasks that nobody awaits. The event loop holds its tasks weakly, so each is held here until it has ended."""

import asyncio
from collections.abc import Coroutine
from typing import Any

_tasks: set["asyncio.Task[None]"] = set()


def track_task(coroutine: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
    """Run a coroutine in the current event loop, and hold its task until it is done."""
    task = asyncio.get_running_loop().create_task(coroutine)
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)
    return task
