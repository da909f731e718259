"""A channel layer that reaches other processes, as far as this one can tell."""

from typing import Any, ClassVar

from channels.layers import BaseChannelLayer


class SharedLayer(BaseChannelLayer):  # type: ignore[misc]
    """Keeps what is sent."""

    sent: ClassVar[list[dict[str, Any]]] = []
    flushed: ClassVar[list[bool]] = []
    failures: ClassVar[list[Exception]] = []

    @classmethod
    def begin(cls) -> None:
        for kept in (cls.sent, cls.flushed, cls.failures):
            kept.clear()

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        if self.failures:
            raise self.failures.pop()
        self.sent.append({"group": group, **message})

    async def flush(self) -> None:
        self.flushed.append(True)
