"""Static files in front of Django: WhiteNoise's table of them, and its answers, for ASGI.

As Django's middleware each of them would wait for a thread. A page asks for thirty at once, and shows nothing until it
has its style sheets: on a machine of two cores it came 80 ms later.
"""

import io
from typing import Any

from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpResponse
from django.middleware.security import SecurityMiddleware
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile

from config.middleware import content_security_policy
from live.health import path_of


class StaticFiles:
    """``application``: what answers all other requests. Settings are WhiteNoise's."""

    def __init__(self, application: Any) -> None:
        self._application = application
        self._known = WhiteNoiseMiddleware()
        # What all other responses have.
        as_django = SecurityMiddleware(lambda request: HttpResponse(content_type=""))
        self._protected = content_security_policy(as_django)  # type: ignore[arg-type]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        answer = self._answer(scope)
        if answer is None:
            await self._application(scope, receive, send)
            return
        status, headers, body = answer
        raw = [(name.lower().encode("ascii"), value.encode("latin1")) for name, value in headers.items() if value]
        await send({"type": "http.response.start", "status": status, "headers": raw})
        await send({"type": "http.response.body", "body": body})

    def _answer(self, scope: Any) -> tuple[int, dict[str, str], bytes] | None:
        """Status, headers and body; None for what is Django's to answer."""
        file = self._file(path_of(scope))
        if file is None:
            return None
        request = ASGIRequest({**scope, "query_string": b""}, io.BytesIO())
        if settings.SECURE_SSL_REDIRECT and not request.is_secure():
            return None
        try:
            response = file.get_response(request.method, request.META)
        except FileNotFoundError:  # it went since the start: another version of the site is there
            return None
        headers = {**self._protected(request).headers, **dict(response.headers)}
        if response.file is None:
            return int(response.status), headers, b""
        with response.file as opened:  # mostly tens of KB, which are in memory: a thread would take longer
            body = opened.read()
        return int(response.status), {**headers, "Content-Length": str(len(body))}, body  # not as it was at the start

    def _file(self, path: str) -> StaticFile | None:
        return self._known.find_file(path) if self._known.autorefresh else self._known.files.get(path)
