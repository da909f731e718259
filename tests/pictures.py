"""Make the pictures of README in docs/: ``make pictures``, after a change of how the product looks.

A real site and a real browser, with numbers that are the same each time, at ten past three on the last Thursday by the
server's clock. ``board-light.png`` and ``board-dark.png`` are a board; ``thirty-seconds.png`` moves (APNG): the journey
of ``tests/browser/test_thirty_seconds.py``, as somebody sees it who has a terminal below the browser.
"""

import json
import math
import random
import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw
from playwright.sync_api import Browser, BrowserContext, FloatRect, Locator, Page, expect, sync_playwright

from tests.browser.people import EMPTY
from tests.servers import ROOT, Site, libfaketime

DOCS = ROOT / "docs"
THURSDAY = 3
# What people see in the address bar, and in the commands that pages show.
ADDRESS = "http://127.0.0.1:8000"
# Of the browser in CSS pixels, of the terminal below it, and of both in the picture.
WIDTH, HEIGHT, TERMINAL_HEIGHT, PICTURE_WIDTH = 1120, 640, 92, 900
SCALE = PICTURE_WIDTH / WIDTH
MAX_BYTES = 1_500_000
POINT_SECONDS = 1200
TERMINAL = f"""<style>body {{ margin: 0; height: {TERMINAL_HEIGHT}px; background: #12161d; }}
pre {{ margin: 0; padding: 11px 24px; font: 15px/23px "DejaVu Sans Mono", monospace; color: #e8edf4; }}
</style><pre></pre>"""
CURL = """curl --json '{"series": "orders", "value": 12}' -H "Authorization: Bearer $TOKEN" \\
     http://127.0.0.1:8000/api/points"""
CURL_MORE = """curl --json @yesterday.json -H "Authorization: Bearer $TOKEN" http://127.0.0.1:8000/api/points"""
OPERATIONS = """
import math, random
from datetime import timedelta
from django.utils import timezone
from boards.models import Board, Panel, PanelSeries
from series.models import Series
from series.samples import Sample, identity_of
from series.storage.write import write
now, dice, DAY = timezone.now(), random.Random(3), 86400.0
def series(name, values, minutes_ago=0, **tags):
    start = now - timedelta(minutes=minutes_ago, seconds=1200 * (len(values) - 1))
    write(Sample(name, tags, start + timedelta(seconds=1200 * n), value) for n, value in enumerate(values))
    return Series.objects.get(identity=identity_of(name, tags))
def day(low, high, last=None):
    noise, values = 0.5, []
    for n in range(73):
        noise = min(max(noise + dice.uniform(-0.12, 0.12), 0), 1)
        values.append(round(low + (high - low) * (0.5 * (0.5 + 0.5 * math.sin(n / 11.5)) + 0.5 * noise)))
    if last:
        values[-9:] = [round(value + (last - value) * n / 8) for n, value in enumerate(values[-9:])]
    return values
board = Board.objects.create(title="Operations", slug="operations", view_by="public", range="24h")
def panel(title, kind, width, height, lines, **options):
    at = {"position": board.panels.count(), "width": width, "height": height}
    made = Panel.objects.create(board=board, title=title, kind=kind, options={"window": DAY, **options}, **at)
    for position, (label, one) in enumerate(lines.items()):
        PanelSeries.objects.create(panel=made, series=one, label=label, position=position)
errors = [round(1.3 + dice.uniform(-0.1, 0.1), 2) for _ in range(51)]
errors += [round(1.3 + n * 2.9 / 21, 2) for n in range(22)]
latency = {"p50": day(100, 180), "p95": day(230, 420), "p99": day(380, 560, 468)}
panel("Sign-ups today", "stat", 3, 2, {"": series("signups", day(900, 1290, 1284))}, good="up")
panel("Error rate", "stat", 3, 2, {"": series("errors", errors)}, unit="%", good="down", warn_at=2.0, bad_at=4.0)
lines = {name: series("latency", values, q=name) for name, values in latency.items()}
panel("p99 latency", "stat", 3, 2, {"": lines["p99"]}, unit="ms", good="down", warn_at=400.0, bad_at=500.0)
states = {"API": [1], "Payments": [0], "Search": [1], "Backup": [1]}
up = {name: series("up", [1] * 70 + 3 * last, 15 * (name == "Backup"), of=name) for name, last in states.items()}
panel("Services", "status", 3, 2, up, states="1 = OK, ok\\n0 = Critical, bad")
panel("Latency", "line", 8, 4, lines, unit="ms", minimum=0.0, bad_at=500.0)
countries = {"Germany": 12480, "France": 9120, "Spain": 6310, "Italy": 5870, "Poland": 3020, "Others": 2110}
revenue = {name: series("revenue", [value], country=name) for name, value in countries.items()}
panel("Revenue by country", "bar", 4, 4, revenue, unit="EUR", x_axis="names", horizontal=True)
traffic = {"In": series("traffic.in", day(200, 620)), "Out": series("traffic.out", day(90, 300))}
panel("Traffic", "area", 6, 4, traffic, unit="Mbit/s", mirrored=True)
panel("Queue", "line", 6, 4, {"waiting": series("queue", day(20, 110), 15)}, unit="jobs", minimum=0.0)
Series.objects.update(expected_interval=3600)
Series.objects.filter(name="queue").update(expected_interval=300)
Series.objects.filter(identity=identity_of("up", {"of": "Backup"})).update(expected_interval=300)
"""
SIGN_IN = """
from importlib import import_module
from django.conf import settings
from django.contrib.auth.models import User
user = User.objects.get()
session = import_module(settings.SESSION_ENGINE).SessionStore()
session.update({"_auth_user_id": str(user.pk), "_auth_user_backend": settings.AUTHENTICATION_BACKENDS[0]})
session["_auth_user_hash"] = user.get_session_auth_hash()
session.create()
print(session.session_key)
"""


