"""Hints over PostgreSQL's LISTEN and NOTIFY."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import psycopg

from tests.hints.conformance import MessageConformance, Transport
from tests.hints.peers import Peer
from tests.postgres import Postgres
from tests.proxy import Proxy
from tests.servers import free_port, listens
from tests.waiting import until

IN_MEMORY = {"BACKEND": "channels.layers.InMemoryChannelLayer"}


class ThroughPostgreSQL(Transport):
    def __init__(self) -> None:
        self.server = Postgres().create().start()
        self.proxy = Proxy(self.server.port).start()
        self.servers = self.on_port(self.proxy.port)
        self.execute("CREATE TABLE numbers (n integer)")

    @staticmethod
    def on_port(port: int) -> dict[str, Any]:
        where = {"HOST": "127.0.0.1", "PORT": str(port), "NAME": "postgres", "USER": "boardcast"}
        return {"database": {"ENGINE": "django.db.backends.postgresql", **where}, "layer": IN_MEMORY}

    def execute(self, statement: str) -> None:
        with psycopg.connect(self.server.url, autocommit=True) as connection:
            connection.execute(statement.encode())

    def kill(self) -> None:
        self.server.kill()

    def start(self) -> None:
        self.server.start()

    def disconnect(self) -> None:
        self.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND application_name = 'live hints'"
        )

    def stop(self) -> None:
        self.proxy.stop()
        self.server.remove()


class TestPostgreSQL(MessageConformance):
    @staticmethod
    def make(folder: Path) -> Transport:
        return ThroughPostgreSQL()

    def test_a_pooler_that_cannot_listen_is_noticed_and_said(
        self, transport: ThroughPostgreSQL, tmp_path: Path
    ) -> None:
        port = free_port()
        config = tmp_path / "pgbouncer.ini"
        config.write_text(
            f"[databases]\n* = host=127.0.0.1 port={transport.server.port} user=boardcast\n[pgbouncer]\n"
            f"listen_addr = 127.0.0.1\nlisten_port = {port}\nauth_type = any\npool_mode = transaction\n"
            f"unix_socket_dir =\n"
        )
        program = shutil.which("pgbouncer") or "/usr/sbin/pgbouncer"
        user = ["-u", "nobody"] if os.getuid() == 0 else []  # it does not run as root
        pooler = subprocess.Popen([program, "-q", *user, str(config)], cwd="/", stderr=subprocess.DEVNULL)
        try:
            until(lambda: listens(port), "a pooler")
            peer = Peer(tmp_path, "pooled", transport.on_port(port))
            until(lambda: peer.do("failures"), "silence that is noticed")
            state = peer.do("state")
            assert not state["is_hearing"]
            assert "pgbouncer in transaction mode" in state["error"]
            # The counter may be ahead of the log by a moment.
            until(lambda: "other processes are not heard" in peer.log.read_text(), "the log says so")
            assert peer.log.read_text().count("other processes are not heard") == 1
            assert peer.heard == []
            # What it commits is heard by those that can listen.
            hearing = Peer(tmp_path, "direct", transport.servers)
            until(lambda: hearing.is_hearing, "it hears")
            since = len(hearing.heard)
            peer.change("through a pooler")
            until(lambda: hearing.knows("through a pooler", since=since), "a change through a pooler")
            for ending in (peer, hearing):
                ending.end()
        finally:
            pooler.terminate()
            pooler.wait(10)
