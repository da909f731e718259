"""Hints from worker to worker of one supervisor, where there is nothing else: datagrams, in the folder that they share.

Other processes are not heard in this way: a command, a second supervisor. On SQLite those are noticed by the file, and
this is what makes a change of another worker show at once (``live.hints.sqlite``).
"""

import json
import os
import select
import socket
from contextlib import suppress
from pathlib import Path

from live import metrics
from live.hints.message import Message
from live.hints.source import Sender, Source, Subscription
from live.process_name import process_name
from live.workers.folder import workers_folder

SUFFIX = ".hints"
# Of a process' name. The path of a socket has 103 bytes on macOS, of which its folder for temporary files takes 50.
NAME_LENGTH = 12
# Less than the smallest buffer of a socket.
MAX_MESSAGE_BYTES = 60_000


class Workers(Source):
    """The workers beside this one."""

    name = "workers' folder"

    def is_possible(self) -> bool:
        return workers_folder() is not None

    def subscribe(self) -> Subscription:
        return _Subscription(_folder())

    def sender(self) -> Sender:
        return _Sender(_folder())


def _folder() -> Path:
    folder = workers_folder()
    assert folder is not None
    return folder


def _own_name() -> str:
    return f"{process_name()[:NAME_LENGTH]}{SUFFIX}"


class _Sender:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.setblocking(False)

    def send(self, message: Message) -> None:
        data = message.to_json(max_bytes=MAX_MESSAGE_BYTES).encode()
        for name in os.listdir(self._folder):  # noqa: PTH208  twenty times a second
            if name.endswith(SUFFIX) and name != _own_name():
                self._send_to(self._folder / name, data)

    def _send_to(self, path: Path, data: bytes) -> None:
        try:
            self._socket.sendto(data, str(path))
        except (ConnectionRefusedError, FileNotFoundError):  # it has ended
            path.unlink(missing_ok=True)
        except BlockingIOError:  # it hangs: when it does not any more, the sweep brings what this would have
            metrics.hints.labels("lost").inc()

    def close(self) -> None:
        self._socket.close()


class _Subscription(_Sender):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._path = folder / _own_name()
        try:
            self._path.unlink(missing_ok=True)
            self._socket.bind(str(self._path))
        except BaseException:
            self.close()
            raise

    def ping(self, message: Message) -> None:
        self._socket.sendto(message.to_json(max_bytes=MAX_MESSAGE_BYTES).encode(), str(self._path))

    def receive(self, seconds: float) -> list[Message]:
        messages: list[Message] = []
        if select.select([self._socket], [], [], seconds)[0]:
            with suppress(BlockingIOError):
                while True:
                    messages.append(Message.from_wire(json.loads(self._socket.recv(2 * MAX_MESSAGE_BYTES))))
        return messages

    def close(self) -> None:
        super().close()
        with suppress(OSError):
            self._path.unlink()
