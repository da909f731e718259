"""The hub of this process: who makes it, starts what runs beside it, and ends it."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass

from live import changes
from live.hints.choice import current_source
from live.hints.listener import Listener
from live.hub import periodic_tasks
from live.hub.hub import Hub
from live.hub.invalidations import Invalidations
from live.hub.tasks import track_task
from live.page.page import Reason

# In so many batches over so many seconds pages are closed when the server stops.
SHUTDOWN_BATCHES, SHUTDOWN_SECONDS = 20, 3.0


@dataclass(frozen=True, slots=True)
class _Running:
    hub: Hub
    invalidations: Invalidations
    # What hears other processes; None where only the sweep notices them.
    listener: Listener | None
    tasks: list["asyncio.Task[None]"]


_running: _Running | None = None
_is_stopping = False


def current_hub() -> Hub | None:
    """The hub, if there is one."""
    return _running.hub if _running else None


def is_hearing_others() -> bool | None:
    """Whether changes of other processes arrive here; None where there is no hub, or only the sweep notices them."""
    return _running.listener.is_hearing if _running and _running.listener else None


def is_stopping() -> bool:
    """Whether the server closes its pages for them to come back elsewhere."""
    return _is_stopping


def running_hub() -> Hub:
    """The hub; the first call in an event loop makes it and starts its tasks."""
    global _running, _is_stopping
    if _running is None or _running.hub.loop is not asyncio.get_running_loop():
        stop()
        _is_stopping = False
        hub = Hub()
        source, invalidations = current_source(), Invalidations(hub)
        listener = Listener(source, invalidations) if source is not None else None
        rounds = periodic_tasks.all_tasks(has_hints=lambda: listener is not None and listener.is_hearing)
        tasks = [track_task(periodic_tasks.run_every(seconds, hub, task)) for seconds, task in rounds]
        _running = _Running(hub, invalidations, listener, tasks)
        changes.listeners.append(invalidations.invalidate)
        if listener is not None:
            listener.start()
    return _running.hub


def stop() -> None:
    """Stop listening, rendering and asking. Viewers are not closed."""
    global _running
    if _running is None:
        return
    running, _running = _running, None
    changes.listeners.remove(running.invalidations.invalidate)
    if running.listener is not None:
        running.listener.stop()
    for task in running.tasks:
        task.cancel()
    running.hub.stop()


def close() -> None:
    """Stop, from any thread, and wait for the end of all connections to databases and to what hears other processes."""
    running = _running
    with suppress(RuntimeError):  # its event loop has been closed
        stop()
    if running is None:
        return
    if running.listener is not None:
        running.listener.close()
    for threads in running.hub.threads:
        threads.join()


def begin_to_stop() -> None:
    """From now on whoever asks is told that the server is stopping."""
    global _is_stopping
    _is_stopping = True


async def close_all(seconds: float = SHUTDOWN_SECONDS) -> None:
    """Close every page for it to reconnect, in batches over so many seconds and not all of them together."""
    begin_to_stop()
    hub = current_hub()
    if hub is None:
        return
    viewers = list(hub.core.viewers)
    for start in range(SHUTDOWN_BATCHES):
        hub.close(viewers[start::SHUTDOWN_BATCHES], Reason.ASK_AGAIN)
        # The first turn of the loop sends the closes; a few pages need no more than that.
        await asyncio.sleep(seconds / SHUTDOWN_BATCHES if len(viewers) > SHUTDOWN_BATCHES else 0)
