"""Hints over the project's channel layer, where that reaches other processes: Redis, as a rule.

The layer is one of our own, with the project's settings, in an event loop of our own: whatever was opened or
registered for a subscription ends with its loop. The project's own layer object, its channels and groups are never
touched; and a layer is never flushed, which in ``channels_redis.core`` deletes everybody's groups.
"""

import asyncio
import logging
from collections.abc import Awaitable
from contextlib import suppress
from typing import Any, TypeVar

from channels import DEFAULT_CHANNEL_LAYER
from channels.layers import InMemoryChannelLayer, channel_layers, get_channel_layer

from live.hints.message import Message
from live.hints.source import MAX_WAIT_SECONDS, Sender, Source, Subscription

logger = logging.getLogger(__name__)
Answer = TypeVar("Answer")

GROUP = "live.changes"
# That leaving a layer may take, which may be away.
MAX_LEAVE_SECONDS = 0.5
# `channels_redis.core` forgets who is in a group after its group_expiry, a day as a rule.
RENEW_SECONDS = 60.0
# After so many at once the listener has its turn, and may see that it is to stop.
MAX_MESSAGES_AT_ONCE = 1000


class ChannelLayer(Source):
    """``CHANNEL_LAYERS["default"]``, unless it is in memory."""

    name = "channel layer"

    def __init__(self) -> None:
        # Channels that could not be taken out of the group, because the layer was away.
        self.abandoned: list[str] = []

    def is_possible(self) -> bool:
        layer = get_channel_layer()
        # The one in memory reaches this process alone, and drops the newest message when it is full.
        return layer is not None and not isinstance(layer, InMemoryChannelLayer)

    def subscribe(self) -> Subscription:
        return _Subscription(self.abandoned)

    def sender(self) -> Sender:
        return _Layer()


class _Layer:
    """A layer and its event loop. Also what sends."""

    def __init__(self) -> None:
        self.layer: Any = channel_layers.make_backend(DEFAULT_CHANNEL_LAYER)
        self._runner = asyncio.Runner()

    def run(self, awaitable: Awaitable[Answer], seconds: float = MAX_WAIT_SECONDS) -> Answer:
        """Its result; ``TimeoutError`` after so many seconds."""

        async def bounded() -> Answer:
            async with asyncio.timeout(seconds):
                return await awaitable

        return self._runner.run(bounded())

    def send(self, message: Message) -> None:
        self.run(self.layer.group_send(GROUP, {"type": "live.changed", **message.to_wire()}))

    def close(self) -> None:
        # Closing its loop closes the connections of a channels_redis layer, and no more than that.
        try:
            self._runner.close()
        except Exception:
            logger.exception("a channel layer could not be closed")


class _Subscription:
    def __init__(self, abandoned: list[str]) -> None:
        self._abandoned = abandoned
        self._layer = _Layer()
        self._channel: str | None = None
        self._waiting: asyncio.Task[Any] | None = None
        try:
            self._layer.run(self._join())
        except BaseException:
            self.close()
            raise

    async def _join(self) -> None:
        layer = self._layer.layer
        while self._abandoned:
            await layer.group_discard(GROUP, self._abandoned[-1])
            self._abandoned.pop()
        self._channel = await layer.new_channel("live")
        await self._renew()

    async def _renew(self) -> None:
        await self._layer.layer.group_add(GROUP, self._channel)
        self._renew_at = asyncio.get_running_loop().time() + RENEW_SECONDS

    def ping(self, message: Message) -> None:
        self._layer.send(message)

    def receive(self, seconds: float) -> list[Message]:
        return self._layer.run(self._receive(seconds), seconds + MAX_WAIT_SECONDS)

    async def _receive(self, seconds: float) -> list[Message]:
        if asyncio.get_running_loop().time() >= self._renew_at:
            await self._renew()
        messages: list[Message] = []
        while len(messages) < MAX_MESSAGES_AT_ONCE:
            if self._waiting is None:
                self._waiting = asyncio.ensure_future(self._layer.layer.receive(self._channel))
            # Not cancelled when nothing comes: a cancelled receive gives up the channel.
            await asyncio.wait({self._waiting}, timeout=0 if messages else seconds)
            if not self._waiting.done():
                break
            received, self._waiting = self._waiting, None
            messages.append(Message.from_wire(received.result()))
        return messages

    def close(self) -> None:
        try:
            self._layer.run(self._leave(), 2 * MAX_LEAVE_SECONDS)
        except Exception as error:
            if self._channel is not None:
                self._abandoned.append(self._channel)
            logger.debug("a channel could not leave its group: %s", error)
        self._layer.close()

    async def _leave(self) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            for _ in range(2):  # the first has channels_redis unsubscribe, which the second ends
                waiting.cancel()
                await asyncio.wait({waiting}, timeout=MAX_LEAVE_SECONDS / 2)
            with suppress(asyncio.CancelledError, Exception):
                waiting.result()
        if self._channel is not None:
            async with asyncio.timeout(MAX_LEAVE_SECONDS / 2):
                await self._layer.layer.group_discard(GROUP, self._channel)
