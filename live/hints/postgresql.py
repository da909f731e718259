"""Hints over PostgreSQL's LISTEN and NOTIFY, where there is no shared channel layer.

A NOTIFY is part of its transaction: it is delivered when that commits, and never if it rolls back, which is exactly
what a change promises. So it is sent once, as the last statement before the commit, by Django's own connection.
PostgreSQL lets transactions that notify commit one after another: where hundreds a second do, Redis is the better
source.

Hearing takes a connection of its own. libpq is used directly for whatever is waited for, because psycopg has no way to
wait for an answer for a limited time.
"""

import json
import select
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import DEFAULT_DB_ALIAS, connections

from live import metrics
from live.hints.announcement import Announcement
from live.hints.message import Message, hint
from live.hints.source import MAX_WAIT_SECONDS, Sender, Source, Subscription

if TYPE_CHECKING:
    import psycopg
    from psycopg.pq.abc import PGconn

CHANNEL = "live.changes"
# Of a notification; PostgreSQL's own limit is 8000, without the end of the string.
MAX_PAYLOAD_BYTES = 7999
NOTIFY = b"SELECT pg_notify($1, $2)"
# A connection that has been cut must be felt in seconds, not in the quarter of an hour that TCP takes.
CONNECTION_OPTIONS = {
    "connect_timeout": 3,
    "keepalives_idle": 2,
    "keepalives_interval": 1,
    "keepalives_count": 3,
    "tcp_user_timeout": 4000,
    "application_name": "live hints",
}


class PostgreSQL(Source):
    """The default database, where that is PostgreSQL and Django reaches it through psycopg 3."""

    name = "PostgreSQL"
    silence_means = (
        "a pooler between, such as pgbouncer in transaction mode, cannot LISTEN; connect without it, or use Redis"
    )

    def is_possible(self) -> bool:
        if connections["default"].vendor != "postgresql":
            return False
        from django.db.backends.postgresql.psycopg_any import is_psycopg3

        return is_psycopg3

    def subscribe(self) -> Subscription:
        return _Subscription()

    def sender(self) -> Sender:
        return _Sender()

    def send_with_commit(self, connection: Any) -> bool:
        if connection.alias != DEFAULT_DB_ALIAS:  # nobody listens there
            return False
        # Django calls hooks after a commit and none before it. Its own tests replace methods of a connection, too.
        if not hasattr(connection, "commits_with_live_hints"):
            connection.commits_with_live_hints = True
            connection.commit = partial(_notify_and_commit, connection, connection.commit)
        return True


def _notify_and_commit(connection: Any, commit: Callable[[], None]) -> None:
    """Commit what is announced in this transaction together with the rest of it. A savepoint that was rolled back has
    taken its hooks with it."""
    ids = frozenset[Any]().union(
        *(hook.ids for _, hook, *_ in connection.run_on_commit if isinstance(hook, Announcement))
    )
    if ids and connection.connection is not None:
        # Not through Django's cursor: a project's tests count its queries.
        with connection.wrap_database_errors, connection.connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", (CHANNEL, hint(ids).to_json(max_bytes=MAX_PAYLOAD_BYTES)))
    commit()
    if ids:
        metrics.hints.labels("sent").inc()


class _Sender:
    def __init__(self) -> None:
        self._connection = _connect()

    def send(self, message: Message) -> None:
        _execute(self._connection.pgconn, NOTIFY, CHANNEL, message.to_json(max_bytes=MAX_PAYLOAD_BYTES))

    def close(self) -> None:
        self._connection.close()


class _Subscription(_Sender):
    def __init__(self) -> None:
        super().__init__()
        # A ping has been heard that came from elsewhere.
        self._is_proven = False
        try:
            _execute(self._connection.pgconn, f'LISTEN "{CHANNEL}"'.encode())
        except BaseException:
            self.close()
            raise

    def ping(self, message: Message) -> None:
        if self._is_proven:
            self.send(message)
            return
        # A pooler may lend another server connection to every statement, and one that asks hears what it gets at that
        # moment. So it must be seen that this one hears while it asks nothing.
        other = _Sender()
        try:
            other.send(message)
        finally:
            other.close()

    def receive(self, seconds: float) -> list[Message]:
        pgconn = self._connection.pgconn
        messages = _notifications(pgconn)
        if not messages and select.select([pgconn.socket], [], [], seconds)[0]:
            pgconn.consume_input()
            messages = _notifications(pgconn)
        self._is_proven |= any(message.is_own and message.pinged_at is not None for message in messages)
        return messages


def _connect() -> "psycopg.Connection[Any]":
    import psycopg

    params = connections["default"].get_connection_params()
    for name in ("context", "cursor_factory", "prepare_threshold"):  # how Django's own connections are used
        params.pop(name, None)
    return psycopg.connect(**{**CONNECTION_OPTIONS, **params}, autocommit=True)


def _notifications(pgconn: "PGconn") -> list[Message]:
    messages = []
    while (notification := pgconn.notifies()) is not None:
        messages.append(Message.from_wire(json.loads(notification.extra)))
    return messages


def _execute(pgconn: "PGconn", command: bytes, *params: str) -> None:
    """Execute one statement. Raises ``TimeoutError`` or psycopg's ``OperationalError``."""
    from psycopg import OperationalError
    from psycopg.pq import ExecStatus

    deadline = time.monotonic() + MAX_WAIT_SECONDS
    pgconn.send_query_params(command, [param.encode() for param in params])
    while True:
        unsent = pgconn.flush()
        if not unsent and not pgconn.is_busy():
            result = pgconn.get_result()
            if result is None:
                return
            if result.status not in (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK):
                raise OperationalError(pgconn.error_message.decode(errors="replace").strip())
            continue
        remaining = max(0.0, deadline - time.monotonic())
        readable, writable, _ = select.select([pgconn.socket], [pgconn.socket] if unsent else [], [], remaining)
        if not readable and not writable:
            raise TimeoutError(f"PostgreSQL did not answer within {MAX_WAIT_SECONDS:g} s")
        if readable:
            pgconn.consume_input()
