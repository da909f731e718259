"""A network between two programs that can be broken: TCP through a port of our own."""

import socket
import threading
from dataclasses import dataclass, field

from tests.servers import free_port


@dataclass
class Link:
    """One connection through the proxy."""

    client: socket.socket
    server: socket.socket
    is_swallowed: bool = False

    def pump(self, source: socket.socket, target: socket.socket) -> None:
        try:
            while data := source.recv(65536):
                if not self.is_swallowed:
                    target.sendall(data)
            if self.is_swallowed:  # the end of a connection is lost as well
                return
            target.shutdown(socket.SHUT_WR)
        except OSError:
            self.close()

    def close(self) -> None:
        for end in (self.client, self.server):
            end.close()


@dataclass
class Proxy:
    """Passes connections to ``target`` on."""

    target: int
    port: int = field(default_factory=free_port)
    links: list[Link] = field(default_factory=list)

    def start(self) -> "Proxy":
        self._listening = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                client.close()
                continue
            link = Link(client, server)
            self.links.append(link)
            for ends in ((client, server), (server, client)):
                threading.Thread(target=link.pump, args=ends, daemon=True).start()

    def swallow(self) -> None:
        """Nothing more passes through the connections that there are; they stay open. New ones are as ever."""
        for link in self.links:
            link.is_swallowed = True

    def stop(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for link in self.links:
            link.close()
