"""The two pages, with 12 charts of 12 points each, and who pushes to them: a board of ours, and Vue 3 with Chart.js."""

import asyncio
import json
import math
import threading
from http import HTTPStatus
from pathlib import Path
from typing import Any, Protocol

from websockets.asyncio.server import ServerConnection, broadcast, serve
from websockets.datastructures import Headers
from websockets.http11 import Request, Response

from tests.servers import ROOT, Site, free_port

CHARTS, POINTS, MINUTES_APART = 12, 12, 5
VIEWPORT: Any = {"width": 1280, "height": 1300}
BOARD = "bench-browser"
MODULES = ROOT / ".venv/npm-browser/node_modules"
FILES = {
    "/vue.js": MODULES / "vue/dist/vue.global.prod.js",
    "/chart.js": MODULES / "chart.js/dist/chart.umd.min.js",
    "/": Path(__file__).with_name("rival.html"),
}
TYPES = {".js": "text/javascript", ".html": "text/html; charset=utf-8"}


def values(tick: int) -> list[list[float]]:
    """For each chart its points: a wave that goes on, so that all of them change with each tick."""
    return [
        [round(50 + 40 * math.sin((tick + point) / 3 + chart), 1) for point in range(POINTS)] for chart in range(CHARTS)
    ]


class Source(Protocol):
    """A page, and what changes all of its charts."""

    @property
    def url(self) -> str: ...

    # Selectors: of a page that is live, and of its charts.
    ready: str
    charts: str
    # What a message to the page has for each time that all charts are in it, and how often.
    mark: str
    marks: int

    def push(self, tick: int) -> None:
        """Change all of them."""


class Board:
    """A board of ours, to which points are sent over the API: a new value for each of the last hour's."""

    ready, charts = "html[data-live=live]", "figure.chart"
    mark, marks = '<figure id="boards-panel-', CHARTS

    def __init__(self, site: Site) -> None:
        self._site = site
        self.url = f"{site.address}/boards/{BOARD}/"

    def prepare(self) -> None:
        """Make the board, before the server starts."""
        self._site.shell(
            "from boards.models import Board, Panel, PanelSeries; from series.models import Series\n"
            "from datetime import timedelta; from django.utils import timezone\n"
            "from series.samples import Sample; from series.storage.write import write\n"
            f"board = Board.objects.create(title='Twelve', slug='{BOARD}', view_by='public', range='1h')\n"
            "now = timezone.now().replace(second=0, microsecond=0)\n"
            f"for n in range({CHARTS}):\n"
            "    name = f'bench.browser.{n}'\n"
            f"    write([Sample(name, {{}}, now - timedelta(minutes={MINUTES_APART} * k), 50.0)"
            f" for k in range({POINTS})])\n"
            f"    Series.objects.filter(name=name).update(expected_interval={60 * MINUTES_APART})\n"
            "    panel = Panel.objects.create(board=board, title=f'Chart {n}', kind='line', position=n, width=3)\n"
            "    PanelSeries.objects.create(panel=panel, series=Series.objects.get(name=name), label='value')\n"
            "print(int(now.timestamp()))"
        )
        self._newest = int(
            self._site.shell(
                "from series.models import Series; from series.storage.query import newest_of\n"
                "pk = Series.objects.get(name='bench.browser.0').pk; print(newest_of({pk})[pk].time)"
            ).split()[-1]
        )

    def push(self, tick: int) -> None:
        newest = self._newest // 1_000_000
        times = [newest - 60 * MINUTES_APART * (POINTS - 1 - point) for point in range(POINTS)]
        answer = self._site.send(
            *(
                {"series": f"bench.browser.{chart}", "value": value, "time": time}
                for chart, points in enumerate(values(tick))
                for time, value in zip(times, points, strict=True)
            )
        )
        assert answer.status == 200, answer.text


class Rival:
    """Vue 3 and Chart.js from npm, from a server of their own: the same values, as JSON."""

    ready, charts = "html[data-live=live]", "canvas"
    mark, marks = "[[", 1

    def __init__(self, *, animated: bool) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/{'?animated' if animated else ''}"
        self._loop = asyncio.new_event_loop()
        self._connections: set[ServerConnection] = set()
        self._end = asyncio.Event()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(),), daemon=True)

    def start(self) -> "Rival":
        self._thread.start()
        return self

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(10)

    def push(self, tick: int) -> None:
        self._loop.call_soon_threadsafe(broadcast, self._connections, json.dumps(values(tick)))

    async def _serve(self) -> None:
        async with serve(self._stay, "127.0.0.1", self.port, process_request=_file):
            await self._end.wait()

    async def _stay(self, connection: ServerConnection) -> None:
        self._connections.add(connection)
        try:
            await connection.wait_closed()
        finally:
            self._connections.discard(connection)


def _file(connection: ServerConnection, request: Request) -> Response | None:
    path = request.path.partition("?")[0]
    if path == "/socket":
        return None
    if path not in FILES:
        return connection.respond(HTTPStatus.NOT_FOUND, "")
    file = FILES[path]
    headers = Headers({"Content-Type": TYPES[file.suffix], "Connection": "close"})
    body = file.read_bytes()
    headers["Content-Length"] = str(len(body))
    return Response(200, "OK", headers, body)
