"""Hints over Redis, through each of channels_redis' layers."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis as redis_client

from config.channel_layer import channel_layer
from tests.hints.conformance import MessageConformance, Transport, sqlite_file
from tests.hints.peers import Peer
from tests.proxy import Proxy
from tests.servers import Redis, free_port, listens
from tests.waiting import until

pytestmark = pytest.mark.redis
PUBSUB, CORE = "channels_redis.pubsub.RedisPubSubChannelLayer", "channels_redis.core.RedisChannelLayer"


class ThroughRedis(Transport):
    def __init__(self, folder: Path, backend: str) -> None:
        self.redis = Redis(folder).start()
        self.proxy = Proxy(self.redis.port).start()
        hosts = [{"address": f"redis://127.0.0.1:{self.proxy.port}/0", "socket_connect_timeout": 2}]
        self.servers = {
            "database": sqlite_file(folder),
            "layer": {"BACKEND": backend, "CONFIG": {"hosts": hosts}},
        }

    @property
    def client(self) -> Any:
        return redis_client.Redis(port=self.redis.port)

    def kill(self) -> None:
        self.redis.kill()

    def start(self) -> None:
        self.redis.start()

    def disconnect(self) -> None:
        with self.client as client:
            for kind in ("normal", "pubsub"):
                client.client_kill_filter(_type=kind, skipme=True)

    def stop(self) -> None:
        self.redis.kill()
        self.proxy.stop()


class TestPubSub(MessageConformance):
    @staticmethod
    def make(folder: Path) -> Transport:
        return ThroughRedis(folder, PUBSUB)


class TestCore(MessageConformance):
    @staticmethod
    def make(folder: Path) -> Transport:
        return ThroughRedis(folder, CORE)

    def test_groups_of_others_outlive_a_process_of_ours(self, transport: ThroughRedis, tmp_path: Path) -> None:
        """``flush()`` would delete every key that begins with the layer's prefix."""
        with transport.client as client:
            client.zadd("asgi:group:chat", {"chat.1!a": 1})
            client.zadd("asgichat.1!", {b"a message": 1})
            peer = Peer(tmp_path, "ending", transport.servers)
            peer.change("before it ends", how="in a loop")
            until(lambda: peer.is_hearing, "it hears")
            members = client.zcard("asgi:group:live.changes")
            peer.end()
            assert client.exists("asgi:group:chat", "asgichat.1!") == 2
            assert client.zcard("asgi:group:live.changes") == members - 1, "and ours has left its group"

    def test_what_was_abandoned_collects_nothing(self, transport: ThroughRedis, pair: tuple[Peer, Peer]) -> None:
        """Their connections swallowed, they cannot leave the group; they do as soon as they are back."""
        with transport.client as client:
            before = client.zcard("asgi:group:live.changes")
            since = len(pair[1].heard)
            transport.proxy.swallow_open()
            until(lambda: "*" in pair[1].heard[since:], "everything is rendered again")
            until(lambda: all(peer.is_hearing for peer in pair), "both hear again")
            until(
                lambda: client.zcard("asgi:group:live.changes") <= before,
                lambda: f"no more than {before} in the group: {client.zrange('asgi:group:live.changes', 0, -1)}",
            )

    def test_a_flushed_redis_is_noticed(self, transport: ThroughRedis, pair: tuple[Peer, Peer]) -> None:
        """With it the subscription has gone, and no connection says so."""
        since = len(pair[1].heard)
        with transport.client as client:
            client.flushall()
        until(lambda: "*" in pair[1].heard[since:], "everything is rendered again")


@pytest.fixture
def replicated(tmp_path: Path) -> Iterator[tuple[Redis, Redis, int]]:
    """A Redis, one that follows it, and the port of a Sentinel that puts the second in the place of the first."""
    folders = [tmp_path / name for name in ("leading", "following")]
    for folder in folders:
        folder.mkdir()
    leading, following = (Redis(folder).start() for folder in folders)
    with redis_client.Redis(port=following.port) as client:
        client.replicaof("127.0.0.1", leading.port)
        until(lambda: client.info("replication")["master_link_status"] == "up", "a Redis that follows")
    port = free_port()
    config = tmp_path / "sentinel.conf"
    config.write_text(
        f"port {port}\nbind 127.0.0.1\nsentinel monitor board 127.0.0.1 {leading.port} 1\n"
        "sentinel down-after-milliseconds board 500\nsentinel failover-timeout board 1000\n"
    )
    sentinel = subprocess.Popen(["redis-server", str(config), "--sentinel"], stdout=subprocess.DEVNULL)
    with redis_client.Redis(port=port) as client:
        until(lambda: listens(port), "a Sentinel")
        until(lambda: client.sentinel_master("board")["num-slaves"] == 1, "a Sentinel that knows both")
    yield leading, following, port
    for process in (sentinel, leading.process, following.process):
        assert process is not None
        process.kill()
        process.wait(10)


def test_when_sentinels_replace_redis_it_is_heard_again(
    replicated: tuple[Redis, Redis, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the layer that the site's settings make of its URL."""
    leading, _, port = replicated
    monkeypatch.setenv("HINTS_URL", f"redis+sentinel://127.0.0.1:{port}/board")
    servers = {"database": sqlite_file(tmp_path), "layer": channel_layer("HINTS_URL")}
    announcing, hearing = (Peer(tmp_path, name, servers) for name in ("first", "second"))
    for again in range(2):
        for peer in (announcing, hearing):
            until(lambda peer=peer: peer.is_hearing, lambda peer=peer: f"it hears: {peer.log.read_text()}")  # type: ignore[misc]
        since = len(hearing.heard)
        announcing.change(f"change {again}", how="in a loop")
        until(lambda: hearing.knows(f"change {again}", since=since), "the change")  # noqa: B023
        if not again:
            leading.kill()
            until(lambda: not (hearing.is_hearing or announcing.is_hearing), "both know that they hear nothing")
    for peer in (announcing, hearing):
        peer.end()
