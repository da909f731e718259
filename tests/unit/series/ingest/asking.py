"""Requests to the door in this process, as raw as they may come."""

import asyncio
import json
from typing import Any, NamedTuple
from urllib.parse import unquote

from series.ingest.door import Door

NOT_OURS = 299


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class Ingest:
    """The door, in an event loop of its own; and what is stored behind it."""

    def __init__(self, runner: asyncio.Runner, secrets: dict[str, str]) -> None:
        self._runner, self._secrets, self._door = runner, secrets, Door(behind)

    def ask(self, method: str, target: bytes, body: bytes, headers: list[tuple[bytes, bytes]], cuts: int = 1) -> Answer:
        """The answer to a request whose body comes in so many parts."""
        raw, _, query = target.replace(b"SECRET", self._secrets["narrow"].encode()).partition(b"?")
        names = {name for name, _ in headers}
        usual = {b"host": b"localhost", b"authorization": b"Bearer " + self._secrets["wide"].encode()}
        size = len(body) // cuts + 1
        parts = [body[start : start + size] for start in range(0, len(body), size)]
        messages = [{"type": "http.request", "body": part, "more_body": True} for part in parts]
        messages.append({"type": "http.request", "body": b""})
        scope = {
            "type": "http",
            "method": method,
            # As daphne has it.
            "path": unquote(raw.decode("ascii", "replace")),
            "raw_path": raw,
            "query_string": query,
            "headers": [*headers, *((name, value) for name, value in usual.items() if name not in names)],
            "client": ["127.0.0.1", 1],
            "server": ["127.0.0.1", 8000],
            "scheme": "http",
        }
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return messages.pop(0)

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        self._runner.run(asyncio.wait_for(self._door(scope, receive, send), 60))
        shown = {name.decode(): value.decode("latin1") for name, value in sent[0]["headers"]}
        return Answer(sent[0]["status"], shown, b"".join(message["body"] for message in sent[1:]))


async def behind(scope: Any, receive: Any, send: Any) -> None:
    """What stands behind the door."""
    await send({"type": "http.response.start", "status": NOT_OURS, "headers": []})
    await send({"type": "http.response.body", "body": b"Django"})
