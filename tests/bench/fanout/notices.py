"""Says things to everyone from a process of its own, as a command does it: with the database and Redis in between."""

import http.client
import os
import re
import subprocess
import sys
import time
from itertools import count

from client import Arrivals, Viewers
from servers import HOST, ROOT, Running

ARRIVE = 30.0
# Prints a session of the admin's, then says each line that it is given. Below ``notify``: its limit of notices to
# everyone a minute is not what is measured.
SPEAK = """
import sys
import manage, django
django.setup()
from django.contrib.auth import get_user_model
from django.test import Client
from live.notices import everyone, send
client = Client()
client.force_login(get_user_model().objects.filter(is_superuser=True).first())
print(client.session.session_key, flush=True)
for line in sys.stdin:
    send(everyone, "info", line.strip())
"""


class Speaker:
    """A process that speaks to everyone on a server's pages."""

    _numbers = count(10_000)

    def __init__(self, server: Running) -> None:
        self.made = 0
        self._port = server.port
        self._process = subprocess.Popen(
            [sys.executable, "-c", SPEAK],
            cwd=ROOT,
            env={**os.environ, **server.env},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self._session = self._process.stdout.readline().strip()
        if not self._session:
            raise RuntimeError("the process that speaks did not start")

    def update(self, viewers: Viewers) -> tuple[float, Arrivals]:
        """One notice, and all viewers having it: seconds, and who. ``RuntimeError`` if one of them does not."""
        text = f"Broadcast number {next(self._numbers)}"
        started = time.perf_counter()
        assert self._process.stdin is not None
        self._process.stdin.write(text + "\n")
        self._process.stdin.flush()
        self.made += 1
        arrivals = viewers.wait_for(text.encode(), ARRIVE)
        if not arrivals.complete or arrivals.of < viewers.count:
            raise RuntimeError(f"{arrivals.got} of {viewers.count} viewers got the notice; {viewers.endings()}")
        return arrivals.last_at - started, arrivals

    def renders(self, *, close: bool = False) -> float:
        """How many notices the server has rendered so far."""
        connection = http.client.HTTPConnection(HOST, self._port, timeout=ARRIVE)
        connection.request("GET", "/live/metrics", headers={"Cookie": f"sessionid={self._session}"})
        text = connection.getresponse().read().decode()
        connection.close()
        if close:
            self.close()
        found = re.search(r'^live_renders_total\{fragment="live_notices\.notices"\} (\S+)$', text, re.MULTILINE)
        return float(found[1]) if found else 0.0

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(ARRIVE)
