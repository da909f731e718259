"""Whether this process lives, and whether it can serve: ``/healthz`` and ``/readyz``, for whatever runs it.

They are answered in front of Django (``live.socket.routing``), by the event loop alone: without a session, a host name
that is allowed, or the redirect to https, none of which a probe has; and when the database is away. They tell no more
than one word a check.

``/healthz`` says that the event loop answers: a process that does not should be restarted. ``/readyz`` says that pages
can be sent here: 503 while the database is away or not migrated, while changes of other processes are not heard, and
while the process stops.

``/healthz`` also carries a signed time. It tells strangers nothing, and ``manage.py live_doctor`` whether all processes
behind an address have its secret and its clock.
"""

import asyncio
import logging
import threading
import time
from functools import cache
from typing import Any

from django.conf import settings
from django.core.signing import TimestampSigner
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.urls import Resolver404, resolve

from live.hub import process

logger = logging.getLogger(__name__)

ALIVE, READY = "/healthz", "/readyz"
SIGNATURE_HEADER = "X-Live-Signature"
SALT = "live.health"
# However often somebody asks, the database is asked once in so long; and an answer is waited for no longer than this.
KEEP_SECONDS, MAX_WAIT_SECONDS = 1.0, 2.0
OK = "ok"


def missing_migrations() -> list[str]:
    """Those that the default database has not had, by name; none where ``DATABASES`` has no default one. Raises
    ``DatabaseError`` where it cannot be asked."""
    if connection.vendor == "unknown":
        return []
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


@cache
def _is_free(path: str) -> bool:
    """A project's own page at that address goes before ours."""
    try:
        resolve(path)
    except Resolver404:
        return True
    return False


def path_of(scope: Any) -> str:
    """The path of a request below the one at which the site is: some servers, and some proxies, leave that out. As for
    Django, ``FORCE_SCRIPT_NAME`` goes before what the server says."""
    path: str = scope["path"]
    root = (settings.FORCE_SCRIPT_NAME or scope.get("root_path", "")).rstrip("/")
    return path.removeprefix(root) if path.startswith(f"{root}/") else path


def is_asked(scope: Any) -> bool:
    """Whether a request, as an ASGI scope, is for one of the two."""
    path = path_of(scope)
    return path in {ALIVE, READY} and scope["method"] in {"GET", "HEAD"} and _is_free(path)


async def respond(scope: Any, receive: Any, send: Any) -> None:
    """The ASGI application for what ``is_asked``."""
    words: dict[str, str] = {}
    headers = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"}
    if scope["path"].endswith(READY):
        words = await readiness.words()
        body = "".join(f"{check} {word}\n" for check, word in words.items())
    else:
        body = f"{OK}\n"
        headers[SIGNATURE_HEADER] = TimestampSigner(salt=SALT).sign(OK)
    status = 200 if {*words.values()} <= {OK} else 503
    body = "" if scope["method"] == "HEAD" else body
    headers["Content-Length"] = str(len(body))
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": body.encode()})


class Readiness:
    """One word for each thing that serving a page needs: "ok", or what is wrong. Used from one event loop."""

    def __init__(self) -> None:
        self._database: dict[str, str] = {}
        self._asked_at = float("-inf")
        self._asking: asyncio.Future[dict[str, str]] | None = None
        # Once they are applied they stay so, and reading all migrations takes a while.
        self._is_migrated = False
        # False while the last question has had no answer in time: then nobody waits for the next one.
        self._is_in_time = True

    async def words(self) -> dict[str, str]:
        """As it is now, or was a second ago."""
        is_hearing = process.is_hearing_others()
        return {
            **await self._of_database(),
            "hints": OK if is_hearing in {True, None} else "deaf",
            "process": "stopping" if process.is_stopping() else OK,
        }

    async def _of_database(self) -> dict[str, str]:
        loop = asyncio.get_running_loop()
        if self._asking is None or self._asking.get_loop() is not loop:
            if time.monotonic() - self._asked_at < KEEP_SECONDS:
                return self._database
            self._asking = loop.create_future()
            # None of the threads that pages wait for; and one that may hang when the process ends.
            threading.Thread(target=self._ask, args=[loop, self._asking], name="live-ready", daemon=True).start()
        done, _ = await asyncio.wait({self._asking}, timeout=MAX_WAIT_SECONDS if self._is_in_time else 0.0)
        self._is_in_time = bool(done)
        return self._database if done else {"database": "late", "migrations": "unknown"}

    def _ask(self, loop: asyncio.AbstractEventLoop, asking: "asyncio.Future[dict[str, str]]") -> None:
        """In a thread."""
        words = self._check_database()

        def take() -> None:
            self._database, self._asked_at, self._asking = words, time.monotonic(), None
            self._is_in_time = True
            asking.set_result(words)

        try:
            loop.call_soon_threadsafe(take)
        except RuntimeError as error:  # the loop has ended meanwhile
            logger.debug("nobody waits for the database's answer any more: %s", error)

    def _check_database(self) -> dict[str, str]:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
                cursor.fetchone()
            return {"database": OK, "migrations": self._migrations()}
        except Exception as error:
            if self._database.get("database") != "away":  # said once
                logger.warning("not ready: the database cannot be asked: %s", error)
            return {"database": "away", "migrations": "unknown"}
        finally:
            connections.close_all()

    def _migrations(self) -> str:
        if not self._is_migrated:
            try:
                self._is_migrated = not missing_migrations()
            except Exception as error:
                logger.warning("not ready: the migrations cannot be read: %s", error)
                return "unknown"
        return OK if self._is_migrated else "missing"


readiness = Readiness()
