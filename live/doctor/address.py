"""The address at which people reach the site, and one request to it after another."""

import http.client
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import CommandError

TIMEOUT_SECONDS = 5.0
MAX_BODY_BYTES = 4 << 20


@dataclass(frozen=True)
class Answer:
    """What came back over HTTP."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_redirect(self) -> bool:
        """Whether it leads elsewhere."""
        return 300 <= self.status < 400


@dataclass(frozen=True)
class Address:
    """Scheme, host and path under which the site is reached. ``headers`` are what a proxy in front would add."""

    scheme: str
    host: str
    port: int
    # Without a slash at its end.
    path: str
    # That was asked for, and is not merely where a server is by default.
    is_given: bool
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def netloc(self) -> str:
        """The host with its port, where that is not the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == {"http": 80, "https": 443}[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """Without a slash at its end."""
        return f"{self.scheme}://{self.netloc}{self.path}"

    @property
    def origin(self) -> str:
        """What a browser says of pages from there."""
        scheme = "https" if settings.SECURE_SSL_REDIRECT and not self.is_given else self.scheme
        return f"{scheme}://{self.headers.get('Host', self.netloc)}"

    def connect(self) -> http.client.HTTPConnection:
        """A new connection, not yet open."""
        if self.scheme == "https":
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(self.host, self.port, timeout=TIMEOUT_SECONDS, context=context)
        return http.client.HTTPConnection(self.host, self.port, timeout=TIMEOUT_SECONDS)

    def get(self, path: str) -> Answer:
        """GET what is at a path below ``url``. Raises ``OSError`` and ``http.client.HTTPException``."""
        connection = self.connect()
        try:
            connection.request("GET", path or "/", headers={"User-Agent": "live_doctor", **self.headers})
            response = connection.getresponse()
            headers = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, headers, response.read(MAX_BODY_BYTES))
        finally:
            connection.close()


def parse(url: str) -> Address:
    """The address that was asked for; ``CommandError`` if it is none."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    except (ValueError, KeyError):
        raise CommandError(f"--url is {url!r}; it must look like https://board.example.com.") from None
    if not parts.hostname or parts.query or parts.fragment:
        raise CommandError(f"--url is {url!r}; it must look like https://board.example.com.")
    return Address(parts.scheme, parts.hostname, port, parts.path.rstrip("/"), is_given=True)


def local(host: str, port: int) -> Address:
    """A server on this machine, asked as a proxy in front of it would: under a name that is allowed, and for TLS where
    the settings say that the site has it."""
    headers: dict[str, str] = {}
    names = [name.lstrip(".") for name in settings.ALLOWED_HOSTS]
    if names and host not in names and "*" not in names:
        headers["Host"] = names[0]
    path = (settings.FORCE_SCRIPT_NAME or "").rstrip("/")
    return Address("http", host, port, path, is_given=False, headers=headers | _tls_headers())


def _tls_headers() -> dict[str, str]:
    header = settings.SECURE_PROXY_SSL_HEADER
    if header is None:
        return {}
    name = header[0].removeprefix("HTTP_").replace("_", "-").title()
    return {name: header[1]}
