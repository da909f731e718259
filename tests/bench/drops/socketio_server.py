"""The rival on python-socketio: a POST emits the panel's HTML to everybody. For uvicorn."""

import json
from typing import Any

import socketio

server = socketio.AsyncServer(async_mode="asgi")
# As long as the panel's, whose chart is drawn elsewhere.
HTML = "<figure><b>{value:,}</b>" + "<i></i>" * 600 + "</figure>"


async def points(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Take a point as ``POST /api/points`` does, and emit the HTML with its value."""
    body, more = b"", scope["type"] == "http"
    while more:
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
    if body:
        await server.emit("panel", HTML.format(value=json.loads(body)[0]["value"]))
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body"})


application = socketio.ASGIApp(server, points)
