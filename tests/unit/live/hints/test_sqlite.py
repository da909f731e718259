"""What no file can be made to do; tests/hints has real ones."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from live.hints import sqlite
from live.hints.message import Message


class Failing:
    def __init__(self, message: str) -> None:
        self.message = message

    def execute(self, statement: str) -> Any:
        raise sqlite3.OperationalError(self.message)


def test_a_file_that_is_locked_is_asked_again_and_one_that_is_broken_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "WATCH_SECONDS", 0.0)
    file = tmp_path / "db.sqlite3"
    sqlite3.connect(file).close()
    file.touch()
    subscription = sqlite._Subscription(str(file), sqlite.Workers())
    opened: Any = subscription._connection
    try:
        monkeypatch.setattr(subscription, "_connection", Failing("database is locked"))
        assert subscription.receive(0) == []
        monkeypatch.setattr(subscription, "_connection", Failing("disk I/O error"))
        with pytest.raises(sqlite3.OperationalError, match="disk I/O error"):
            subscription.receive(0)
    finally:
        opened.close()


def test_commits_in_a_row_are_told_at_last_and_no_ping_waits_for_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each causes everything to be rendered; but a source that does not hear itself counts as deaf."""
    monkeypatch.setattr(sqlite, "WATCH_SECONDS", 0.0)
    monkeypatch.setattr(sqlite, "REST_SECONDS", 3600.0)
    file = tmp_path / "db.sqlite3"
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("CREATE TABLE numbers (number)")
        subscription = sqlite._Subscription(str(file), sqlite.Workers())
        try:
            insert = "INSERT INTO numbers VALUES (1)"
            other.execute(insert)
            change = Message("another connection", None)
            assert subscription.receive(0) == [change]
            other.execute(insert)
            subscription.ping(ping := Message("ping", None))
            assert subscription.receive(0) == [ping]
            assert subscription.receive(0) == []
            monkeypatch.setattr(subscription, "_rest_until", 0.0)
            assert subscription.receive(0) == [change]
            assert subscription.receive(0) == []
        finally:
            subscription.close()
