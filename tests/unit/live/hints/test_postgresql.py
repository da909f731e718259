"""What no PostgreSQL can be made to do; tests/hints has a real one."""

from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from psycopg.pq import ExecStatus

from live.hints import postgresql
from live.hints.postgresql import PostgreSQL


class Connection:
    """Of libpq: what is asked needs two turns to be written, and is answered with a status."""

    def __init__(self, status: ExecStatus = ExecStatus.COMMAND_OK) -> None:
        self.pgconn = self
        self.socket, self.error_message = 7, b"permission denied\n"
        self.unsent, self.answers = [1, 0, 0, 0], [SimpleNamespace(status=status), None]
        self.sent: list[bytes] = []
        self.consumed = 0
        self.closed = False

    def send_query_params(self, command: bytes, params: list[bytes]) -> None:
        self.sent.append(command)

    def flush(self) -> int:
        return self.unsent.pop(0)

    def is_busy(self) -> bool:
        return False

    def get_result(self) -> Any:
        return self.answers.pop(0)

    def consume_input(self) -> None:
        self.consumed += 1

    def close(self) -> None:
        self.closed = True


def connected(monkeypatch: pytest.MonkeyPatch, connection: Connection) -> Connection:
    monkeypatch.setattr(postgresql, "_connect", lambda: connection)
    return connection


def test_what_cannot_be_written_at_once_is_written_on(monkeypatch: pytest.MonkeyPatch) -> None:
    connection = connected(monkeypatch, Connection())
    asked: list[Any] = []
    monkeypatch.setattr(postgresql.select, "select", lambda *args: (asked.append(args), ([], [7], []))[1])
    PostgreSQL().subscribe()
    assert connection.sent == [f'LISTEN "{postgresql.CHANNEL}"'.encode()]
    assert [(readers, writers) for readers, writers, *_ in asked] == [([7], [7])]
    assert connection.consumed == 0, "there was nothing to read"
    assert not connection.closed


def test_a_subscription_that_is_refused_leaves_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    connection = connected(monkeypatch, Connection(ExecStatus.FATAL_ERROR))
    connection.unsent = [0, 0]
    with pytest.raises(psycopg.OperationalError, match="^permission denied$"):
        PostgreSQL().subscribe()
    assert connection.closed


def test_a_commit_in_another_database_carries_nothing() -> None:
    """Those who listen do so in the default one."""
    assert not PostgreSQL().send_with_commit(SimpleNamespace(alias="analytics"))
