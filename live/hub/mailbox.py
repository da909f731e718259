"""What one viewer still has to get: the newest of each key, and never more.

It holds keys and no HTML. When the viewer can take something, whatever each key looks like *then* is sent: a viewer
that reads slowly skips versions, and costs the server a set of keys however long it sleeps.

Pure: no Django, no Channels, and the clock is passed in.
"""


class Mailbox:
    """The keys of one viewer that wait. ``now`` is in seconds of one monotonic clock throughout."""

    __slots__ = ("_blocked_since", "_waiting")

    def __init__(self) -> None:
        self._waiting: dict[str, None] = {}
        self._blocked_since: float | None = None

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, key: str) -> None:
        """This key looks different. Once more is the same as once."""
        self._waiting[key] = None

    def discard(self, key: str) -> None:
        """This key need not be sent any more."""
        self._waiting.pop(key, None)

    def take(self) -> tuple[str, ...]:
        """Everything that waits, in order of arrival, for one frame; nothing while blocked."""
        if self._blocked_since is not None or not self._waiting:
            return ()
        keys = tuple(self._waiting)
        self._waiting.clear()
        return keys

    def block(self, now: float) -> None:
        """The viewer has stopped taking: hold everything back until ``unblock``."""
        if self._blocked_since is None:
            self._blocked_since = now

    def unblock(self) -> None:
        """The viewer takes again."""
        self._blocked_since = None

    @property
    def blocked(self) -> bool:
        """Whether the viewer has stopped taking."""
        return self._blocked_since is not None

    def blocked_for(self, now: float) -> float:
        """For how many seconds the viewer has taken nothing; 0 while it takes."""
        return 0.0 if self._blocked_since is None else now - self._blocked_since
