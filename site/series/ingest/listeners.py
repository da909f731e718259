"""Formats that do not come by HTTP: over UDP, or from where a program subscribes.

A module of ``formats`` has a coroutine ``listen`` then, which goes on for as long as the process does, from its first
request on. Where one process alone should subscribe, it takes a lease (``series.lease``). What arrives it passes on
with the secret of a token, and what is wrong with it is an exception as at any endpoint:

    async def listen(take: Take) -> None:
        async for message in subscription:
            await take(secret, [Sample("cpu", {}, timezone.now(), float(message))])
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from prometheus_client import Counter

from live.hub.tasks import track_task
from series.ingest.endpoint import Waits, check_scopes
from series.samples import Sample
from series.storage.write import Batch, Written

logger = logging.getLogger(__name__)
FAILURES = Counter("series_listener_failures", "Listeners that ended with an error, and are started again.", ["format"])
# Until one that ended is started again.
PAUSE_SECONDS = 5.0

# Writes samples in one transaction as the token with this secret. Raises ``Refused``, and what ``storage.write.write``
# raises.
Take = Callable[[str, Sequence[Sample]], Awaitable[Written]]
Listen = Callable[[Take], Awaitable[None]]


def start(listeners: dict[str, Listen], waits: Waits) -> None:
    """Run each of these, by the name of its format, in the event loop that runs."""

    async def take(secret: str, samples: Sequence[Sample]) -> Written:
        token = await waits.token(secret)
        check_scopes(token.scopes, samples)
        return await waits.written(Batch(samples, token))

    for name, listen in listeners.items():
        track_task(_run(name, listen, take))


async def _run(name: str, listen: Listen, take: Take) -> None:
    while True:
        try:
            await listen(take)
            reason: Exception | None = None
        except Exception as error:
            reason = error
        FAILURES.labels(name).inc()
        logger.error("what listens for %s ended; it is started again in %g s", name, PAUSE_SECONDS, exc_info=reason)
        await asyncio.sleep(PAUSE_SECONDS)
