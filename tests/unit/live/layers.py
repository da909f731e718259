"""A channel layer that reaches other processes, as far as this one can tell."""

import asyncio
from typing import Any, ClassVar

from channels.layers import BaseChannelLayer


class SharedLayer(BaseChannelLayer):  # type: ignore[misc]
    """Keeps what is sent, and gives out what tests put in."""

    sent: ClassVar[list[dict[str, Any]]] = []
    flushed: ClassVar[list[bool]] = []
    failures: ClassVar[list[Exception]] = []
    subscribed: ClassVar[list[tuple[str, str]]] = []
    incoming: ClassVar["asyncio.Queue[dict[str, Any] | Exception]"]

    @classmethod
    def begin(cls) -> None:
        for kept in (cls.sent, cls.flushed, cls.failures, cls.subscribed):
            kept.clear()
        cls.incoming = asyncio.Queue()

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        if self.failures:
            raise self.failures.pop()
        self.sent.append({"group": group, **message})

    async def flush(self) -> None:
        self.flushed.append(True)

    async def new_channel(self, prefix: str = "specific") -> str:
        return f"{prefix}.inbox"

    async def group_add(self, group: str, channel: str) -> None:
        self.subscribed.append((group, channel))

    async def receive(self, channel: str) -> dict[str, Any]:
        message = await self.incoming.get()
        if isinstance(message, Exception):
            raise message
        return message
