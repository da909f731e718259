"""What processes send each other: the names of fragments that may look different, and no HTML."""

import json
from dataclasses import dataclass
from typing import Any

from live.keys import RenderingId
from live.process_name import process_name

# On the wire: any fragment may have changed. Sent in place of a longer list.
EVERYTHING = "*"
MAX_IDS_PER_MESSAGE = 500


@dataclass(frozen=True, slots=True)
class Message:
    """A hint, or a ping: then nothing has changed."""

    sender: str
    # None: anything may have changed.
    ids: frozenset[RenderingId] | None
    # When a ping was sent, by the sender's own clock (``time.monotonic``).
    pinged_at: float | None = None

    @property
    def is_own(self) -> bool:
        """Whether this process has sent it."""
        return self.sender == process_name()

    def to_wire(self) -> dict[str, Any]:
        """As every transport takes it: nothing but strings, numbers, lists and dictionaries."""
        wire: dict[str, Any] = {"from": self.sender, "ids": EVERYTHING}
        if self.ids is not None and len(self.ids) <= MAX_IDS_PER_MESSAGE:
            wire["ids"] = [id.to_wire() for id in sorted(self.ids, key=str)]
        if self.pinged_at is not None:
            wire["pinged_at"] = self.pinged_at
        return wire

    def to_json(self, *, max_bytes: int) -> str:
        """As text of ASCII letters; longer than ``max_bytes`` it says that anything may have changed."""
        text = json.dumps(self.to_wire(), separators=(",", ":"))
        return (
            text if len(text) <= max_bytes else Message(self.sender, None, self.pinged_at).to_json(max_bytes=max_bytes)
        )

    @classmethod
    def from_wire(cls, wire: Any) -> "Message":
        """What another process has sent. Raises ``LookupError``, ``TypeError`` or ``ValueError`` for anything else."""
        ids = wire["ids"]
        known = None if ids == EVERYTHING else frozenset(map(RenderingId.from_wire, ids))
        return cls(wire["from"], known, wire.get("pinged_at"))


def hint(ids: frozenset[RenderingId] | None) -> Message:
    """These may look different, says this process."""
    return Message(process_name(), ids)
