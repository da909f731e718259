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
# Of a name that somebody sent, in a log.
MAX_LOGGED_LENGTH = 200


def why_refused(headers: Iterable[tuple[bytes, bytes]]) -> str | None:
    """None for a page of ours; otherwise what was sent, what is expected, and which setting decides.

    ``headers`` are those of the handshake, as in the ASGI scope.
    """
    sent = {name.lower(): value.decode("latin1") for name, value in headers}
    origin, host = sent.get(b"origin", ""), sent.get(b"host", "")
    named = f"its Origin is {origin[:MAX_LOGGED_LENGTH]!r} and it asked for the host {host[:MAX_LOGGED_LENGTH]!r}"
    try:
        parts = urlparse(origin)
        parts.port  # noqa: B018  raises here, and not where the origin is compared
    except ValueError:
        return f"{named}; that is no origin"
    if not origin:
        return f"{named}; every browser sends an Origin"
    if (settings.SECURE_SSL_REDIRECT or settings.SESSION_COOKIE_SECURE) and parts.scheme != "https":
        # The settings tell that the site is on TLS; behind a proxy the handshake itself does not.
        return f"{named}; with SECURE_SSL_REDIRECT or SESSION_COOKIE_SECURE only pages under https are taken"
    hosts = settings.ALLOWED_HOSTS or (LOCAL if settings.DEBUG else [])
    if parts.scheme in {"http", "https"} and parts.netloc.lower() == host.lower():
        if validate_host(split_domain_port(host)[0], hosts):
            return None
        return f"{named}; that host is not in ALLOWED_HOSTS, which is {hosts}"
    trusted = [origin.replace("://*.", "://.") for origin in settings.CSRF_TRUSTED_ORIGINS]
    # As a function: there is no application behind it.
    if OriginValidator(None, trusted).valid_origin(parts):  # type: ignore[arg-type]
        return None
    expected = f"CSRF_TRUSTED_ORIGINS, which is {settings.CSRF_TRUSTED_ORIGINS}"
    return f"{named}; if that is this site, have the proxy pass the Host header on, or add the origin to {expected}"
