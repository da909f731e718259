"""What a source of hints must do. Everything here is called from threads that wait for it alone, so it may block, but
never for longer than it says."""

from abc import ABC, abstractmethod
from typing import Any, Protocol

from live.hints.message import Message

# That connecting, subscribing or sending may take; a network that swallows packets would hold them up for ever.
MAX_WAIT_SECONDS = 2.0


class Subscription(Protocol):
    """Hears what other processes send, from the moment it exists. Used by one thread."""

    def ping(self, message: Message) -> None:
        """Send a message that must come back through ``receive``. Raises what the transport raises."""

    def receive(self, seconds: float) -> list[Message]:
        """What has come; waits so long at most for the first. Raises where it is known that nothing can come."""

    def close(self) -> None:
        """Leave nothing behind: no connection, no task, nothing that collects messages. Raises nothing."""


class Sender(Protocol):
    """A connection to send with. Used by one thread."""

    def send(self, message: Message) -> None:
        """Send it now. Raises what the transport raises; then this is to be closed."""

    def close(self) -> None:
        """Raises nothing."""


class Source(ABC):
    """One way from process to process."""

    # For people: in the log, in metrics, in `State`.
    name: str
    # Said where the first ping of a subscription is not heard, in addition to that.
    silence_means = "what is sent does not come back"
    # Whether what changed must be sent; else the commit itself is heard.
    has_sender = True

    @abstractmethod
    def is_possible(self) -> bool:
        """Whether this project's settings have it. Connects to nothing."""

    @abstractmethod
    def subscribe(self) -> Subscription:
        """Connect and subscribe. Raises what the transport raises."""

    def sender(self) -> Sender:
        """Connect to send, where ``has_sender``. Raises what the transport raises."""
        raise NotImplementedError

    def send_with_commit(self, connection: Any) -> bool:
        """Let the commit of the transaction that Django's ``connection`` is in carry what is announced in it (its
        ``Announcement`` hooks). False where the transport cannot."""
        return False
