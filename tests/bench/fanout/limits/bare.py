"""What ASGI servers take for themselves: the least application that sends every message of /push to all others. As it
is, it runs on stock daphne and uvicorn.

    python tests/bench/fanout/limits/bare.py PORT       on our server, with its ready-made frames

A task for each viewer, as ASGI has it; the message goes to each by the server's own ``send``.
"""

import asyncio
import sys
from typing import Any

viewers: dict[int, Any] = {}


async def application(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] != "websocket":
        return
    await receive()
    await send({"type": "websocket.accept"})
    if scope["path"] == "/push":
        while (message := await receive())["type"] == "websocket.receive":
            await push(message["text"])
        return
    viewers[id(scope)] = scope.get("extensions", {}).get("live.writer") or send
    try:
        while (await receive())["type"] != "websocket.disconnect":
            pass
    finally:
        del viewers[id(scope)]


async def push(text: str) -> None:
    from live.hub.viewer import Frame

    message, frame = {"type": "websocket.send", "text": text}, Frame(text, {})
    for viewer in list(viewers.values()):
        if hasattr(viewer, "write"):
            viewer.write(frame)
        else:
            await viewer(message)


def main() -> None:
    import django

    import manage  # noqa: F401  puts site/ on the path

    django.setup()
    from live.socket.server import LiveServer

    server = LiveServer(application, [f"tcp:port={int(sys.argv[1])}:interface=127.0.0.1:backlog=4096"])
    server.run_until_terminated(asyncio.Event().set)


if __name__ == "__main__":
    main()
