"""Hears other processes, and knows whether it does: it must hear its own ping every few seconds.

A subscription that fails or has fallen silent is made again, once a second, for ever. When it is heard again, anything
may have been missed.
"""

import atexit
import logging
import threading
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol

from live import metrics
from live.hints.message import Message
from live.hints.source import Source, Subscription
from live.keys import RenderingId
from live.process_name import process_name

logger = logging.getLogger(__name__)

PING_SECONDS = 1.0
# After a ping that is not heard.
MAX_SILENCE_SECONDS = 3.0
# From one attempt to subscribe to the next, at least.
RETRY_SECONDS = 1.0
# The same where a subscription was made and nothing came through it: that is how this set-up is, as a rule.
RETRY_DEAF_SECONDS = 15.0
# After which a listener sees that it is to stop.
WAIT_SECONDS = 0.25
MAX_CLOSE_SECONDS = 1.5


class Receiver(Protocol):
    """Who is told: called in the listener's thread."""

    def invalidate(self, ids: Iterable[RenderingId]) -> None:
        """These may look different."""

    def invalidate_all(self) -> None:
        """Anything may."""


class SilenceError(Exception):
    """The own pings are not heard, though the transport reports no error."""


class DeafError(SilenceError):
    """Nothing at all has been heard through a new subscription."""


@dataclass(frozen=True, slots=True)
class State:
    """Whether this process hears of others."""

    source: str
    is_hearing: bool
    # When it began to be so.
    since: datetime
    # Why it does not hear, or did not, before.
    error: str | None = None


_current: "Listener | None" = None


def state() -> State | None:
    """How this process hears of others; None where it does not try: no server runs here, or there is no source."""
    return _current.state if _current is not None else None


class Listener:
    """A thread that hears one source."""

    def __init__(self, source: Source, receiver: Receiver) -> None:
        self._source = source
        self._receiver = receiver
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="live-listener", daemon=True)
        self.state = State(source.name, False, _now())
        self._is_said = False

    @property
    def is_hearing(self) -> bool:
        """Whether changes of other processes arrive."""
        return self.state.is_hearing

    def start(self) -> None:
        """Hear from now on."""
        global _current
        _current = self
        atexit.register(self.close)
        self._thread.start()

    def stop(self) -> None:
        """Hear nothing any more. Returns at once; the subscription is ended soon after."""
        global _current
        if _current is self:
            _current = None
        self._stopping.set()

    def close(self) -> None:
        """Stop, and wait a little for the end of the subscription."""
        self.stop()
        self._thread.join(MAX_CLOSE_SECONDS)

    def _run(self) -> None:
        while not self._stopping.is_set():
            next_attempt = time.monotonic() + RETRY_SECONDS
            try:
                subscription = self._source.subscribe()
                try:
                    self._hear(subscription)
                finally:
                    subscription.close()
            except DeafError as error:
                self._failed(error)
                next_attempt = time.monotonic() + RETRY_DEAF_SECONDS
            except Exception as error:
                self._failed(error)
            self._stopping.wait(max(0.0, next_attempt - time.monotonic()))
        atexit.unregister(self.close)
        metrics.hints_heard.labels(self._source.name).set(0)

    def _hear(self, subscription: Subscription) -> None:
        """Until it fails or is silent, which raises; or until this is stopped."""
        began = time.monotonic()
        is_proven, ping_at = False, began
        # When pings were sent that have not been heard yet.
        unheard: deque[float] = deque()
        while not self._stopping.is_set():
            now = time.monotonic()
            if now >= ping_at:
                subscription.ping(Message(process_name(), frozenset(), now))
                ping_at = now + PING_SECONDS
                unheard.append(now)
            for message in subscription.receive(min(WAIT_SECONDS, max(0.0, ping_at - now))):
                if message.is_own:
                    if message.pinged_at not in unheard:  # a hint of ours, or a ping of an earlier subscription
                        continue
                    is_lost = unheard[0] != message.pinged_at
                    while unheard.popleft() != message.pinged_at:
                        pass
                    if is_lost and is_proven:
                        raise SilenceError("a ping of its own was lost, and so may hints have been")
                    if not is_proven:
                        is_proven = True
                        self._recovered()
                    metrics.hint_round_trip.observe(time.monotonic() - message.pinged_at)
                elif message.pinged_at is None:
                    self._deliver(message)
            if unheard and time.monotonic() - unheard[0] > MAX_SILENCE_SECONDS:
                silence = f"its own ping was not heard for {MAX_SILENCE_SECONDS:g} s"
                raise SilenceError(silence) if is_proven else DeafError(f"{silence}: {self._source.silence_means}")

    def _deliver(self, message: Message) -> None:
        metrics.hints.labels("received").inc()
        if message.ids is None:
            self._receiver.invalidate_all()
        else:
            self._receiver.invalidate(message.ids)

    def _recovered(self) -> None:
        before, now = self.state, _now()
        self.state = replace(before, is_hearing=True, since=now)
        metrics.hints_heard.labels(self._source.name).set(1)
        self._receiver.invalidate_all()
        if self._is_said:
            away = (now - before.since).total_seconds()
            text = "other processes are heard again over the %s, after %.0f s; everything is rendered once"
            logger.warning(text, self._source.name, away)
        self._is_said = False

    def _failed(self, error: Exception) -> None:
        metrics.failures.labels("listen").inc()
        if self.state.is_hearing:
            self.state = replace(self.state, is_hearing=False, since=_now())
            metrics.hint_interruptions.labels(self._source.name).inc()
        metrics.hints_heard.labels(self._source.name).set(0)
        self.state = replace(self.state, error=str(error) or repr(error))
        if not self._is_said:  # said once, not with each attempt
            self._is_said = True
            text = "other processes are not heard over the %s (%s); what they change shows at the next sweep"
            logger.warning(text, self._source.name, self.state.error, exc_info=not isinstance(error, SilenceError))


def _now() -> datetime:
    return datetime.now(UTC)
