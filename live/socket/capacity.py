"""How much of one server process strangers may have: in all, and from one address.

Everything that is open takes a file descriptor, and whoever takes the last one has stopped the site. So sockets and
HTTP connections get shares of what the operating system gives the process, and the rest is for requests' database
connections, files and what comes.
"""

import resource
from collections import Counter
from dataclasses import dataclass

from django.conf import settings

from live.client_address import network

# Files and libraries, the hub's database connections, Redis.
RESERVED_DESCRIPTORS = 64
# A database connection (SQLite: two or three files) and a file of its own.
DESCRIPTORS_PER_REQUEST = 4
# More threads at the same time do not make one Python process quicker.
MAX_REQUESTS = 40
MAX_HTTP_CONNECTIONS = 2000
# About 400 MB of memory; more viewers are a matter of more processes.
MAX_SOCKETS = 20_000
# Where the operating system sets no limit.
UNLIMITED_DESCRIPTORS = 1 << 20
# An office behind one address: some hundred people with some pages each.
MAX_SOCKETS_PER_ADDRESS = 1500


@dataclass(frozen=True, slots=True)
class Capacity:
    """What fits into a number of file descriptors: requests that are handled at the same time, HTTP connections (twice
    as many while these are being refused), and WebSockets.
    """

    requests: int
    http_connections: int
    sockets: int

    @classmethod
    def of(cls, descriptors: int) -> "Capacity":
        requests = max(min(MAX_REQUESTS, descriptors // 16), 2)
        rest = max(descriptors - RESERVED_DESCRIPTORS - DESCRIPTORS_PER_REQUEST * requests, 16)
        http_connections = min(MAX_HTTP_CONNECTIONS, rest // 8)
        return cls(requests, http_connections, min(MAX_SOCKETS, rest - 2 * http_connections))


def raise_descriptor_limit() -> int:
    """Let this process open as many files as it may; how many that are."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    limit = UNLIMITED_DESCRIPTORS if hard == resource.RLIM_INFINITY else hard
    if soft == resource.RLIM_INFINITY:
        return limit
    if soft < limit:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
        except (OSError, ValueError):  # macOS has a limit below its hard one
            return soft
    return max(soft, limit)


class Sockets:
    """The open WebSockets of this process, counted for each client."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.limit_per_address: int = getattr(settings, "LIVE_MAX_SOCKETS_PER_ADDRESS", MAX_SOCKETS_PER_ADDRESS)
        self._open = 0
        self._of: Counter[str] = Counter()

    def exceeded(self, address: str) -> str | None:
        """The limit that one more socket from there would exceed: ``sockets`` or ``address``."""
        if self._open >= self.limit:
            return "sockets"
        return "address" if self._of[network(address)] >= self.limit_per_address else None

    def add(self, address: str) -> None:
        self._open += 1
        self._of[network(address)] += 1

    def remove(self, address: str) -> None:
        key = network(address)
        self._open -= 1
        self._of[key] -= 1
        if self._of[key] <= 0:
            del self._of[key]
