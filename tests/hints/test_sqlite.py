"""Hints from SQLite's file."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.hints.conformance import Conformance, Transport, sqlite_file
from tests.hints.peers import Peer
from tests.waiting import until


class File(Transport):
    def __init__(self, folder: Path) -> None:
        self.servers = {
            "database": sqlite_file(folder),
            "layer": {"BACKEND": "channels.layers.InMemoryChannelLayer"},
        }
        self.file = Path(self.servers["database"]["NAME"])
        self.elsewhere = folder / "elsewhere.sqlite3"

    def kill(self) -> None:
        self.file.rename(self.elsewhere)

    def start(self) -> None:
        self.elsewhere.rename(self.file)

    def disconnect(self) -> None:
        """As a restored backup does."""
        with closing(sqlite3.connect(self.file)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(self.file, self.elsewhere)
        self.start()


class TestSQLite(Conformance):
    @staticmethod
    def make(folder: Path) -> Transport:
        return File(folder)

    def test_nothing_is_written_to_the_file(self, transport: File, pair: tuple[Peer, Peer]) -> None:
        with closing(sqlite3.connect(transport.file)) as other:
            before = other.execute("PRAGMA data_version").fetchone()
            pair[0].pinged()
            assert other.execute("PRAGMA data_version").fetchone() == before

    def test_a_locked_file_is_watched_again(self, tmp_path: Path) -> None:
        """A new project's SQLite has no write-ahead log: whoever commits keeps readers out for a moment."""
        transport = File(tmp_path)
        with closing(sqlite3.connect(transport.file, isolation_level=None)) as other:
            other.execute("PRAGMA journal_mode=DELETE")
            peer = Peer(tmp_path, "locked", transport.servers)
            until(lambda: peer.is_hearing, "it hears")
            other.executescript("BEGIN EXCLUSIVE; INSERT INTO numbers VALUES (1)")
            until(lambda: not peer.is_hearing, "it knows that it hears nothing")
            assert "the file stays locked" in peer.log.read_text() or "not heard" in peer.log.read_text()
            since = len(peer.heard)
            other.execute("COMMIT")
            until(lambda: "*" in peer.heard[since:], "the commit is noticed")
            peer.end()
