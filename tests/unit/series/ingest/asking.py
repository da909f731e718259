"""Requests to the door in this process, as raw as they may come."""

import asyncio
import json
from typing import Any, NamedTuple
from urllib.parse import unquote

from series.ingest.door import Door

NOT_OURS = 299


class Answer(NamedTuple):
    """A response, and how many messages of the request were left unread."""

    status: int
    headers: dict[str, str]
    body: bytes
    unread: int

    def json(self) -> Any:
        return json.loads(self.body)


async def request(
    door: Door, method: str, target: bytes, headers: list[tuple[bytes, bytes]], *parts: bytes, cut: bool = False
) -> Answer:
    """What is answered to a request whose body comes in parts, and is ``cut`` before its end."""
    messages: list[dict[str, Any]] = [{"type": "http.request", "body": part, "more_body": True} for part in parts]
    messages.append({"type": "http.disconnect"} if cut else {"type": "http.request", "body": b""})
    raw, _, query = target.partition(b"?")
    scope = {
        "type": "http",
        "method": method,
        # As daphne has it.
        "path": unquote(raw.decode("ascii", "replace")),
        "raw_path": raw,
        "query_string": query,
        "headers": headers,
        "client": ["127.0.0.1", 1],
        "server": ["127.0.0.1", 8000],
        "scheme": "http",
    }
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return messages.pop(0)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await asyncio.wait_for(door(scope, receive, send), 60)
    start, *bodies = sent
    shown = {name.decode(): value.decode("latin1") for name, value in start["headers"]}
    return Answer(start["status"], shown, b"".join(body["body"] for body in bodies), len(messages))


async def behind(scope: Any, receive: Any, send: Any) -> None:
    """What stands behind the door."""
    await send({"type": "http.response.start", "status": NOT_OURS, "headers": []})
    await send({"type": "http.response.body", "body": b"Django"})


def ask(path: str, *parts: bytes, method: str = "POST", cut: bool = False, **headers: str) -> Answer:
    """The same in an event loop of its own; headers by their names, with underscores."""
    named = {"host": "localhost", **headers}
    listed = [(name.replace("_", "-").encode(), value.encode()) for name, value in named.items()]
    return asyncio.run(request(Door(behind), method, path.encode(), listed, *parts, cut=cut))


class Ingest:
    """The door, in an event loop of its own; and what is stored behind it."""

    def __init__(self, runner: asyncio.Runner, secrets: dict[str, str]) -> None:
        self._runner, self._secrets, self._door = runner, secrets, Door(behind)

    def ask(self, method: str, target: bytes, body: bytes, headers: list[tuple[bytes, bytes]], cuts: int = 1) -> Answer:
        """The answer to a request whose body comes in so many parts."""
        target = target.replace(b"SECRET", self._secrets["narrow"].encode())
        names = {name for name, _ in headers}
        usual = {b"host": b"localhost", b"authorization": b"Bearer " + self._secrets["wide"].encode()}
        headers = [*headers, *((name, value) for name, value in usual.items() if name not in names)]
        size = len(body) // cuts + 1
        parts = [body[start : start + size] for start in range(0, len(body), size)]
        return self._runner.run(request(self._door, method, target, headers, *parts))
