"""Hints from SQLite's file: a commit by another process is noticed, and needs no message.

On SQLite a command, a cron job or a shell writes to the same file with nothing in between. SQLite itself knows:
``PRAGMA data_version`` differs after a commit by any *other* connection (sqlite.org/pragma.html). It says that
something changed and not what, so anything may have; it cannot tell another process from another connection of this
one. What has changed, and at once, only workers of one supervisor tell each other (``live.hints.workers``).
"""

import os
import sqlite3
import time
from pathlib import Path
from typing import Any

from django.db import connections

from live.hints.message import Message
from live.hints.source import Sender, Source, Subscription
from live.hints.workers import Workers

# How often the file is asked, and how long after a commit another one is not heard of: each causes everything that is
# watched to be rendered, and most are this process's own, whose changes have come already. As often as the sweep comes
# anyway: of a page of 100 panels it is a tenth of a core.
WATCH_SECONDS, REST_SECONDS = 0.25, 3.0


class SQLite(Source):
    """The default database, where that is a SQLite file."""

    name = "SQLite file"
    silence_means = "the file stays locked"
    workers = Workers()

    @property
    def has_sender(self) -> bool:  # type: ignore[override]
        """Where there are workers."""
        return self.workers.is_possible()

    def is_possible(self) -> bool:
        connection: Any = connections["default"]
        return connection.vendor == "sqlite" and not connection.is_in_memory_db()

    def subscribe(self) -> Subscription:
        return _Subscription(str(connections["default"].settings_dict["NAME"]), self.workers)

    def sender(self) -> Sender:
        return self.workers.sender()


class _Subscription:
    _workers: Subscription | None = None

    def __init__(self, name: str, workers: Source) -> None:
        # Never made by us: an empty file would be there before the one that comes back.
        uri = name if name.startswith("file:") else f"{Path(name).absolute().as_uri()}?mode=rw"
        self._connection = sqlite3.connect(uri, uri=True, timeout=0, isolation_level=None, check_same_thread=False)
        self._pings: list[Message] = []
        self._version: int | None = None
        # The last one of which it was said that something had changed.
        self._told: int | None = None
        self._rest_until = 0.0
        try:
            row = self._connection.execute("SELECT file FROM pragma_database_list WHERE name = 'main'").fetchone()
            self._file: str = row[0]
            self._inode = self._current_inode()
            # What is committed from now on is news.
            self._read()
            self._told = self._version
            if workers.is_possible():
                self._workers = workers.subscribe()
        except BaseException:
            self.close()
            raise

    def ping(self, message: Message) -> None:
        # Nothing is written to somebody's database: being able to read the version is the proof.
        self._pings.append(message)

    def receive(self, seconds: float) -> list[Message]:
        messages: list[Message] = []
        if self._workers is not None:
            messages += self._workers.receive(min(seconds, WATCH_SECONDS))
        else:
            time.sleep(min(seconds, WATCH_SECONDS))
        if self._current_inode() != self._inode:
            raise FileNotFoundError(f"{self._file} is another file than it was")
        if not self._read():
            return messages
        messages += self._pings
        self._pings = []
        if self._told is None:  # the file was locked when it was opened
            self._told = self._version
        if self._told != self._version and time.monotonic() >= self._rest_until:
            messages.append(Message("another connection", None))
            self._told = self._version
            self._rest_until = time.monotonic() + REST_SECONDS
        return messages

    def _read(self) -> bool:
        try:
            self._version = self._connection.execute("PRAGMA data_version").fetchone()[0]
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            return False  # somebody is writing, without a write-ahead log: the next call sees it
        return True

    def _current_inode(self) -> tuple[int, int]:
        status = os.stat(self._file)  # noqa: PTH116  four times a second
        return status.st_dev, status.st_ino

    def close(self) -> None:
        self._connection.close()
        if self._workers is not None:
            self._workers.close()
