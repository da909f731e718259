"""Many open pages without a browser, each of which comes back by itself, as the page's script does.

crowd = Crowd()
crowd.open(site, "/boards/this-week/", 300)
...                       # whatever may happen
crowd.is_true()           # every page equals itself freshly loaded, within 5 seconds
crowd.close()
"""

import asyncio
import json
import random
import re
import sys
import urllib.error
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage

from tests import document
from tests.background import Background
from tests.servers import Session, Site
from tests.waiting import DEADLINE, PROMISED, until

# What the page's script does, in seconds: how long it waits for a handshake and for a sign of life, how long at most
# before it tries again, and how often it reports.
HANDSHAKE_SECONDS, SILENCE_SECONDS, MAX_DELAY_SECONDS, REPORT_SECONDS = 2.0, 5.0, 2.0, 20.0
# Those of close codes after which it does not come back, and after which it loads the page anew.
ENDED, GONE = (4401, 4403), 4205


@dataclass(eq=False)
class Page:
    """One page: its HTML, and how its socket is."""

    site: Site
    path: str
    session: Session
    html: str
    # Where its sockets go, if not to the server itself.
    port: int
    state: str = "connecting"
    # How often each fragment and notice has come, the codes with which its sockets ended, and the frames.
    notices: Counter[str] = field(default_factory=Counter)
    codes: list[int] = field(default_factory=list)
    frames: int = 0
    socket: ClientConnection | None = None
    # While it is cleared the page does not run: it reads nothing, and has no timers.
    runs: asyncio.Event = field(default_factory=asyncio.Event)

    def report(self) -> str:
        token = document.TOKEN.search(self.html)
        assert token is not None
        return json.dumps({"page": token[1], "shown": document.shown(self.html), "HEADERS": {}})

    def take(self, frame: str) -> None:
        self.frames += 1
        self.notices.update(document.items(frame))
        self.html = document.swap(self.html, frame)
        if "live-heartbeat" in frame:
            self.state = "database away" if "data-database-away" in frame else "live"

    async def live(self) -> None:
        """Be connected, or on the way to it, until the page ends or this task is cancelled."""
        tries = 0
        while self.state != "ended":
            was = self.frames
            await self.runs.wait()
            code = await self._be_connected()
            self.codes.append(code)
            self.state = "ended" if code in ENDED else "reconnecting"
            tries = 0 if self.frames > was else tries + 1
            await asyncio.sleep(random.random() * min(MAX_DELAY_SECONDS, 2**tries))
            if code == GONE:
                await self._load()

    async def _load(self) -> None:
        """Load the page anew, unless that fails too."""
        try:
            answer = await asyncio.to_thread(self.session.get, self.path)
        except OSError:
            return
        if answer.status == 200:
            self.html = answer.text

    async def _be_connected(self) -> int:
        """One socket, from its beginning to its end; the code."""
        cookie = self.session.cookie("sessionid")
        try:
            async with connect(
                f"ws://127.0.0.1:{self.port}/live/socket",
                origin=f"http://127.0.0.1:{self.port}",  # type: ignore[arg-type]
                additional_headers={"Cookie": f"sessionid={cookie}"} if cookie else {},
                open_timeout=HANDSHAKE_SECONDS,
                close_timeout=0.5,
                ping_interval=None,
                compression=None,
                max_size=None,
                proxy=None,
            ) as socket:
                self.socket = socket
                reports = asyncio.create_task(self._report(socket))
                try:
                    while True:
                        await self.runs.wait()
                        async with asyncio.timeout(SILENCE_SECONDS):
                            frame = await socket.recv()
                        await self.runs.wait()
                        assert isinstance(frame, str)
                        self.take(frame)
                finally:
                    reports.cancel()
                    if not socket.close_code:  # who is silent is not waited for
                        socket.transport.abort()
        except ConnectionClosed as error:
            return error.rcvd.code if error.rcvd else 1006
        except (OSError, TimeoutError, InvalidHandshake, InvalidMessage):
            return 1006

    async def _report(self, socket: ClientConnection) -> None:
        try:
            while True:
                await socket.send(self.report())
                await asyncio.sleep(REPORT_SECONDS)
                await self.runs.wait()
        except ConnectionClosed:
            pass


