"""Ingest in front of Django: an ASGI application that takes the requests of formats itself, and passes on all others.
It also starts what listens otherwise than by HTTP.

Django's handler and its middleware would be most of what a point costs, and none of it is for programs. What is not as
it should be (a host that is none of ours, a request without TLS where there is to be TLS, a query that is no text) is
Django's to answer.
"""

import asyncio
import io
import os
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, URLResolver
from django.urls.resolvers import RegexPattern

from live.api import Refused, unavailable
from live.database_threads import DatabaseThreads
from live.health import path_of
from series.ingest import formats, listeners
from series.ingest.bodies import Body
from series.ingest.endpoint import Parsed, PointsEndpoint
from series.ingest.writer import writer
from series.storage.write import Batch, Written
from tokens.authentication import authenticate, authenticate_known
from tokens.models import Token

# Parsed on the event loop: in about a millisecond. More would keep others waiting.
MAX_QUICK_BYTES = 1 << 14
# Whose endpoints are remembered.
MAX_ADDRESSES = 1_000
# Of all bodies that are coming in, decompressed: a slow one of a few bytes may be 16 MiB.
MAX_ARRIVING_BYTES = 128 << 20
# As long as a request waits for its turn (``live.socket.request_queue``).
MAX_TOKEN_SECONDS = 20.0
# That look for tokens that are not known yet, and parse long bodies.
THREADS = 2


class Door:
    """``application``: what answers all other requests."""

    def __init__(self, application: Any) -> None:
        self._application = application
        # Of an address that points are sent to again and again, one that is none raises each time.
        self._resolve = lru_cache(MAX_ADDRESSES)(URLResolver(RegexPattern(r"^/"), formats.urlpatterns()).resolve)
        self.threads = DatabaseThreads("series-ingest", THREADS)
        self.arriving_bytes = 0
        self._listens_in = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        # In each process: one that was forked from one that listened does not.
        if self._listens_in != (process := os.getpid()):
            self._listens_in = process
            listeners.start(formats.listeners(), _OnLoop(receive, self))
        if scope["type"] == "http" and (taken := self._taken(scope)) is not None:
            endpoint, request, path = taken
            response = await endpoint.respond(request, _OnLoop(receive, self), path)
            await _send(response, send, has_body=scope["method"] != "HEAD")
        else:
            await self._application(scope, receive, send)

    def _taken(self, scope: Any) -> tuple[PointsEndpoint, HttpRequest, dict[str, str]] | None:
        """Which endpoint answers the request, if one does."""
        try:
            match = self._resolve(path_of(scope))
        except Resolver404:
            return None
        if not isinstance(match.func, PointsEndpoint):
            return None
        try:
            request = ASGIRequest(scope, io.BytesIO())
            request.resolver_match = match
            request.get_host()
        except (DisallowedHost, UnicodeDecodeError):
            return None
        if settings.SECURE_SSL_REDIRECT and not request.is_secure():
            return None
        return match.func, request, match.kwargs


class _OnLoop:
    """On the event loop, which waits for nothing."""

    def __init__(self, receive: Any, door: Door) -> None:
        self._receive, self._door = receive, door

    async def token(self, secret: str) -> Token:
        token = authenticate_known(secret)
        if token is not None:
            return token
        try:
            async with asyncio.timeout(MAX_TOKEN_SECONDS):
                return await self._door.threads.run(authenticate, secret)
        except TimeoutError:
            raise unavailable("Too many others wait for the database; send the same again.") from None

    async def body(self, request: HttpRequest, body: Body) -> bytes:
        counted = 0
        try:
            while True:
                message = await self._receive()
                if message["type"] == "http.disconnect":
                    raise Refused(400, "incomplete_body", "The connection was closed before the end of the body.")
                body.feed(message.get("body", b""))
                self._door.arriving_bytes += body.size - counted
                counted = body.size
                if not message.get("more_body", False):
                    return body.finish()
                if self._door.arriving_bytes > MAX_ARRIVING_BYTES:
                    raise unavailable("The server is receiving too much at the moment; send the same again.")
        finally:
            self._door.arriving_bytes -= counted

    async def parsed(self, parse: Callable[[], Parsed], size: int) -> Parsed:
        return parse() if size <= MAX_QUICK_BYTES else await self._door.threads.run(parse)

    async def written(self, batch: Batch) -> Written:
        return await writer.submit(batch)


async def _send(response: HttpResponse, send: Any, *, has_body: bool) -> None:
    headers = [(name.lower().encode("ascii"), value.encode("latin1")) for name, value in response.items()]
    headers.append((b"content-length", str(len(response.content)).encode()))
    await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": response.content if has_body else b""})
