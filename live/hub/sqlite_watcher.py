"""Notice that another process has written to the SQLite database.

On SQLite a command, a cron job or a shell writes to the same file with no channel layer in between. SQLite itself
knows: ``PRAGMA data_version`` differs after a commit by any *other* connection (sqlite.org/pragma.html). It says that
something changed and not what, so everything that is watched is rendered again; it cannot tell another process from
another connection of this one.
"""

import logging
import sqlite3
from typing import Any

from django.db import connections

logger = logging.getLogger(__name__)


class SQLiteWatcher:
    """Watches the default database, where that is a SQLite file. Used from one thread."""

    def __init__(self) -> None:
        self._connection: sqlite3.Connection | None = None
        self._version: int | None = None
        self._failing = False

    @staticmethod
    def is_possible() -> bool:
        """Whether there is a file to watch."""
        connection: Any = connections["default"]
        return connection.vendor == "sqlite" and not connection.is_in_memory_db()

    def has_committed(self) -> bool:
        """Whether anything was committed since the last call. The first call says no. Takes microseconds."""
        try:
            if self._connection is None:
                name = str(connections["default"].settings_dict["NAME"])
                self._connection = sqlite3.connect(name, timeout=0, isolation_level=None, check_same_thread=False)
            version = self._connection.execute("PRAGMA data_version").fetchone()[0]
        except sqlite3.Error as error:
            if "locked" in str(error):  # somebody is writing, without a write-ahead log: the next call sees it
                return False
            if not self._failing:  # logged once, not each time
                logger.warning("the database file cannot be watched (%s); changes show at the next sweep", error)
            self._failing = True
            self.close()
            return False
        self._failing = False
        before, self._version = self._version, version
        return before is not None and before != version

    def close(self) -> None:
        """Let go of the file."""
        if self._connection is not None:
            self._connection.close()
        self._connection = self._version = None
