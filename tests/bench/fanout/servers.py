"""The processes that are measured: started on free ports, with a directory of their own, and ended by their pid."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[3]
HOST = "127.0.0.1"
# Seconds that a process may take to accept connections, and to end after being asked.
START, END = 30.0, 5.0

# Makes the database that every server gets a copy of; the last line is the token that points are sent with.
PREPARE = """
import manage, django
django.setup()
from django.core.management import call_command
from boards.bootstrap import prepare
call_command("migrate", verbosity=0)
print(prepare().token)
"""


@dataclass(frozen=True)
class Cpus:
    """Which processors the server and everything else run on; the same where there is only one, or no way to say."""

    server: frozenset[int]
    others: frozenset[int]

    @classmethod
    def divide(cls) -> "Cpus":
        if not hasattr(os, "sched_getaffinity"):
            return cls(frozenset(), frozenset())
        first, *others = sorted(os.sched_getaffinity(0))
        return cls(frozenset({first}), frozenset(others or [first]))

    def __str__(self) -> str:
        if self.server == self.others:
            return "server and client share a CPU"
        return f"server on CPU {min(self.server)}, client and Redis on {', '.join(map(str, sorted(self.others)))}"


def pin(pid: int, cpus: Iterable[int]) -> None:
    """Keep a process that has just started, and every thread it will have, on these processors."""
    if cpus:
        os.sched_setaffinity(pid, cpus)


def free_port() -> int:
    """A TCP port of this machine that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Running:
    """A process that accepts connections on ``port``."""

    process: psutil.Popen
    port: int
    log: Path
    env: dict[str, str]

    def cpu(self) -> float:
        """Seconds of processor time that it has used so far, its own and the kernel's for it."""
        times = self.process.cpu_times()
        return float(times.user + times.system)

    def memory(self) -> int:
        """Bytes of it that are resident."""
        return int(self.process.memory_info().rss)

    def settle(self, deadline: float = 15.0) -> None:
        """Wait until it has nothing left to do: what closed sockets leave behind is not the next measurement's."""
        until = time.monotonic() + deadline
        used = self.cpu()
        while time.monotonic() < until:
            time.sleep(0.2)
            before, used = used, self.cpu()
            if used - before < 0.02:
                return


@contextmanager
def running(
    command: list[str], port: int, log: Path, *, cpus: Iterable[int] = (), env: dict[str, str] | None = None
) -> Iterator[Running]:
    """Start a process, wait until it accepts connections, and end it at last. ``RuntimeError`` if it does not start."""
    with log.open("wb") as output:
        # In a session of its own: Ctrl+C is for us, and we end it.
        process = psutil.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        pin(process.pid, cpus)
        wait_until(lambda: process.poll() is not None or accepts(port), START)
        if process.poll() is not None or not accepts(port):
            raise RuntimeError(f"{' '.join(command)} did not start:\n{log.read_text(errors='replace')[-4000:]}")
        yield Running(process, port, log, env or {})
    finally:
        process.terminate()
        try:
            process.wait(END)
        except psutil.TimeoutExpired:
            process.kill()
            process.wait(END)


def accepts(port: int) -> bool:
    """Whether somebody listens."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


def wait_until(true: Callable[[], bool], deadline: float) -> bool:
    """Ask every 50 ms; False after ``deadline`` seconds."""
    until = time.monotonic() + deadline
    while not true():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def prepare(folder: Path, env: dict[str, str]) -> tuple[Path, str]:
    """A database with the first start's boards in ``folder``, and a token to send points with."""
    database = folder / "first.sqlite3"
    made = subprocess.run(
        [sys.executable, "-c", PREPARE],
        cwd=ROOT,
        env={**os.environ, **env, "DATABASE_URL": f"sqlite:///{database}"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    if made.returncode:
        raise RuntimeError(f"the database could not be made:\n{made.stderr[-4000:]}")
    return database, made.stdout.split()[-1]


def redis(folder: Path, port: int) -> list[str]:
    """The command of a Redis that keeps nothing. ``RuntimeError`` where none is installed."""
    program = shutil.which("redis-server")
    if program is None:
        raise RuntimeError("redis-server is not installed, and the benchmark needs one")
    return [program, "--port", str(port), "--bind", HOST, "--save", "", "--dir", str(folder)]
