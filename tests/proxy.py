"""A proxy between a page and its server: it breaks the network in the ways in which networks break.

It passes TCP on as it comes, on a port of its own, to any server, and knows of HTTP only so much as it needs to refuse
an upgrade and to cut off a response. Each fault lasts until ``mend``.
"""

import contextlib
import selectors
import socket
import threading
from dataclasses import dataclass, field

REFUSAL = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@dataclass(eq=False)
class Pair:
    """A client's connection and the one that goes on to the server."""

    client: socket.socket
    server: socket.socket
    # What the client has sent; only its beginning.
    request: bytes = b""
    # Nothing passes any more, in either direction, and nobody is told.
    is_swallowed: bool = False
    # What one of them has not taken yet. Until it has, nothing more is read for it.
    waiting: dict[socket.socket, bytes] = field(default_factory=dict)


@dataclass
class Proxy:
    """``with Proxy(site.port) as proxy``: listens on ``proxy.port``."""

    target: int
    pairs: set[Pair] = field(default_factory=set)
    # How many connections it has taken, and how many asked for an upgrade.
    connections: int = 0
    upgrades: int = 0

    def __post_init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=4096)
        self.port: int = self._listener.getsockname()[1]
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._lock = threading.RLock()
        self._mode = "pass"
        self._cut_at: bytes | None = None
        # How many bytes still go to clients before their connections are cut.
        self._bytes_left: int | None = None
        self._is_closed = False
        self._thread = threading.Thread(target=self._run, name="proxy", daemon=True)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> "Proxy":
        return self.start()

    def __exit__(self, *error: object) -> None:
        self.stop()

    def start(self) -> "Proxy":
        self._thread.start()
        return self

    def stop(self) -> None:
        self._is_closed = True
        self._thread.join(10)
        for pair in tuple(self.pairs):
            self._end(pair)
        self._listener.close()
        self._selector.close()

    # Faults

    def pause(self) -> None:
        """Hold everything, as a network that is away for a while: after ``mend`` all of it arrives."""
        self._set("pause")

    def swallow(self) -> None:
        """Lose everything, without a word: what is open now stays open at both ends and dead for ever, and so does what
        is opened meanwhile."""
        with self._lock:
            self._mode = "swallow"
            for pair in self.pairs:
                pair.is_swallowed = True

    def swallow_open(self) -> None:
        """Lose what goes over the connections that are open now; new ones pass. A half-open connection."""
        with self._lock:
            for pair in self.pairs:
                pair.is_swallowed = True

    def refuse(self) -> None:
        """Take no connection, as a server that is not there."""
        self._set("refuse")

    def refuse_upgrades(self) -> None:
        """Answer each WebSocket handshake with 403, as a proxy that blocks them."""
        self._set("refuse upgrades")

    def hang_upgrades(self) -> None:
        """Never answer a WebSocket handshake."""
        self._set("hang upgrades")

    def cut(self) -> None:
        """Reset all connections that are open now."""
        with self._lock:
            for pair in tuple(self.pairs):
                self._end(pair, reset=True)

    def cut_after(self, count: int) -> None:
        """Reset the connections to which more goes, once ``count`` bytes have gone to clients: inside a frame."""
        with self._lock:
            self._bytes_left = count

    def cut_responses(self, method_and_path: str) -> None:
        """Pass requests that begin so, and reset their connections when the server has responded."""
        with self._lock:
            self._cut_at = method_and_path.encode()

    def mend(self) -> None:
        """Be a network again. What was swallowed stays so."""
        self._cut_at = None
        self._set("pass")

    def _set(self, mode: str) -> None:
        with self._lock:
            self._mode = mode

    # Passing on

    def _run(self) -> None:
        while not self._is_closed:
            events = self._selector.select(0.05)
            with self._lock:
                for key, ready in events:
                    if key.fileobj is self._listener:
                        self._accept()
                    elif key.data[0] not in self.pairs or self._holds(key.data[0]):
                        continue
                    elif ready & selectors.EVENT_WRITE:
                        self._send(key.data[0], key.data[1], b"")
                    else:
                        self._pass(*key.data)
            if self._mode == "pause" and events:
                threading.Event().wait(0.02)  # what is held back stays readable

    def _holds(self, pair: Pair) -> bool:
        return self._mode == "pause" and not pair.is_swallowed

    def _accept(self) -> None:
        client, _ = self._listener.accept()
        self.connections += 1
        if self._mode == "refuse":
            _reset(client)
            return
        try:
            server = socket.create_connection(("127.0.0.1", self.target), timeout=5)
        except OSError:
            _reset(client)
            return
        pair = Pair(client, server, is_swallowed=self._mode == "swallow")
        self.pairs.add(pair)
        for this in (client, server):
            this.setblocking(False)
        self._watch(pair)

    def _pass(self, pair: Pair, this: socket.socket, other: socket.socket) -> None:
        try:
            data = this.recv(65536)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if pair.is_swallowed:
            if not data:
                self._selector.unregister(this)
            return
        if not data:
            self._end(pair)
        elif this is pair.server and self._is_cut(pair):
            self._end(pair, reset=True)
        elif this is pair.server and self._bytes_left is not None:
            data, self._bytes_left = data[: self._bytes_left], self._bytes_left - len(data)
            self._send(pair, other, data)
            if self._bytes_left <= 0:
                self._bytes_left = None
                self._end(pair)
        elif this is pair.client and self._is_upgrade(pair, data):
            self._handle_upgrade(pair, data)
        else:
            self._send(pair, other, data)

    def _is_cut(self, pair: Pair) -> bool:
        return self._cut_at is not None and pair.request.startswith(self._cut_at)

    def _is_upgrade(self, pair: Pair, data: bytes) -> bool:
        if data[:5] in {b"GET /", b"POST "}:  # a connection that is kept open: the next request
            pair.request = b""
        pair.request = (pair.request + data)[:4096]
        return b"upgrade: websocket" in data.lower()

    def _handle_upgrade(self, pair: Pair, data: bytes) -> None:
        self.upgrades += 1
        if self._mode == "refuse upgrades":
            with contextlib.suppress(OSError):
                pair.client.sendall(REFUSAL)
            self._end(pair)
        elif self._mode == "hang upgrades":
            pair.is_swallowed = True
        else:
            self._send(pair, pair.server, data)

    def _send(self, pair: Pair, to: socket.socket, data: bytes) -> None:
        """Pass on what ``to`` takes now. The rest waits, and whoever sends to it is not read meanwhile."""
        has_waited = to in pair.waiting
        data = pair.waiting.pop(to, b"") + data
        try:
            data = data[to.send(data) :]
        except BlockingIOError:
            pass
        except OSError:
            self._end(pair)
            return
        if data:
            pair.waiting[to] = data
        if has_waited or data:
            self._watch(pair)

    def _watch(self, pair: Pair) -> None:
        """Wait for what each of the two can do next."""
        for this, other in ((pair.client, pair.server), (pair.server, pair.client)):
            events = selectors.EVENT_WRITE if this in pair.waiting else 0
            events |= 0 if other in pair.waiting else selectors.EVENT_READ
            with contextlib.suppress(KeyError):
                self._selector.unregister(this)
            if events:
                self._selector.register(this, events, (pair, this, other))

    def _end(self, pair: Pair, *, reset: bool = False) -> None:
        self.pairs.discard(pair)
        for each in (pair.client, pair.server):
            with contextlib.suppress(KeyError, ValueError):
                self._selector.unregister(each)
        if reset:
            _reset(pair.client)
        for each in (pair.client, pair.server):
            each.close()


def _reset(client: socket.socket) -> None:
    """Close with a TCP reset."""
    with contextlib.suppress(OSError):
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        client.close()
