"""Proof that this server has put an element on some page: a page may report only what it was given."""

import base64
import hashlib
import hmac
from functools import lru_cache

from django.conf import settings

MAX_REMEMBERED = 10_000


def seal(id: str) -> str:
    """The seal of an element, by the current secret."""
    return _seal(id, settings.SECRET_KEY)


def is_seal(id: str, text: str) -> bool:
    """Whether ``text`` is the seal of ``id``, by this secret or one that was rotated out of use."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return any(hmac.compare_digest(_seal(id, str(secret)).encode(), text.encode()) for secret in secrets)


def short_text(digest: bytes) -> str:
    """Bytes as text that can stand in an attribute."""
    return base64.urlsafe_b64encode(digest).decode()


# What is on a page is on the next one, too, and in its reports.
@lru_cache(MAX_REMEMBERED)
def _seal(id: str, secret: str) -> str:
    return short_text(hmac.digest(_signing_key(secret), id.encode(), "sha256")[:9])


@lru_cache
def _signing_key(secret: str) -> bytes:
    return hashlib.blake2b(f"live.seal:{secret}".encode()).digest()
