"""Boards that are exported and imported elsewhere look the same, and what is imported in a browser is on open pages."""

import shutil
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Browser, Page, expect

from tests.browser.people import EMPTY, state_of
from tests.browser.screens import Screen
from tests.servers import Site

pytestmark = pytest.mark.browser
# Both first boards, and one with a panel of every kind, with series, queries, options and colours.
BOARDS = """
from boards import kinds
from boards.bootstrap import make_machine, make_series, make_week
from boards.models import Board, Panel, PanelSeries
make_machine()
make_week()
board = Board.objects.create(title="Every kind", slug="kinds", view_by="public", time_zone="Europe/Berlin", range="1h")
series = [make_series(name) for name in ("machine.cpu", "machine.memory")]
for position, kind in enumerate(kinds.every()):
    options = {"text": "# Words\\n\\n- *one*\\n"} if kind.name == "text" else {}
    options |= {"unit": "%", "warn_at": 40.0, "bad_at": 95.0} if "warn_at" in kind.by_name else {}
    columns = {"kind": kind.name, "position": position, "options": options}
    panel = Panel.objects.create(board=board, title=f"A {kind.name}", **columns)
    for number, one in enumerate(series if kind.has_series and not kind.one_series else series[:1]):
        line = PanelSeries.objects.create(panel=panel, series=one, label=f"no {number}", position=number)
        PanelSeries.objects.filter(pk=line.pk).update(colour=7 - number)
    if kind.name == "line":
        query = {"selector": "machine.*", "function": "max", "combine": "sum"}
        PanelSeries.objects.create(panel=panel, query=query, label="All", position=5)
"""
# The same points on both.
POINTS = """
from datetime import timedelta
from django.utils.dateparse import parse_datetime
from series.freshness import NEVER_SECONDS
from series.models import Series
from series.samples import Sample
from series.storage.write import write
moment = parse_datetime("{moment}")
names = ["cpu", "memory", "load", "disk", "network.in", "network.out", "disk.read", "disk.write"]
for index, name in enumerate(names):
    times = ((moment - timedelta(seconds=5 * n), 30.0 + 9 * index + n * (7 + index) % 31) for n in range(120))
    write(Sample(f"machine.{{name}}", {{}}, time, value) for time, value in times)
days = dict(zip("Mon Tue Wed Thu Fri Sat Sun".split(), (6, 3, 10, 2, 10, 1, 10)))
write(Sample("week", {{"day": day}}, moment, value) for day, value in days.items())
Series.objects.filter(name__startswith="machine.").update(expected_interval=5.0)
Series.objects.filter(name="week").update(expected_interval=NEVER_SECONDS)
"""
# By which a colour of 0 to 255 may differ where a browser draws the same corner twice.
ROUNDING = 1
NOW = "from django.utils import timezone; print(timezone.now().strftime('%Y-%m-%dT%H:%M:%SZ'), end='')"


def installed(installation: Site, folder: Path) -> Site:
    folder.mkdir()
    shutil.copy(installation.folder / "db.sqlite3", folder)
    return Site(folder, env={"SECRET_KEY": installation.env["SECRET_KEY"]})


def opened(browser: Browser, site: Site, path: str) -> Page:
    """A page on which every panel has data."""
    screen = Screen(browser, site, path, viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    screen.page.evaluate("() => document.fonts.ready")
    expect(screen.page.get_by_text("There was no data yet.")).to_have_count(0)
    return screen.page


def difference(pages: list[Page]) -> tuple[int, int, int, int] | None:
    """Where two pages differ, from their first pixel to their last; None if they are equal."""
    one, other = (Image.open(BytesIO(page.locator("main").screenshot())).convert("RGB") for page in pages)
    different = ImageChops.difference(one, other).point(lambda value: max(0, value - ROUNDING))
    return (0, 0, *one.size) if one.size != other.size else different.getbbox()


def test_boards_look_the_same_where_they_are_imported(browser: Browser, installation: Site, tmp_path: Path) -> None:
    here, there = (installed(installation, tmp_path / name) for name in ("here", "there"))
    here.shell(EMPTY + BOARDS)
    there.shell(EMPTY)
    moment = here.shell(NOW)
    file = tmp_path / "boards.yaml"
    here.manage("boards", "export", "-o", str(file))
    assert there.manage("boards", "import", str(file)).splitlines() == [
        "kinds is new.",
        "this-machine is new.",
        "this-week is new.",
    ]
    try:
        for site in (here, there):
            site.shell(POINTS.format(moment=moment))
            site.start()
        for address in ("kinds", "this-machine", "this-week"):
            path = f"/boards/{address}/?at={moment}"
            pages = [opened(browser, site, path) for site in (here, there)]
            assert difference(pages) is None, path
    finally:
        here.stop()
        there.stop()


def test_an_import_without_a_script_is_on_open_pages(browser: Browser, site: Site, tmp_path: Path) -> None:
    state = state_of(site.browse().sign_in())
    plain = Screen(browser, site, "/import", live=False, java_script_enabled=False, **state)
    editing = Screen(browser, site, "/boards/this-week/edit", **state)
    file = tmp_path / "week.yaml"
    file.write_text(site.manage("boards", "export", "this-week").replace("title: Week", "title: The days"))
    page = plain.page
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Show what would change").click()
    expect(page.get_by_text("this-week was not made by an import.")).to_be_visible()
    expect(page.get_by_text("+    title: The days")).to_be_visible()
    page.get_by_label("Overwrite what is there").check()
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page).to_have_url(f"{site.address}/boards/this-week/")
    editing.shows("The days")
    editing.shows("As it was imported.")
    editing.page.get_by_role("link", name="Edit The days").focus()
    editing.page.keyboard.press("Shift+ArrowLeft")
    editing.shows("Edited since it was imported.")
    assert editing.not_reloaded() and not editing.complaints
