"""What every source of hints must do, with real servers and real processes. One class for each source inherits it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from statistics import mode
from typing import Any

import pytest

from tests.hints.peers import Peer
from tests.waiting import PROMISED, until

MANY = 10_000
# redis-py chains its own.
TRACEBACKS_OF_ONE_ERROR = 4


def usual_objects(peer: Peer) -> int:
    """Tasks, queues and loops that it has most of the time: while it sends or receives there are more, or fewer."""
    return mode(peer.do("objects") for _ in range(30))


class Transport:
    """What is between the processes, and how it breaks."""

    # Django's settings: {"database": ..., "layer": ...}.
    servers: dict[str, Any]

    def kill(self) -> None:
        """It is away at once."""

    def start(self) -> None:
        """It is back."""

    def disconnect(self) -> None:
        """Close everybody's connections, and accept new ones."""

    def stop(self) -> None:
        """The end."""


def sqlite_file(folder: Path) -> dict[str, Any]:
    """A database as Django's settings name it, with the table that peers write to."""
    file = folder / "hints.sqlite3"
    with closing(sqlite3.connect(file)) as made:
        made.executescript("PRAGMA journal_mode=WAL; CREATE TABLE numbers (n INTEGER)")
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(file)}


class Conformance:
    """Of every source."""

    @staticmethod
    def make(folder: Path) -> Transport:
        """A transport that works."""
        raise NotImplementedError

    @pytest.fixture(scope="class")
    @classmethod
    def transport(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Transport]:
        transport = cls.make(tmp_path_factory.mktemp("transport"))
        yield transport
        transport.stop()

    @pytest.fixture(scope="class")
    @classmethod
    def peers(cls, transport: Transport, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Peer, Peer]]:
        folder = tmp_path_factory.mktemp("peers")
        first, second = (Peer(folder, name, transport.servers) for name in ("first", "second"))
        yield first, second
        for peer in (first, second):
            peer.end()

    @pytest.fixture
    def pair(self, peers: tuple[Peer, Peer]) -> tuple[Peer, Peer]:
        """Both hear, and what the last test has sent has arrived."""
        for peer in peers:
            until(lambda peer=peer: peer.is_hearing, f"it hears: {peer.log.read_text()}")  # type: ignore[misc]
            peer.pinged(1)
        return peers

    @pytest.mark.parametrize("how", ["committed", "by itself", "in a loop"])
    def test_a_change_in_another_process_is_heard(self, pair: tuple[Peer, Peer], how: str) -> None:
        announcing, hearing = pair
        since = len(hearing.heard)
        announcing.change("a", "b", how=how)
        until(lambda: hearing.knows("a", "b", since=since), "both changes")

    def test_what_is_rolled_back_is_not_heard(self, pair: tuple[Peer, Peer]) -> None:
        announcing, hearing = pair
        since = len(hearing.heard)
        announcing.change("rolled back", how="rolled back")
        hearing.pinged()
        assert hearing.heard[since:] == []

    @pytest.mark.parametrize("how", ["committed", "in a loop"])
    def test_after_a_burst_everything_is_known(self, pair: tuple[Peer, Peer], how: str) -> None:
        announcing, hearing = pair
        since = len(hearing.heard)
        ids = [f"many-{number}" for number in range(MANY)]
        announcing.change(*ids, how=how)
        until(lambda: hearing.knows(*ids, since=since), f"{MANY} changes")

    def test_away_and_back_it_is_heard_again_without_a_restart(
        self, transport: Transport, pair: tuple[Peer, Peer]
    ) -> None:
        announcing, hearing = pair
        logged = len(hearing.log.read_text())
        transport.kill()
        for peer in pair:
            until(lambda peer=peer: not peer.is_hearing, "it knows that it hears nothing")  # type: ignore[misc]
        assert hearing.do("state")["error"]
        # Long enough for several attempts, none of which says anything.
        before = hearing.do("failures")
        until(lambda: hearing.do("failures") >= before + 2, "further attempts")
        assert hearing.log.read_text()[logged:].count("other processes are not heard") == 1
        since = len(hearing.heard)
        transport.start()
        until(lambda: "*" in hearing.heard[since:], "everything is rendered again", PROMISED)
        for peer in pair:
            until(lambda peer=peer: peer.is_hearing, "it hears again", PROMISED)  # type: ignore[misc]
        assert hearing.log.read_text()[logged:].count("other processes are heard again") == 1
        since = len(hearing.heard)
        announcing.change("after it")
        until(lambda: hearing.knows("after it", since=since), "a change after it")

    def test_away_at_the_start_it_is_tried_quietly_and_leaves_nothing(
        self, transport: Transport, peers: tuple[Peer, Peer], tmp_path: Path
    ) -> None:
        transport.kill()
        peer = Peer(tmp_path, "early", transport.servers)
        until(lambda: peer.do("failures") >= 2, "attempts")
        objects = usual_objects(peer)
        until(lambda: peer.do("failures") >= 5, "further attempts")
        until(lambda: usual_objects(peer) <= objects, "nothing that is left of an attempt")
        assert peer.log.read_text().count("other processes are not heard") == 1
        assert peer.log.read_text().count("Traceback (most recent call last)") <= TRACEBACKS_OF_ONE_ERROR
        transport.start()
        until(lambda: peer.is_hearing, "it hears", PROMISED)
        peer.end()

    def test_nothing_is_left_of_a_subscription_that_failed(self, transport: Transport, pair: tuple[Peer, Peer]) -> None:
        def descriptors() -> int:
            return len([*Path(f"/proc/{pair[0].process.pid}/fd").iterdir()])

        def is_interrupted(failures: int) -> bool:
            transport.disconnect()
            return bool(pair[0].do("failures") > failures)

        def again() -> None:
            since, failures = len(pair[0].heard), pair[0].do("failures")
            # Repeated: a connection on which no command waits is replaced without a loss, and nothing is to be said.
            until(lambda: is_interrupted(failures), "a subscription that fails")
            until(lambda: "*" in pair[0].heard[since:], "everything is rendered again")
            # The last of these may have been for the next subscription.
            pair[0].pinged()

        again()
        before, objects = descriptors(), usual_objects(pair[0])
        for _ in range(3):
            again()
        until(lambda: descriptors() <= before, "no connection that is left")
        until(lambda: usual_objects(pair[0]) <= objects, "no task, queue or loop that is left")