def installation(folder: Path) -> Site:
    """A running site without any board, by whose clock it is Thursday."""
    now = datetime.now(UTC)
    thursday = (now - timedelta(days=(now.weekday() - THURSDAY) % 7 or 7)).replace(hour=15, minute=10, second=0)
    clock = {"LD_PRELOAD": libfaketime(), "FAKETIME": f"{round((thursday - now).total_seconds()):+d}"}
    clock |= {"FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1"}
    site = Site(folder, env=clock).prepare()
    site.shell(EMPTY)
    return site.start()


def context(browser: Browser, site: Site, **options: object) -> BrowserContext:
    """A browser in which the admin is signed in, and in which nothing moves by itself."""
    made = browser.new_context(base_url=ADDRESS, reduced_motion="reduce", **options)  # type: ignore[arg-type]
    made.add_cookies([{"name": "sessionid", "value": site.shell(SIGN_IN).split()[-1], "url": ADDRESS}])
    return made


def live(page: Page) -> None:
    expect(page.locator("html")).to_have_attribute("data-live", "live")
    page.evaluate("() => document.fonts.ready")


def board(browser: Browser, site: Site, scheme: str) -> None:
    """A picture of a board, in a theme."""
    page = context(browser, site, color_scheme=scheme, viewport={"width": 1280, "height": 960}).new_page()
    page.goto("/boards/operations/")
    live(page)
    picture = Image.open(BytesIO(page.screenshot(full_page=True, animations="disabled"))).convert("RGB")
    picture.save(DOCS / f"board-{scheme}.png", optimize=True)
    page.context.close()


class Film:
    """Frames of a browser with a terminal below it, each with its milliseconds, and a pointer where the mouse is."""

    def __init__(self, browser: Browser, site: Site) -> None:
        self.site = site
        options = {"color_scheme": "light", "device_scale_factor": SCALE}
        self.page = context(browser, site, viewport={"width": WIDTH, "height": HEIGHT}, **options).new_page()
        below = browser.new_context(viewport={"width": WIDTH, "height": TERMINAL_HEIGHT}, device_scale_factor=SCALE)
        self.terminal = below.new_page()
        self.terminal.set_content(TERMINAL)
        self.pointer = (WIDTH * 0.6, HEIGHT * 0.55)
        self.frames: list[tuple[Image.Image, int]] = []

    def frame(self, milliseconds: int) -> None:
        shots = [Image.open(BytesIO(one.screenshot(animations="disabled"))) for one in (self.page, self.terminal)]
        picture = Image.new("RGB", (shots[0].width, sum(one.height for one in shots)))
        picture.paste(shots[0], (0, 0))
        picture.paste(shots[1], (0, shots[0].height))
        x, y = (value * SCALE for value in self.pointer)
        arrow = [(0, 0), (0, 17), (4, 13), (7, 19), (9.5, 18), (6.8, 12), (12, 12)]
        ImageDraw.Draw(picture).polygon([(x + dx, y + dy) for dx, dy in arrow], fill="#10151f", outline="white")
        self.frames.append((picture, milliseconds))

    def type(self, command: str, answer: str) -> None:
        """The command comes to be in the terminal; with its answer once it has run."""
        steps = 6
        for step in range(1, steps + 1):
            typed = command[: math.ceil(len(command) * step / steps)]
            self.terminal.locator("pre").evaluate("(node, text) => { node.textContent = text }", f"$ {typed}▏")
            self.frame(110)
        self.answer = f"$ {command}\n{answer}"

    def answers(self) -> None:
        self.terminal.locator("pre").evaluate("(node, text) => { node.textContent = text }", self.answer)

    def move(self, x: float, y: float) -> None:
        start = self.pointer
        for part in (0.4, 0.8, 1.0):
            self.pointer = (start[0] + (x - start[0]) * part, start[1] + (y - start[1]) * part)
            self.page.mouse.move(*self.pointer)
            self.frame(70)

    def point(self, what: Locator) -> None:
        self.move(*middle(what.bounding_box()))

    def click(self, what: Locator) -> None:
        self.point(what)
        self.page.mouse.down()
        self.page.mouse.up()

    def save(self, path: Path) -> None:
        first, *others = [picture for picture, _milliseconds in self.frames]
        durations = [milliseconds for _picture, milliseconds in self.frames]
        first.save(path, save_all=True, append_images=others, duration=durations, loop=0, optimize=True)
        size = path.stat().st_size
        print(f"{path.name}: {len(durations)} frames, {sum(durations) / 1000:.1f} s, {size:,} bytes")
        assert size < MAX_BYTES, f"{path} has {size:,} bytes"


