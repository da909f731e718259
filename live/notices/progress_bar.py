"""How far something long has come: one notice with a bar that moves, in three lines around a loop.

    for row in progress(rows, user(ada), "Importing"):
        load(row)

Each write is a transaction of its own, so use it outside of one: inside, nothing shows before its commit.

While it runs, a thread says every few seconds that this process lives, however long one step takes. So a process that
was killed falls silent, and the servers say so on every page (``live.notices.silent_progress``).
"""

import atexit
import logging
import sys
import threading
import time
import uuid
from collections.abc import AsyncIterator, Iterable, Iterator, Sized
from contextvars import copy_context
from functools import partial
from typing import Generic, Self, TypeVar

from asgiref.sync import sync_to_async
from django.db import DatabaseError, connections
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from live import metrics, moments
from live.notices.models import Notice
from live.notices.recipient_kinds import Recipients
from live.notices.sender import send
from live.notices.silent_progress import BEAT_SECONDS
from live.page.access import User

logger = logging.getLogger(__name__)
Item = TypeVar("Item")

# Between two writes: pages and the database need no more.
MIN_SECONDS_BETWEEN_WRITES = 0.25
# How long its notice waits for a page that reconnects, while it runs: one step may take long.
RUNNING_TTL_SECONDS = 24 * 3600.0
# The width of the bar in a terminal.
BAR_CHARACTERS = 30
# Stands for "nobody knows how far": a bar without a value.
UNKNOWN_FRACTION = -1.0


class Cancelled(Exception):
    """Somebody has pressed the notice's cancel button."""


class Progress(Generic[Item]):
    """Go through ``items`` and show the recipients how far that is; in a terminal, print a bar, too.

    ``action`` is what is being done ("Importing"), ``total`` how many items there are, if they do not know it
    themselves. With ``cancellable`` the notice has a button; once somebody has pressed it, the next step raises
    ``Cancelled``. Without items it is a context manager, and ``step()`` moves it. For ``async for``, too.
    """

    def __init__(
        self,
        items: Iterable[Item] | None,
        recipients: Recipients,
        action: str,
        *,
        total: int | None = None,
        cancellable: bool = False,
        by: User | None = None,
    ) -> None:
        self.items = items
        self.total = len(items) if total is None and isinstance(items, Sized) else total
        self.done = 0
        self._recipients, self._action, self._by = recipients, action, by
        self._key = f"progress {uuid.uuid4().hex}"
        self._cancel: str | None = Notice.Cancel.OFFERED if cancellable else None
        self._written_at = float("-inf")
        self._has_ended = threading.Event()
        self._terminal = sys.stderr.isatty()

    def __enter__(self) -> Self:
        self._write("info", self._words(), self._fraction())
        # With the caller's variables: they may say of which tenant the database is.
        beat = partial(copy_context().run, self._beat)
        threading.Thread(target=beat, name="live-progress", daemon=True).start()
        # For what runs in a thread that does not outlive the interpreter.
        atexit.register(self.end, SystemExit)
        return self

    def __exit__(self, kind: type[BaseException] | None, *error: object) -> None:
        self.end(kind)

    def __iter__(self) -> Iterator[Item]:
        with self:
            for item in self.items or ():
                yield item
                self.step()

    async def __aiter__(self) -> AsyncIterator[Item]:
        await sync_to_async(self.__enter__)()
        try:
            for item in self.items or ():
                yield item
                await sync_to_async(self.step)()
        except BaseException as error:  # also when the loop is left, which the event loop reports soon after
            await sync_to_async(self.end)(type(error))
            raise
        await sync_to_async(self.end)(None)

    def step(self, count: int = 1) -> None:
        """So many more are done. Shown at most four times a second; raises ``Cancelled`` if somebody wants that."""
        self.done += count
        if self._has_ended.is_set() or time.monotonic() - self._written_at < MIN_SECONDS_BETWEEN_WRITES:
            return
        if self._cancel and Notice.objects.filter(key=self._key, cancel=Notice.Cancel.ASKED).exists():
            raise Cancelled(self._action)
        self._write("info", self._words(), self._fraction())

    def end(self, kind: type[BaseException] | None = None) -> None:
        """Say how it ended: done, or by that kind of exception."""
        self._has_ended.set()
        atexit.unregister(self.end)
        # What the notice offers no more: there is nothing left to cancel.
        self._cancel = Notice.Cancel.NO
        level, words = "warning", _("%(action)s: stopped (%(count)s)")
        if kind is None:
            level, words = "success", _("%(action)s: done (%(count)s)")
        elif issubclass(kind, Cancelled):
            words = _("%(action)s: cancelled (%(count)s)")
        elif issubclass(kind, Exception):  # and not GeneratorExit, which is what leaving a loop looks like from inside
            level, words = "error", _("%(action)s failed (%(count)s)")
        try:
            self._write(level, words % {"action": self._action, "count": self._count(of=kind is not None)}, None)
        except DatabaseError:
            if kind is None:
                raise
            # In a transaction that is broken, say. What broke it is what has to be raised.
            metrics.failures.labels("progress").inc()
            logger.exception("it could not be shown how this ended: %s", self._action)
        if self._terminal:
            sys.stderr.write("\n")

    def _beat(self) -> None:
        """In a thread: this process lives. Nothing but one column: what the notice says is for the one that steps."""
        while not self._has_ended.wait(BEAT_SECONDS):
            try:
                Notice.objects.filter(key=self._key, fraction__isnull=False).update(heard_at=moments.now())
            except DatabaseError as error:
                metrics.failures.labels("progress").inc()
                logger.warning("%s: it could not be written that this process lives: %s", self._action, error)
            finally:
                connections.close_all()

    def _fraction(self) -> float:
        # Never whole before it has ended: then it would count as ended.
        return min(self.done / self.total, 0.999) if self.total else UNKNOWN_FRACTION

    def _count(self, *, of: bool = True) -> str:
        done = number_format(self.done, force_grouping=True)
        if self.total is None or not of:
            return done
        return _("%(done)s of %(total)s") % {"done": done, "total": number_format(self.total, force_grouping=True)}

    def _words(self) -> str:
        if not self.total:
            return f"{self._action}: {self._count()}"
        words = _("%(action)s: %(percent)d %% (%(count)s)")
        percent = min(100 * self.done // self.total, 100)  # however wrong the total was
        return words % {"action": self._action, "percent": percent, "count": self._count()}

    def _write(self, level: str, words: str, fraction: float | None) -> None:
        self._written_at = time.monotonic()
        first = self._cancel != Notice.Cancel.OFFERED or self.done == 0
        send(
            self._recipients,
            level,
            words,
            replace=self._key,
            fraction=fraction,
            ttl=None if fraction is None else RUNNING_TTL_SECONDS,
            by=self._by,
            # Offered once: an update must not take back what somebody has pressed meanwhile.
            cancel=self._cancel if first else None,
        )
        if self._terminal:
            filled = round(BAR_CHARACTERS * max(fraction if fraction is not None else 1.0, 0))
            bar = "#" * filled + "." * (BAR_CHARACTERS - filled)
            sys.stderr.write(f"\r\033[K[{bar}] {words}")
            sys.stderr.flush()


progress = Progress