class MessageConformance(Conformance):
    """Of every source that sends messages: what was announced is named, and one's own is known."""

    @pytest.mark.parametrize("how", ["committed", "by itself"])
    def test_it_names_what_has_changed_and_its_own_is_not_heard_twice(self, pair: tuple[Peer, Peer], how: str) -> None:
        announcing, hearing = pair
        here, there, local = len(announcing.heard), len(hearing.heard), len(announcing.local)
        announcing.change("named", how=how)
        until(lambda: hearing.heard[there:], "the change")
        announcing.pinged()
        assert hearing.heard[there:] == [["named"]]
        assert announcing.heard[here:] == []
        assert announcing.local[local:] == ["named"]

    def test_what_a_savepoint_takes_back_is_not_heard(self, pair: tuple[Peer, Peer]) -> None:
        announcing, hearing = pair
        since = len(hearing.heard)
        announcing.change("taken back", how="in a savepoint that is rolled back")
        hearing.pinged()
        assert hearing.heard[since:] == []

    def test_a_connection_that_swallows_everything_is_noticed(self, transport: Any, pair: tuple[Peer, Peer]) -> None:
        announcing, hearing = pair
        since = len(hearing.heard)
        transport.proxy.swallow_open()
        until(lambda: "*" in hearing.heard[since:], "everything is rendered again", 2 * PROMISED)
        for peer in pair:
            until(lambda peer=peer: peer.is_hearing, "it hears again")  # type: ignore[misc]
        since = len(hearing.heard)
        announcing.change("after it", how="in a loop")
        until(lambda: hearing.knows("after it", since=since), "a change after it")

    def test_processes_hear_each_other_after_a_fork(self, transport: Transport, tmp_path: Path) -> None:
        """As with ``gunicorn --preload``: everything is imported, and a change announced, before the fork."""
        parent = Peer(tmp_path, "parent", transport.servers, "--wait")
        parent.change("before the fork", how="in a loop")
        parent.do("fork")
        until(lambda: parent.is_hearing, "it hears")

        def answered() -> bool:
            # The child may hear a little later than its parent.
            parent.change("to the child", how="in a loop")
            return parent.knows("from the child")

        until(answered, lambda: f"the child's answer: {parent.log.read_text()}")
        parent.end()
