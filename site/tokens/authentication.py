"""Who sends a request to the API, and whether they may."""

import math
import time
from base64 import b64decode
from collections.abc import Callable
from contextlib import suppress

from django.conf import settings
from django.http import HttpRequest

from live.api import Refused
from live.notices import Recipients
from live.notices import may_notify as may_user_notify
from tokens.known import KnownTokens
from tokens.models import Token, digest_of
from tokens.rate_limit import RateLimit
from tokens.scopes import names_of, permits

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


def token_of(request: HttpRequest) -> Token:
    """The token of a request, which is looked for once. Raises ``Refused`` as ``authenticate`` does."""
    token: Token | None = getattr(request, "api_token", None)
    if token is None:
        token = request.api_token = authenticate(secret_of(request))  # type: ignore[attr-defined]
    return token


def check_scope(token: Token, word: str) -> None:
    """Raise ``Refused`` with 403 where a token has no scope of this word, with whatever name."""
    if not any(scope.partition(":")[0] == word for scope in token.scopes):
        message = f"This token may not do that: it needs the scope {word!r}, which it can get in the admin."
        raise Refused(403, "forbidden", message)


def authenticate_for(word: str) -> Callable[[HttpRequest], str]:
    """For ``live.banners.api`` and ``live.views.metrics``: a function that returns who sends a request, for the audit
    log: the token's name.

    It raises ``Refused`` as ``authenticate`` does, and with 403 where the token has no scope of this word.
    """

    def name_of(request: HttpRequest) -> str:
        token = token_of(request)
        check_scope(token, word)
        return name_in_log(token)

    return name_of


def name_in_log(token: Token) -> str:
    """Who did something with it."""
    return f"token {token.name}" + (f" of {token.user.get_username()}" if token.user else "")


def may_notify(word: str, request: HttpRequest, recipients: Recipients) -> bool:
    """Whether a scope of this word permits these recipients, as they are stored or by name; and whether the user of the
    token may notify them, if it has one."""
    token = token_of(request)
    if token.user is not None and not may_user_notify(token.user, recipients):
        return False
    names = [name for name in names_of(token.scopes, f"{word}:") if name.startswith(f"{recipients.kind}:")]
    return permits(token.scopes, f"{word}:{recipients}") or recipients in map(Recipients.from_words, names)
