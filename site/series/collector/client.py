"""Posts batches of points to a Boardcast over HTTP, on one connection that stays open."""

import http.client
import json
from urllib.parse import urlsplit

# Without a byte; then the server counts as away.
TIMEOUT_SECONDS = 5
# The server has read the batch and will never take it.
PERMANENT_STATUSES = {400, 413, 415, 422}
MAX_SHOWN_BYTES = 300


class Unavailable(Exception):
    """The server could not be reached or cannot take the batch now. ``retry_after``: seconds that it asked for."""

    def __init__(self, reason: str, retry_after: float = 0) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class Denied(Exception):
    """The server does not take anything from this token."""


class Rejected(Exception):
    """The server will never take this batch."""


class Client:
    """A sender to one address. Raises ``ValueError`` for an address that is not one of HTTP."""

    def __init__(self, url: str, secret: str) -> None:
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError:
            host = None
        if not host or parts.scheme not in {"http", "https"}:
            raise ValueError(f"{url!r} is no address; it must look like http://127.0.0.1:8000/api/points.")
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        # http.client connects again by itself where close() was called before.
        self._connection = kind(host, port, timeout=TIMEOUT_SECONDS)
        self._path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}

    def post(self, body: bytes) -> None:
        """Send one batch; when this returns, its points are committed. Raises Unavailable, Denied or Rejected."""
        was_open = self._connection.sock is not None
        try:
            self._connection.request("POST", self._path, body, self._headers)
            response = self._connection.getresponse()
            content = response.read()
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            # A server may close a connection that was idle just as it is used again. Points may be sent twice.
            if not (was_open and isinstance(error, ConnectionError)):
                raise Unavailable(str(error) or type(error).__name__) from error
            return self.post(body)
        if 200 <= response.status < 300:
            return None
        message = f"{response.status} {_message(content)}"
        if response.status in {401, 403}:
            raise Denied(message)
        if response.status in PERMANENT_STATUSES:
            raise Rejected(message)
        retry_after = response.headers.get("Retry-After", "")  # seconds, or a date
        raise Unavailable(message, float(retry_after) if retry_after.isdecimal() else 0)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def _message(content: bytes) -> str:
    """The sentence of our own error response, or the beginning of whatever else came."""
    try:
        return str(json.loads(content)["error"]["message"])
    except (ValueError, TypeError, KeyError):
        return repr(content[:MAX_SHOWN_BYTES].decode(errors="replace"))
