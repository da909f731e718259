"""Whether a socket comes from a page of this site.

A browser lets any site open a socket to any other, cookies included; only the Origin header tells them apart. As
Django's CSRF check does, we take the host that was asked for and ``CSRF_TRUSTED_ORIGINS``, never ``ALLOWED_HOSTS``
by itself: with ``*`` that would let everybody in.
"""

from collections.abc import Iterable
from urllib.parse import urlparse

from channels.security.websocket import OriginValidator
from django.conf import settings
from django.http.request import split_domain_port, validate_host

LOCAL = [".localhost", "127.0.0.1", "[::1]"]


def is_allowed(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """``headers`` are those of the handshake, as in the ASGI scope."""
    sent = {name.lower(): value.decode("latin1") for name, value in headers}
    origin, host = sent.get(b"origin", ""), sent.get(b"host", "")
    try:
        parts = urlparse(origin)
        parts.port  # noqa: B018  raises here, and not where the origin is compared
    except ValueError:
        return False
    if (settings.SECURE_SSL_REDIRECT or settings.SESSION_COOKIE_SECURE) and parts.scheme != "https":
        # The settings tell that the site is on TLS; behind a proxy the handshake itself does not.
        return False
    hosts = settings.ALLOWED_HOSTS or (LOCAL if settings.DEBUG else [])
    if parts.scheme in {"http", "https"} and parts.netloc.lower() == host.lower():
        return validate_host(split_domain_port(host)[0], hosts)
    trusted = [origin.replace("://*.", "://.") for origin in settings.CSRF_TRUSTED_ORIGINS]
    # As a function: there is no application behind it.
    return OriginValidator(None, trusted).valid_origin(parts if origin else None)  # type: ignore[arg-type]
