"""A PostgreSQL of a test's own, which can be stopped, killed and started again."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from tests.servers import free_port
from tests.waiting import until


def program(name: str) -> str:
    """Where a program of PostgreSQL is: on the path, or where Debian keeps those of each version."""
    found = [shutil.which(name), *sorted(map(str, Path("/usr/lib/postgresql").glob(f"*/bin/{name}")), reverse=True)]
    path = next(filter(None, found), None)
    assert path, f"{name} of PostgreSQL is needed (Debian: apt-get install postgresql)"
    return path


@contextmanager
def dropped(port: int) -> Iterator[None]:
    """All packets from and to this port of 127.0.0.1 are dropped."""
    rules = [["INPUT", "-i", "lo", "-p", "tcp", f"--{end}port", str(port), "-j", "DROP"] for end in "sd"]
    for rule in rules:
        subprocess.run(["iptables", "-w", "-I", *rule], check=True)
    try:
        yield
    finally:
        for rule in rules:
            subprocess.run(["iptables", "-w", "-D", *rule], check=True)


@dataclass
class Postgres:
    """One server on 127.0.0.1, with its data in a folder of its own. It asks for no password."""

    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="boardcast-postgres-")))
    port: int = field(default_factory=free_port)

    @property
    def url(self) -> str:
        return self.url_at(self.port)

    def url_at(self, port: int) -> str:
        """The address for whoever goes through another port, as through a proxy."""
        return f"postgres://boardcast@127.0.0.1:{port}/postgres"

    def create(self) -> "Postgres":
        """An empty database."""
        if os.getuid() == 0:  # PostgreSQL refuses to run as root; its Debian package brings a user for that.
            shutil.chown(self.folder, "postgres")
        self._run("initdb", f"--pgdata={self.data}", "--username=boardcast", "--auth=trust", "--encoding=UTF8")
        return self

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def start(self) -> "Postgres":
        """Start, and wait until it lets somebody in."""
        options = f"-h 127.0.0.1 -p {self.port} -k {self.folder} -c fsync=off -c max_connections=200"
        log = f"--log={self.folder / 'server.log'}"
        self._run("pg_ctl", f"--pgdata={self.data}", "--wait", log, f"--options={options}", "start")
        until(self.answers, f"a PostgreSQL on port {self.port}")
        return self

    def stop(self) -> None:
        """As at a restart of its machine: connections are ended, and the last transactions finished."""
        self._run("pg_ctl", f"--pgdata={self.data}", "--mode=fast", "--wait", "stop")

    def kill(self) -> None:
        """As a power cut: it recovers at the next start."""
        if self.is_running:
            self._run("pg_ctl", f"--pgdata={self.data}", "--mode=immediate", "--wait", "stop")

    def remove(self) -> None:
        """End it, and its data."""
        self.kill()
        shutil.rmtree(self.folder)

    @property
    def is_running(self) -> bool:
        return (self.data / "postmaster.pid").exists()

    def answers(self) -> bool:
        try:
            self.execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def execute(self, sql: str, *arguments: Any) -> list[Any]:
        """Run and commit one statement; its rows, if it has any."""
        with self.connect() as connection:
            cursor = connection.execute(sql, arguments)  # type: ignore[arg-type]
            return cursor.fetchall() if cursor.description else []

    @contextmanager
    def connect(self) -> Iterator[psycopg.Connection[Any]]:
        """A connection that commits at the end of the block."""
        with psycopg.connect(self.url, connect_timeout=3) as connection:
            yield connection

    @contextmanager
    def dropped(self) -> Iterator[None]:
        """Its packets are dropped, as by a firewall: nobody is told, and nothing is closed. Needs root."""
        with dropped(self.port):
            yield

    def _run(self, name: str, *arguments: str) -> None:
        command = [program(name), *arguments]
        if os.getuid() == 0:
            command = ["runuser", "-u", "postgres", "--", *command]
        # What it starts keeps its files open: a pipe would never end.
        with (self.folder / "log").open("ab") as log:
            done = subprocess.run(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd="/", timeout=120)
        assert done.returncode == 0, f"{name} failed:\n{(self.folder / 'log').read_text()}"
