"""What no file can be made to do; tests/hints has real ones."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from live.hints import sqlite


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
    subscription = sqlite._Subscription(str(file))
    opened: Any = subscription._connection
    try:
        monkeypatch.setattr(subscription, "_connection", Failing("database is locked"))
        assert subscription.receive(0) == []
        monkeypatch.setattr(subscription, "_connection", Failing("disk I/O error"))
        with pytest.raises(sqlite3.OperationalError, match="disk I/O error"):
            subscription.receive(0)
    finally:
        opened.close()
