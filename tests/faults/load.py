"""What goes on while servers come and go: points are sent and pages are loaded, and each request must succeed."""

import http.client
import itertools
import json
import select
import threading
from collections.abc import Callable
from typing import Any

from tests.servers import Site
from tests.waiting import DEADLINE, until

# Between two requests of one client.
PAUSE_SECONDS = 0.05


def is_closed(connection: http.client.HTTPConnection) -> bool:
    """Whether the server has closed one on which nothing is under way."""
    return bool(select.select([connection.sock], [], [], 0)[0])


class Load:
    """Some clients of the address of ``site``, each in a thread, from ``start`` to ``stop``."""

    def __init__(self, site: Site, path: str) -> None:
        self.site, self.path = site, path
        self.acknowledged: list[int] = []
        self.loaded = 0
        self.failed: list[str] = []
        self._values = itertools.count(20_001)
        self._is_over = threading.Event()
        acts: list[Callable[[], None]] = [self._post, self._post, self._load, self._load, self._post_on_one_connection]
        self._threads = [threading.Thread(target=self._repeat, args=[act], daemon=True) for act in acts]

    def start(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def stop(self) -> None:
        """End it, if it has begun. Nothing has failed."""
        self._is_over.set()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(DEADLINE)
                assert not thread.is_alive(), "a request got no answer"
        assert self.failed == []

    def goes_on(self) -> None:
        """Wait for some more of each kind."""
        posted, loaded = len(self.acknowledged), self.loaded
        until(lambda: len(self.acknowledged) > posted + 10 and self.loaded > loaded + 5, "requests that succeed")

    def _repeat(self, act: Callable[[], None]) -> None:
        while not self._is_over.wait(PAUSE_SECONDS):
            try:
                act()
            except (OSError, http.client.HTTPException) as error:
                self.failed.append(f"{act.__name__}: {error!r}")

    def _load(self) -> None:
        answer = self.site.http("GET", self.path)
        if answer.status == 200:
            self.loaded += 1
        else:
            self.failed.append(f"{self.path}: {answer.status} {answer.text[:200]}")

    def _post(self) -> None:
        connection = self._connection()
        try:
            self._post_over(connection)
        finally:
            connection.close()

    def _post_on_one_connection(self) -> None:
        """Until the server says that it closes it, with a response; or has closed it while nothing was sent for long,
        as every library looks for before it sends."""
        connection = self._connection()
        try:
            is_kept = self._post_over(connection)
            while is_kept and not self._is_over.wait(PAUSE_SECONDS) and not is_closed(connection):
                is_kept = self._post_over(connection)
        finally:
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=60)

    def _post_over(self, connection: http.client.HTTPConnection) -> bool:
        """Whether the connection is good for another one."""
        value = next(self._values)
        content: dict[str, Any] = {"series": "load", "value": value, "time": value}
        headers = {"Authorization": f"Bearer {self.site.token}", "Content-Type": "application/json"}
        connection.request("POST", "/api/points", json.dumps(content).encode(), headers)
        response = connection.getresponse()
        text = response.read().decode()
        if response.status == 200:
            self.acknowledged.append(value)
        else:
            self.failed.append(f"{value}: {response.status} {text[:200]}")
        return not response.will_close