def middle(box: FloatRect | None) -> tuple[float, float]:
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def send(site: Site, points: list[dict[str, object]]) -> None:
    answer = site.send(*points)
    assert answer.status == 200, answer.text


def yesterday(site: Site) -> list[dict[str, object]]:
    """A day of orders, one point every twenty minutes, up to a minute ago by the server's clock."""
    end = float(site.shell("import time; print(time.time())")) - 60
    dice = random.Random(5)
    wave = [24 - 11 * math.cos(n / 5.65) + dice.uniform(-3, 3) for n in range(72)]
    times = [end - POINT_SECONDS * (71 - n) for n in range(72)]
    return [{"series": "orders", "time": time, "value": round(value)} for time, value in zip(times, wave, strict=True)]


def journey(browser: Browser, site: Site) -> None:
    """The moving picture."""
    film = Film(browser, site)
    page = film.page
    page.goto("/")
    live(page)
    film.frame(700)
    film.type(CURL, '{"accepted": 1}')
    send(site, [{"series": "orders", "value": 12}])
    film.answers()
    expect(page.locator(".offer")).to_contain_text("first value 12")
    film.frame(1100)
    film.click(page.get_by_role("button", name="Add to a board"))
    page.wait_for_url("**/edit#*")
    live(page)
    film.frame(900)
    film.click(page.get_by_role("link", name="Panel", exact=True))
    expect(page.get_by_role("button", name="Heat map", exact=True)).to_be_visible()
    page.evaluate(
        "() => Promise.all([...document.querySelectorAll('.kind-pictures img')].slice(0, 9).map((i) => i.decode()))"
    )
    film.frame(500)
    film.click(page.get_by_role("button", name="Line", exact=True))
    expect(page.get_by_role("textbox", name="Title")).to_be_visible()
    page.get_by_role("combobox", name="Series").fill("ord")
    expect(page.locator("#series-matches").get_by_role("option")).to_contain_text("orders")
    film.frame(500)
    film.click(page.locator("#series-matches").get_by_role("option"))
    tile = page.locator(".tile").last
    expect(tile).to_contain_text("orders 12")
    film.frame(500)
    film.point(tile.locator(".corner"))
    page.mouse.down()
    film.move(film.pointer[0] + 170, film.pointer[1] + 70)
    page.mouse.up()
    expect(tile).not_to_have_attribute("data-size", "6 4")
    film.frame(500)
    film.click(page.locator(".edit-head").get_by_role("link", name="Done"))
    page.wait_for_url("**/boards/my-board/")
    live(page)
    film.click(page.get_by_role("link", name="24 h", exact=True))
    page.wait_for_url("**range=24h*")
    live(page)
    film.frame(300)
    points = yesterday(site)
    film.type(CURL_MORE, json.dumps({"accepted": len(points)}))
    send(site, points)
    film.answers()
    page.wait_for_function("() => document.querySelector('.chart-stat')?.textContent.includes('vs')")
    film.frame(2600)
    film.save(DOCS / "thirty-seconds.png")


def main() -> None:
    expect.set_options(timeout=60_000)
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        site = installation(Path(folder))
        rules = f"--host-resolver-rules=MAP 127.0.0.1:8000 127.0.0.1:{site.port}"
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", rules])
        try:
            journey(browser, site)
            site.shell(EMPTY)
            site.shell(OPERATIONS)
            for scheme in ("light", "dark"):
                board(browser, site, scheme)
        finally:
            browser.close()
            site.stop()


if __name__ == "__main__":
    main()
