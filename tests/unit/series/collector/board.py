"""A real HTTP server that answers as it is told, for the tests of the collector."""

import json
import threading
from collections.abc import Callable
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

DEADLINE = 30


class Board(ThreadingHTTPServer):
    """Keeps what it got; gives the ``answers`` in turn, and 200 after the last one."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}/api/points"
        # Status, headers and body; None closes the connection without an answer.
        self.answers: list[tuple[int, dict[str, str], Any] | None] = []
        self.bodies: list[bytes] = []
        self.headers: list[dict[str, str]] = []
        self.peers: set[object] = set()
        self.hangs = False
        self.changed = threading.Condition()

    def wait_for(self, what: Callable[[], bool], expected: str) -> None:
        """Wait until it is so; fails with what was expected when the deadline has passed."""
        with self.changed:
            assert self.changed.wait_for(what, timeout=DEADLINE), f"expected {expected}; got {self.bodies}"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Board

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        board = self.server
        with board.changed:
            board.bodies.append(body)
            board.headers.append({**self.headers, "path": self.path})
            board.peers.add(self.client_address)
            answer = board.answers.pop(0) if board.answers else (200, {}, {"accepted": 1})
            board.changed.notify_all()
        if board.hangs:
            self.connection.recv(1)  # until the sender gives up
        if board.hangs or answer is None:
            self.close_connection = True
            return
        status, headers, content = answer
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(data))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args: object) -> None:
        """Nothing: a test's output is its own."""


@contextmanager
def running_board():
    """A board that serves until the block ends."""
    with Board() as board:
        thread = threading.Thread(target=board.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield board
        finally:
            board.shutdown()
            thread.join()
