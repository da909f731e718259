"""What keeps the database as large as its owner said: done by the running server, one process at a time, and by
``manage.py maintain``.
"""

import logging
import os
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import connection, connections
from django.utils import timezone
from prometheus_client import Counter

from series import lease
from series.ingest import alert_banners
from series.storage import days, learning, partitions, retention

logger = logging.getLogger(__name__)
DELETED = Counter("series_rows_deleted", "Rows of points and summaries deleted by age, or with their series.")
FAILURES = Counter("series_maintenance_failures", "Maintenance that ended with an error, and is tried again.")

LEASE, LEASE_DURATION = "maintenance", timedelta(minutes=5)
INTERVAL_SECONDS = 60.0
RENEWAL_SECONDS = 60.0
# Of free pages, that are given back to the file system in one turn.
PAGES_AT_ONCE = 200


def maintain(is_stopping: Callable[[], bool] = lambda: False) -> int | None:
    """Do what there is to do; how many rows were deleted, or None where another process does it."""

    if not lease.take(LEASE, timezone.now(), LEASE_DURATION):
        return None
    renewed = time.monotonic()

    def is_over() -> bool:
        nonlocal renewed
        if time.monotonic() - renewed > RENEWAL_SECONDS:
            renewed = time.monotonic()
            return is_stopping() or not lease.take(LEASE, timezone.now(), LEASE_DURATION)
        return is_stopping()

    now = timezone.now()
    alert_banners.end_unheard(now)
    learning.learn(now, is_stopping=is_over)
    partitions.make_ahead(now)
    longest = retention.Rules().longest()
    if longest is not None:
        partitions.drop(now - longest)
    days.make(now, is_stopping=is_over)
    deleted = retention.expire(now, is_stopping=is_over)
    DELETED.inc(deleted)
    _give_back_pages(is_over)
    return deleted


def _give_back_pages(is_stopping: Callable[[], bool]) -> None:
    """Make SQLite's file as small as what is in it."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        while not is_stopping() and cursor.execute("PRAGMA freelist_count").fetchone()[0]:
            before = cursor.execute("PRAGMA page_count").fetchone()[0]
            cursor.execute(f"PRAGMA incremental_vacuum({PAGES_AT_ONCE})").fetchall()
            if cursor.execute("PRAGMA page_count").fetchone()[0] == before:
                break  # a file that was made without it


class Maintainer:
    """An ASGI application, whose process also does the maintenance from its first request on."""

    def __init__(self, application: Any) -> None:
        self._application = application
        self._process = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        # A process that was forked from one that had begun has no threads.
        if self._process != os.getpid():
            self._process = os.getpid()
            threading.Thread(target=_run, name="series-maintenance", daemon=True).start()
        await self._application(scope, receive, send)


def _run() -> None:
    while True:
        time.sleep(INTERVAL_SECONDS)
        try:
            maintain()
        except Exception:
            FAILURES.inc()
            logger.exception("the maintenance failed; it is tried again in %g s", INTERVAL_SECONDS)
        finally:
            connections.close_all()
