"""The supervisor, with processes that only serve, hang or end. With the site: tests/socket/test_workers.py."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.waiting import until

ROOT = Path(__file__).resolve().parents[4]

# Its workers run what is in the file `code` when they start.
SUPERVISOR = """
import logging, socket, sys
from live.workers import restarts, supervisor

for name, value in {constants}.items():
    setattr(restarts if hasattr(restarts, name) else supervisor, name, value)
    setattr(supervisor, name, value)
logging.basicConfig(level="INFO", format="%(message)s")
bound = socket.create_server(("127.0.0.1", 0))

def command(number, connection):
    return ["./python", "code", str(number), str(connection)]

failed = supervisor.Supervisor(2, bound, command, lambda: logging.info("all serve")).run()
logging.info("it has ended: %s", failed)
"""
SERVE = f"""
import asyncio, os, signal, sys
sys.path.insert(0, {str(ROOT)!r})
from live.workers.worker import Worker

worker = Worker(*map(int, sys.argv[1:]))

async def serve():
    end = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, end.set)
    worker.serves(end.set)
    await end.wait()

asyncio.run(serve())
"""
END = "raise SystemExit(3)"
NEVER_READY = "import time; time.sleep(3600)"
# Ready, and then its event loop does not turn any more; it does not end either.
HANG = SERVE.replace("await end.wait()", "import time; time.sleep(3600)")
DEAF = SERVE.replace("await end.wait()", "await asyncio.sleep(3600)")
END_AFTER_A_WHILE = SERVE.replace("await end.wait()", "await asyncio.sleep(0.3); os._exit(4)")


class Supervised:
    """A supervisor of two workers, with what it has logged."""

    def __init__(self, folder: Path, code: str, **constants: float) -> None:
        self.folder = folder
        self.log = folder / "log"
        self.write(code)
        self.install()
        with self.log.open("wb") as log:
            script = SUPERVISOR.replace("{constants}", repr(constants))
            self.process = subprocess.Popen(
                [sys.executable, "-c", script],
                cwd=folder,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                stdout=log,
                stderr=log,
            )

    def install(self) -> None:
        """The interpreter of its workers."""
        (self.folder / "python").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
        (self.folder / "python").chmod(0o700)

    def uninstall(self) -> None:
        (self.folder / "python").unlink()

    def descriptors(self) -> int:
        """How many it has open."""
        return len([*Path(f"/proc/{self.process.pid}/fd").iterdir()])

    def write(self, code: str) -> None:
        """What workers run that start from now on."""
        (self.folder / "code").write_text(code)

    def logs(self, text: str, times: int = 1) -> None:
        """Wait until it has logged this, as a pattern, so often."""
        until(lambda: len(re.findall(text, self.log.read_text())) >= times, lambda: f"{text}: {self.log.read_text()}")

    def pids(self) -> list[int]:
        """Of the workers that have served, the oldest first."""
        return [int(pid) for pid in re.findall(r"\(pid (\d+)\) serves", self.log.read_text())]

    def send(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def end(self) -> str:
        """What it says at its end."""
        self.process.wait(30)
        return re.findall("it has ended: (.*)", self.log.read_text())[0]


@pytest.fixture
def supervised(tmp_path: Path) -> Iterator[Any]:
    started: list[Supervised] = []

    def start(code: str = SERVE, **constants: float) -> Supervised:
        started.append(Supervised(tmp_path, code, **constants))
        return started[-1]

    yield start
    for one in started:
        one.process.kill()
        one.process.wait(10)


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_all_serve_and_stop_when_it_is_told_to(supervised: Any) -> None:
    one = supervised()
    one.logs("all serve")
    one.send(signal.SIGTERM)
    assert one.end() == "None"
    one.logs("has stopped", 2)
    assert "again" not in one.log.read_text()


def test_ctrl_c_is_for_the_supervisor_alone(supervised: Any) -> None:
    one = supervised()
    one.logs("all serve")
    groups = {os.getpgid(pid) for pid in [*one.pids(), one.process.pid]}
    assert len(groups) == 3
    one.send(signal.SIGINT)
    assert one.end() == "None"


def test_one_that_is_killed_is_started_again_with_a_line(supervised: Any) -> None:
    one = supervised()
    one.logs("all serve")
    os.kill(one.pids()[0], signal.SIGKILL)
    one.logs(r"worker \d \(pid \d+\) was killed by SIGKILL; it is started again in 0.25 s")
    one.logs(r"\) serves", 3)
    assert one.log.read_text().count("all serve") == 1


def test_one_that_had_served_for_a_while_is_started_at_once(supervised: Any) -> None:
    one = supervised(STABLE_SECONDS=0.0)
    one.logs("all serve")
    os.kill(one.pids()[0], signal.SIGKILL)
    one.logs("was killed by SIGKILL; it is started again\n")


def test_where_all_end_at_once_again_and_again_there_is_no_hope(supervised: Any) -> None:
    one = supervised(END, FIRST_PAUSE_SECONDS=0.01)
    assert re.fullmatch(
        r"worker \d has ended 5 times as soon as it had started, and none serves: the last one ended with status 3",
        one.end(),
    )
    one.logs("ended with status 3; it is started again in 0.01 s")


def test_also_where_they_were_ready(supervised: Any) -> None:
    assert "ended with status 4" in supervised(END_AFTER_A_WHILE, FIRST_PAUSE_SECONDS=0.01).end()


def test_while_another_one_serves_it_goes_on_trying(supervised: Any) -> None:
    one = supervised(FIRST_PAUSE_SECONDS=0.01, MAX_PAUSE_SECONDS=0.01, STABLE_SECONDS=0.2)
    one.logs("all serve")
    one.write(END)
    os.kill(one.pids()[0], signal.SIGKILL)
    one.logs("ended with status 3", 10)
    one.write(SERVE)
    one.logs(r"\) serves", 3)


@pytest.mark.parametrize(
    ("code", "constant", "words"),
    [
        (NEVER_READY, "MAX_START_SECONDS", "is not ready after 2 s, and is killed"),
        (HANG, "MAX_SILENCE_SECONDS", "has done nothing for 2 s, and is killed"),
    ],
)
def test_one_that_hangs_is_killed_and_started_again(supervised: Any, code: str, constant: str, words: str) -> None:
    one = supervised(code, **{constant: 2.0})
    one.logs(words, 2)
    one.write(SERVE)
    one.logs("all serve")


def test_one_that_does_not_stop_is_killed(supervised: Any) -> None:
    one = supervised(DEAF, MAX_STOP_SECONDS=0.2)
    one.logs("all serve")
    one.send(signal.SIGTERM)
    one.logs("has not stopped within 0.2 s, and is killed", 2)
    assert one.end() == "None"


def test_with_sighup_each_is_replaced_and_its_successor_serves_before_it_stops(supervised: Any) -> None:
    one = supervised()
    one.logs("all serve")
    first, second = one.pids()
    one.send(signal.SIGHUP)
    one.logs("has stopped", 2)
    one.logs("all workers are replaced")
    _, _, third, fourth = one.pids()
    lines = re.findall(r"\(pid (\d+)\) (serves|has stopped)", one.log.read_text())[2:]
    assert [action for _pid, action in lines] == ["serves", "has stopped"] * 2
    assert [int(pid) for pid, _action in lines] in ([third, first, fourth, second], [third, second, fourth, first])
    assert is_running(third) and is_running(fourth)


def test_where_a_successor_does_not_serve_the_old_ones_go_on(supervised: Any) -> None:
    one = supervised()
    one.logs("all serve")
    one.write(END)
    one.send(signal.SIGHUP)
    one.logs("which was to replace another one, ended with status 3 before it served: the old ones go on")
    assert all(map(is_running, one.pids()))
    one.write(SERVE)
    one.send(signal.SIGHUP)
    one.logs("all workers are replaced")


def test_where_no_successor_can_be_started_the_old_ones_go_on(supervised: Any) -> None:
    one = supervised()
    one.logs("all serve")
    before = one.descriptors()
    one.uninstall()
    one.send(signal.SIGHUP)
    one.logs(r"a successor could not be started \(.*No such file or directory.*\): the old ones go on")
    assert all(map(is_running, one.pids()))
    assert one.descriptors() == before
    one.install()
    one.send(signal.SIGHUP)
    one.logs("all workers are replaced")


def test_one_that_cannot_be_started_is_tried_again(supervised: Any) -> None:
    one = supervised(FIRST_PAUSE_SECONDS=0.01, MAX_PAUSE_SECONDS=0.01, STABLE_SECONDS=0.2)
    one.logs("all serve")
    one.uninstall()
    os.kill(one.pids()[0], signal.SIGKILL)
    one.logs(r"worker \d could not be started \(.*No such file.*\); it is started again in 0.01 s", 10)
    one.install()
    one.logs(r"\) serves", 3)


def test_where_none_can_be_started_again_and_again_there_is_no_hope(supervised: Any) -> None:
    one = supervised(FIRST_PAUSE_SECONDS=0.01)
    one.logs("all serve")
    one.uninstall()
    for pid in one.pids():
        os.kill(pid, signal.SIGKILL)
    assert "none serves: the last one could not be started" in one.end()


def test_a_second_sighup_replaces_also_those_that_are_new(supervised: Any) -> None:
    one = supervised()
    one.logs("all serve")
    one.send(signal.SIGHUP)
    one.logs(r"\) serves", 3)
    one.send(signal.SIGHUP)
    one.logs("all workers are replaced")
    until(lambda: not any(map(is_running, one.pids()[:3])), "the first three have stopped")
    assert len(one.pids()) == 5


def test_one_that_ends_while_its_successor_starts_is_replaced_by_that(supervised: Any) -> None:
    one = supervised()
    one.logs("all serve")
    one.write("import time; time.sleep(1)\n" + SERVE)
    one.send(signal.SIGHUP)
    one.logs("SIGHUP")
    for pid in one.pids():
        os.kill(pid, signal.SIGKILL)
    one.logs("all workers are replaced")
    one.send(signal.SIGTERM)
    assert one.end() == "None"


def test_a_stop_while_they_are_replaced_stops_all(supervised: Any) -> None:
    one = supervised()
    one.logs("all serve")
    one.write(NEVER_READY)
    one.send(signal.SIGHUP)
    one.logs("SIGHUP")
    one.send(signal.SIGTERM)
    assert one.end() == "None"


def test_when_it_is_killed_its_workers_stop(supervised: Any) -> None:
    one = supervised()
    one.logs("all serve")
    one.process.kill()
    one.process.wait(10)
    one.logs("the supervisor is gone: this worker stops", 2)
    until(lambda: not any(map(is_running, one.pids())), "the workers have stopped")
