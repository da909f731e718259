"""Processes that tell each other what has changed, driven from a test."""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from queue import Queue
from typing import Any

from tests.servers import ROOT
from tests.waiting import DEADLINE, until

ENDED = "ended"


class Peer:
    """One process; see ``peer``."""

    def __init__(self, folder: Path, name: str, servers: dict[str, Any], *arguments: str) -> None:
        self.log = folder / f"{name}.log"
        env = {
            **os.environ,
            **servers.get("env", {}),
            "DJANGO_SETTINGS_MODULE": "tests.hints.settings",
            "HINTS": json.dumps(servers),
        }
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.hints.peer", *arguments],
                cwd=ROOT,
                env=env,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        # What it has heard of others, and of itself, in order.
        self.heard: list[Any] = []
        self.local: list[str] = []
        self._answers: Queue[Any] = Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                event = json.loads(line)
                if "heard" in event:
                    self.heard.append(event["heard"])
                elif "local" in event:
                    self.local += event["local"]
                else:
                    self._answers.put(event["done"])
        self._answers.put(ENDED)

    def do(self, action: str, **arguments: Any) -> Any:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"do": action, **arguments}) + "\n")
        self.process.stdin.flush()
        answer = self._answers.get(timeout=2 * DEADLINE)
        assert answer != ENDED, f"it ended: {self.log.read_text()}"
        return answer

    def change(self, *ids: str, how: str = "committed") -> None:
        self.do("change", ids=list(ids), how=how)

    @property
    def is_hearing(self) -> bool:
        return bool(self.do("state")["is_hearing"])

    def knows(self, *ids: str, since: int = 0) -> bool:
        """Whether it was told of these, or of everything, after the first so many times that it heard something."""
        heard = self.heard[since:]
        return "*" in heard or {id for each in heard for id in each} >= set(ids)

    def pinged(self, times: int = 2) -> None:
        """Wait until it has heard itself so many times: what was sent before has arrived."""
        before = self.do("pings")
        until(lambda: self.do("pings") >= before + times, "pings that are heard")

    def end(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        assert self.process.wait(DEADLINE) == 0, self.log.read_text()
        self._reader.join(DEADLINE)
