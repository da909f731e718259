"""Static files in front of Django: WhiteNoise's table of them, and its answers, for ASGI.

As Django's middleware each of them would wait for a thread. A page asks for thirty at once, and shows nothing until it
has its style sheets: on a machine of two cores it came 80 ms later.
"""

import io
from typing import Any

from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile

from config.middleware import POLICY
from live.health import path_of


def security_headers() -> dict[str, str]:
    """What Django's middleware and the site's own put on all other responses, as far as it says anything of a file."""
    headers = {"Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff"}
    if settings.SECURE_HSTS_SECONDS:
        headers["Strict-Transport-Security"] = f"max-age={settings.SECURE_HSTS_SECONDS}"
    return headers


class StaticFiles:
    """``application``: what answers all other requests. Settings are WhiteNoise's."""

    def __init__(self, application: Any) -> None:
        self._application = application
        self._known = WhiteNoiseMiddleware()
        self._security_headers = security_headers().items()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        file = self._file(path_of(scope))
        request = ASGIRequest(scope, io.BytesIO()) if file is not None else None
        # Redirects are Django's.
        if file is None or request is None or (settings.SECURE_SSL_REDIRECT and not request.is_secure()):
            await self._application(scope, receive, send)
            return
        response = file.get_response(request.method, request.META)
        body = b""
        if response.file is not None:
            with response.file as opened:  # tens of KB, which are in memory: a thread would take longer
                body = opened.read()
        headers = [*response.headers, *self._security_headers]
        raw = [(name.lower().encode("ascii"), value.encode("latin1")) for name, value in headers]
        await send({"type": "http.response.start", "status": int(response.status), "headers": raw})
        await send({"type": "http.response.body", "body": body})

    def _file(self, path: str) -> StaticFile | None:
        return self._known.find_file(path) if self._known.autorefresh else self._known.files.get(path)
