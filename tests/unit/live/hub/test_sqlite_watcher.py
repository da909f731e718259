"""Noticing what another process has committed."""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from live.hub.sqlite_watcher import SQLiteWatcher


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The default database is this SQLite file, in WAL mode as ours is."""
    path = tmp_path / "board.sqlite3"
    with closing(sqlite3.connect(path)) as made:
        made.executescript("PRAGMA journal_mode=WAL; CREATE TABLE numbers (n INTEGER)")
    monkeypatch.setitem(connections["default"].settings_dict, "NAME", str(path))
    return path


@pytest.fixture
def watcher() -> Iterator[SQLiteWatcher]:
    made = SQLiteWatcher()
    yield made
    made.close()


def write(path: Path, *, commit: bool = True) -> None:
    """As another process does."""
    with closing(sqlite3.connect(path, timeout=5)) as other:
        other.execute("INSERT INTO numbers VALUES (1)")
        if commit:
            other.commit()
        else:
            other.rollback()


def test_a_commit_of_another_connection_is_noticed_once(file: Path, watcher: SQLiteWatcher) -> None:
    assert not watcher.has_committed(), "the first call has nothing to compare with"
    assert not watcher.has_committed()
    write(file)
    assert watcher.has_committed()
    assert not watcher.has_committed()
    write(file)
    write(file)
    assert watcher.has_committed()
    assert not watcher.has_committed()


def test_a_rollback_is_no_commit(file: Path, watcher: SQLiteWatcher) -> None:
    watcher.has_committed()
    write(file, commit=False)
    assert not watcher.has_committed()


def test_a_file_that_cannot_be_read_is_said_and_tried_again(
    file: Path, watcher: SQLiteWatcher, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    watcher.has_committed()
    watcher.close()
    settings: dict[str, Any] = connections["default"].settings_dict
    monkeypatch.setitem(settings, "NAME", str(file.parent / "no folder" / "board.sqlite3"))
    with caplog.at_level(logging.WARNING, logger="live"):
        assert not watcher.has_committed()
    assert "the database file cannot be watched" in caplog.text
    monkeypatch.setitem(settings, "NAME", str(file))
    assert not watcher.has_committed()
    write(file)
    assert watcher.has_committed()


def test_a_connection_that_breaks_is_replaced(file: Path, watcher: SQLiteWatcher) -> None:
    watcher.has_committed()
    assert watcher._connection is not None
    watcher._connection.close()
    assert not watcher.has_committed()
    assert not watcher.has_committed()
    write(file)
    assert watcher.has_committed()


def test_closing_twice_is_closing(watcher: SQLiteWatcher) -> None:
    watcher.close()
    watcher.close()


@pytest.mark.django_db
def test_there_is_something_to_watch_where_the_database_is_a_file() -> None:
    assert SQLiteWatcher.is_possible() == (connections["default"].vendor == "sqlite")


def test_there_is_nothing_to_watch_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections["default"], "is_in_memory_db", lambda: True, raising=False)
    assert not SQLiteWatcher.is_possible()


def test_a_commit_is_noticed_after_a_look_that_met_its_lock(
    file: Path, watcher: SQLiteWatcher, caplog: pytest.LogCaptureFixture
) -> None:
    """A new project's SQLite has no write-ahead log: whoever commits keeps readers out for a moment."""
    with closing(sqlite3.connect(file)) as other:
        other.execute("PRAGMA journal_mode=DELETE")
    watcher.has_committed()
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.executescript("BEGIN EXCLUSIVE; INSERT INTO numbers VALUES (1)")
        assert not watcher.has_committed()
        other.execute("COMMIT")
    assert watcher.has_committed()
    assert caplog.text == ""
