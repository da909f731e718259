"""A PostgreSQL of a test's own, which can be stopped and started, and whose packets can be dropped."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.servers import free_port


def binary(name: str) -> str:
    """Debian keeps most of them off the path."""
    found = shutil.which("pg_ctl")
    folder = Path(found).resolve().parent if found else max(Path("/usr/lib/postgresql").glob("*/bin"))
    return str(folder / name)


@dataclass
class Postgres:
    """A server on a port of 127.0.0.1."""

    folder: Path
    port: int = field(default_factory=free_port)

    @property
    def url(self) -> str:
        return f"postgres://boardcast@127.0.0.1:{self.port}/postgres"

    def _run(self, *command: str) -> None:
        # It refuses to run as root; its Debian package brings a user for that.
        user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        with (self.folder / "log").open("ab") as log:
            done = subprocess.run([*user, *command], cwd=self.folder, stdout=log, stderr=log, timeout=60)
        assert done.returncode == 0, (self.folder / "log").read_text()

    def create(self) -> "Postgres":
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres")
        self._run(
            binary("initdb"), f"--pgdata={self.folder}/data", "--username=boardcast", "--auth=trust", "--encoding=UTF8"
        )
        return self

    def start(self) -> "Postgres":
        options = f"--options=-h 127.0.0.1 -p {self.port} -k {self.folder} -c fsync=off"
        self._run(
            binary("pg_ctl"), f"--pgdata={self.folder}/data", f"--log={self.folder}/server.log", options, "-w", "start"
        )
        return self

    def stop(self) -> None:
        """At once, as for a restart: what is connected is disconnected."""
        self._run(binary("pg_ctl"), f"--pgdata={self.folder}/data", "--mode=fast", "-w", "stop")

    @contextlib.contextmanager
    def dropped(self) -> Iterator[None]:
        """Its packets are dropped, as by a firewall: nobody is told, and nothing is closed. Needs root."""
        rules = [["INPUT", "-i", "lo", "-p", "tcp", f"--{end}port", str(self.port), "-j", "DROP"] for end in "sd"]
        for rule in rules:
            subprocess.run(["iptables", "-w", "-I", *rule], check=True)
        try:
            yield
        finally:
            for rule in rules:
                subprocess.run(["iptables", "-w", "-D", *rule], check=True)
