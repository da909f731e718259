"""Who may send, what, and how often."""

import math
import time
from collections.abc import Iterable

from django.conf import settings
from django.http import HttpRequest

from series.ingest.errors import Refused
from series.ingest.rate import RateLimit
from series.models import Token
from series.samples import Sample

SCHEMES = {"bearer", "token"}

_rate_limit = RateLimit()


def authenticate(request: HttpRequest) -> Token:
    """The active token that the request shows. Raises ``Refused`` with 401."""
    scheme, _, secret = request.headers.get("Authorization", "").strip().partition(" ")
    secret = secret.strip()
    if scheme.lower() not in SCHEMES or not secret:
        raise _unauthorized("Send a token in the header 'Authorization: Bearer <secret>'.")
    token = Token.objects.recognise(secret)
    if token is None:
        raise _unauthorized("The token is unknown or no longer active.")
    return token


def admit(token: Token) -> None:
    """Count one request of this token. Raises ``Refused`` with 429 where it comes too often to this process."""
    # By digest: a replaced secret begins anew, and no other token ever has the same one.
    wait = _rate_limit.take(token.digest, per_second=settings.INGEST_RATE, now=time.monotonic())
    if wait:
        raise Refused(
            429,
            "rate_limited",
            f"This token may send {settings.INGEST_RATE:g} requests a second; put more points into each.",
            headers={"Retry-After": str(math.ceil(wait))},
        )


def check_prefix(token: Token, samples: Iterable[Sample]) -> None:
    """Raise ``Refused`` with 403 where a series is outside of the token's prefix."""
    for index, sample in enumerate(samples):
        if not token.may_write(sample.name):
            message = f"This token may write series whose names begin with {token.prefix!r}; this is {sample.name!r}."
            raise Refused(403, "forbidden", message, index=index, field="series")


def _unauthorized(message: str) -> Refused:
    return Refused(401, "unauthorized", message, headers={"WWW-Authenticate": "Bearer"})
