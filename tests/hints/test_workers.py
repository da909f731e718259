"""Hints from worker to worker: alone, and beside SQLite's file."""

import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from live.hints.message import Message
from live.hints.workers import SUFFIX, Workers
from live.workers.folder import VARIABLE, new_folder, workers_folder
from tests.hints.conformance import Conformance, MessageConformance, Transport, sqlite_file
from tests.hints.peers import Peer
from tests.waiting import until

MEMORY = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}


class Folder(Transport):
    """The folder, which may be away."""

    def __init__(self, folder: Path, database: dict[str, Any]) -> None:
        self.folder, self.elsewhere = folder / "workers", folder / "elsewhere"
        self.folder.mkdir()
        self.servers = {
            "database": database,
            "layer": {"BACKEND": "channels.layers.InMemoryChannelLayer"},
            "env": {VARIABLE: str(self.folder)},
        }
        self.proxy = self
        self.deaf: list[socket.socket] = []

    def kill(self) -> None:
        self.folder.rename(self.elsewhere)

    def start(self) -> None:
        self.elsewhere.rename(self.folder)

    def disconnect(self) -> None:
        for path in self.folder.iterdir():
            path.unlink()

    def swallow_open(self) -> None:
        """What is sent reaches somebody else."""
        for path in [*self.folder.iterdir()]:
            path.unlink()
            self.deaf.append(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
            self.deaf[-1].bind(str(path))

    def stop(self) -> None:
        for other in self.deaf:
            other.close()


class TestWorkers(MessageConformance):
    @staticmethod
    def make(folder: Path) -> Transport:
        return Folder(folder, MEMORY)


class Both(Folder):
    """With the file, by which the rest is heard."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, sqlite_file(folder))
        self.file = Path(self.servers["database"]["NAME"])

    def kill(self) -> None:
        super().kill()
        self.file.rename(f"{self.file}-away")

    def start(self) -> None:
        super().start()
        Path(f"{self.file}-away").rename(self.file)

    def disconnect(self) -> None:
        """As a restored backup does."""
        copy = self.file.with_suffix(".copy")
        copy.write_bytes(self.file.read_bytes())
        copy.rename(self.file)


class TestWorkersOnSQLite(Conformance):
    @staticmethod
    def make(folder: Path) -> Transport:
        return Both(folder)

    def test_it_is_heard_by_name_what_has_changed(self, pair: tuple[Peer, Peer]) -> None:
        announcing, hearing = pair
        since = len(hearing.heard)
        announcing.change("named")
        until(lambda: ["named"] in hearing.heard[since:], lambda: f"the change; {hearing.heard[since:]}")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    yield tmp_path
    assert workers_folder() == tmp_path


def test_a_long_path_of_temporary_files_has_room_for_the_names(monkeypatch: pytest.MonkeyPatch) -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as parent:
        folder = Path(parent, "x" * (70 - len(parent) - 1))
        folder.mkdir()
        monkeypatch.setattr(tempfile, "tempdir", str(folder))
        with new_folder():
            subscription, sender = Workers().subscribe(), Workers().sender()
            ping = Message("ping", None)
            sender.send(Message("me", None))  # nobody hears itself
            subscription.ping(ping)
            assert subscription.receive(10) == [ping]
            for one in (subscription, sender):
                one.close()


def test_one_that_ended_is_forgotten_and_one_that_hangs_holds_nobody_up(folder: Path) -> None:
    ended, hanging = (socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) for _ in range(2))
    ended.bind(str(folder / f"ended{SUFFIX}"))
    ended.close()
    hanging.bind(str(folder / f"hanging{SUFFIX}"))
    sender = Workers().sender()
    for _ in range(5_000):
        sender.send(Message("me", frozenset()))
    sender.close()
    hanging.close()
    assert [path.name for path in folder.iterdir()] == [f"hanging{SUFFIX}"]
