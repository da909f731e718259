"""Hints over Redis, through each of channels_redis' layers."""

from pathlib import Path
from typing import Any

import pytest
import redis as redis_client

from tests.hints.conformance import MessageConformance, Transport, sqlite_file
from tests.hints.peers import Peer
from tests.proxy import Proxy
from tests.servers import Redis
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
            transport.proxy.swallow()
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