class Crowd:
    """Pages, in a thread of their own."""

    def __init__(self) -> None:
        self.pages: list[Page] = []
        self._background = Background()
        self._tasks: dict[Page, asyncio.Task[None]] = {}

    def open(
        self, site: Site, path: str, count: int = 1, *, session: Session | None = None, port: int | None = None
    ) -> list[Page]:
        """So many pages, loaded once; wait until all are live. ``port`` is where their sockets go, as to a proxy."""
        session = session or site.browse()
        answer = session.get(path)
        assert answer.status == 200, f"{path} answers {answer.status}"
        new = [Page(site, path, session, answer.text, port or site.port) for _ in range(count)]
        self._background.run(self._start(new))
        until(
            lambda: all(page.state == "live" for page in new),
            lambda: f"{count} live pages; {Counter(page.state for page in new)}",
            DEADLINE + count / 20,
        )
        return new

    async def _start(self, pages: list[Page]) -> None:
        for page in pages:
            page.runs.set()
            self.pages.append(page)
            self._tasks[page] = asyncio.create_task(page.live())

    def stop(self, *pages: Page) -> None:
        """These do not run, as a process that is stopped: nothing is read, and no time passes for them."""
        self._background.run(self._for_each(pages, lambda page: page.runs.clear()))

    def go_on(self, *pages: Page) -> None:
        """These run again."""
        self._background.run(self._for_each(pages, lambda page: page.runs.set()))

    def cut(self, *pages: Page) -> None:
        """End their sockets without a word."""
        self._background.run(self._for_each(pages, lambda page: page.socket and page.socket.transport.abort()))

    def leave(self, *pages: Page) -> None:
        """Close these pages."""
        self._background.run(self._leave(pages))

    async def _for_each(self, pages: tuple[Page, ...], act: Any) -> None:
        for page in pages:
            act(page)

    async def _leave(self, pages: tuple[Page, ...]) -> None:
        tasks = [self._tasks.pop(page) for page in pages]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self.pages = [page for page in self.pages if page not in pages]

    def close(self) -> None:
        self.leave(*self.pages)
        self._background.close()

    # What is asserted

    def is_true(self, what: str = "", seconds: float = PROMISED) -> None:
        """Every page comes to equal itself freshly loaded, fragment by fragment."""
        found: list[str] = []

        def differs() -> bool:
            found[:] = self.differences()
            return bool(found)

        until(lambda: not differs(), lambda: f"{what}: every page equals itself; {found}", seconds)

    def differences(self) -> list[str]:
        """What is not on the pages as it would be if they were loaded now, in words."""
        found: Counter[str] = Counter()
        fresh: dict[tuple[str, str, Session], dict[str, str] | str] = {}
        for page in self.pages:
            source = page.site.address, page.path, page.session
            if source not in fresh:
                fresh[source] = load(page)
            there = fresh[source]
            if isinstance(there, str):
                found[f"{page.path}: {there}"] += 1
            elif (here := document.fragments(page.html)) != there:
                ids = sorted(id for id in here.keys() | there.keys() if here.get(id) != there.get(id))
                first = difference(here.get(ids[0], ""), there.get(ids[0], ""))
                found[f"{page.path} ({page.state}, {page.codes[-3:]}): {', '.join(ids)}: {first}"] += 1
            elif page.state != "live":
                found[f"{page.path} is {page.state} ({page.codes[-3:]})"] += 1
        return [f"{count} of {words}" for words, count in found.items()]


def difference(here: str, there: str) -> str:
    """What two texts have each at the first place where they differ, apart from the versions."""
    here, there = (re.sub(' data-version="[^"]*"', "", text) for text in (here, there))
    at = next((at for at, (a, b) in enumerate(zip(here, there, strict=False)) if a != b), min(len(here), len(there)))
    return f"{here[max(at - 60, 0) : at + 80]!r}, and should be {there[max(at - 60, 0) : at + 80]!r}"


def load(page: Page) -> dict[str, str] | str:
    """What the page would show now, or why that is not known."""
    try:
        answer = page.session.get(page.path)
    except (OSError, urllib.error.URLError) as error:
        return f"cannot be loaded: {error}"
    return document.fragments(answer.text) if answer.status == 200 else f"answers {answer.status}"


def main() -> None:
    """A crowd in a process of its own, which a test may stop: ``python -m tests.crowd PORT PATH COUNT``.

    After each line that it reads it says what differs, as JSON; it ends with its input.
    """
    port, path, count = sys.argv[1:]
    crowd = Crowd()
    crowd.open(Site(Path.cwd(), port=int(port)), path, int(count))
    print("live", flush=True)
    for _ in sys.stdin:
        print(json.dumps(crowd.differences()), flush=True)
    crowd.close()


if __name__ == "__main__":
    main()
