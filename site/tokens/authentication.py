"""Who sends a request to the API, and whether they may."""

import math
import time
from base64 import b64decode
from collections.abc import Callable
from contextlib import suppress

from django.conf import settings
from django.http import HttpRequest

from live.api import Refused
from tokens.known import KnownTokens
from tokens.models import Token, digest_of
from tokens.rate_limit import RateLimit
from tokens.scopes import permits

SCHEMES = {"bearer", "token"}

_rate_limit = RateLimit()
known = KnownTokens()


def secret_of(request: HttpRequest) -> str:
    """What the header Authorization shows: ``Bearer <secret>``, ``Token <secret>``, or as the password of ``Basic``,
    which is all that some senders can do. Empty where it shows nothing.
    """
    scheme, _, credentials = request.headers.get("Authorization", "").strip().partition(" ")
    scheme, credentials = scheme.lower(), credentials.strip()
    if scheme == "basic":
        with suppress(ValueError):
            return b64decode(credentials, validate=True).decode().partition(":")[2]
    return credentials if scheme in SCHEMES else ""


def authenticate(secret: str) -> Token:
    """The active token of this secret. Raises ``Refused``: 401, or 429 where it comes too often."""
    token = Token.objects.recognise(secret) if secret else None
    if token is None:
        message = "The token is unknown or no longer active."
        if not secret:
            message = "Send a token in the header 'Authorization: Bearer <secret>'."
        raise Refused(401, "unauthorized", message, headers={"WWW-Authenticate": "Bearer"})
    known.remember(token)
    return _limited(token)


def authenticate_known(secret: str) -> Token | None:
    """The same for a token that was active a second ago, without asking the database; None for others. Raises
    ``Refused`` with 429.
    """
    token = known.get(digest_of(secret))
    return None if token is None else _limited(token)


def _limited(token: Token) -> Token:
    # By digest: a replaced secret begins anew, and no other token ever has the same one.
    wait_seconds = _rate_limit.take(token.digest, per_second=settings.INGEST_RATE, now=time.monotonic())
    if wait_seconds:
        message = f"This token may send {settings.INGEST_RATE:g} requests a second; put more into each."
        raise Refused(429, "rate_limited", message, headers={"Retry-After": str(math.ceil(wait_seconds))})
    return token


def authenticate_for(scope: str) -> Callable[[HttpRequest], str]:
    """For ``live.banners.api`` and ``live.views.metrics``: a function that returns who sends a request, for the audit
    log: the token's name.

    It raises ``Refused`` as ``authenticate`` does, and with 403 where the token does not have the scope.
    """

    def name_of(request: HttpRequest) -> str:
        token = authenticate(secret_of(request))
        if not permits(token.scopes, scope):
            message = f"This token may not do that: it needs the scope {scope!r}, which it can get in the admin."
            raise Refused(403, "forbidden", message)
        return f"token {token.name}"

    return name_of
