"""The addresses of a board to take away, and the link to what is seen now, which stays what it was."""

import re
import struct
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from boards.files import png
from boards.files.board_views import pinned
from boards.models import Board, Panel, PanelSeries
from boards.ranges import View
from series.samples import Sample
from series.storage.write import write
from tests.unit.boards.conftest import THEN

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = THEN + timedelta(seconds=5, microseconds=250_700)


@pytest.fixture
def cpu(make_panel: Callable[..., Panel], points: Callable[..., None]) -> Panel:
    points("cpu", [10.0, 20.0, None, 40.0])
    return make_panel("cpu", unit="%", kind="line", window=60)


def link_of(page: str) -> str:
    found = re.search(r'id="share-link" readonly value="([^"]*)"', page)
    assert found
    return found[1].replace("&amp;", "&")


def figures(page: str) -> list[str]:
    return re.findall(r"<figure.*?</figure>", page, re.S)


@pytest.mark.parametrize(
    ("ending", "kind", "how"),
    [("svg", "image/svg+xml", "inline"), ("png", "image/png", "inline"), ("html", "text/html", "attachment")],
)
def test_files_are_called_as_the_board_and_no_shared_cache_has_them(
    cpu: Panel, client: Client, ending: str, kind: str, how: str
) -> None:
    Board.objects.update(title="Größe")
    answer = client.get(f"/boards/mine.{ending}")
    assert answer.status_code == 200 and answer.headers["Content-Type"].startswith(kind)
    name = f"{how}; filename=\"grosse.{ending}\"; filename*=UTF-8''gr%C3%B6%C3%9Fe.{ending}"
    assert answer.headers["Content-Disposition"] == name
    assert "private" in answer.headers["Cache-Control"] and "Cookie" in answer.headers["Vary"]
    assert client.post(f"/boards/mine.{ending}").status_code == 405


@pytest.mark.parametrize("ending", ["svg", "png"])
def test_who_has_the_newest_picture_is_told_so(
    cpu: Panel, client: Client, ending: str, at: Callable[[datetime], None]
) -> None:
    at(NOW)
    tag = client.get(f"/boards/mine.{ending}").headers["ETag"]
    at(NOW + timedelta(seconds=1))
    assert client.get(f"/boards/mine.{ending}", headers={"If-None-Match": tag}).status_code == 304
    assert client.get(f"/boards/mine.{ending}?theme=dark", headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize("address", [".svg", ".png", ".html", "/share"])
@pytest.mark.parametrize("asked", ["theme=blue", "range=soon", "at=2999-01-01T00:00", "tz=Mars"])
def test_what_cannot_be_shown_is_refused(cpu: Panel, client: Client, address: str, asked: str) -> None:
    assert client.get(f"/boards/mine{address}?{asked}").status_code == 400


@pytest.mark.parametrize("address", [".svg", ".png", ".html", "/share"])
def test_what_is_not_there_is_not_found(client: Client, address: str) -> None:
    assert client.get(f"/boards/mine{address}").status_code == 404


def test_a_link_to_now_shows_the_same_whatever_is_sent_later(
    cpu: Panel, client: Client, points: Callable[..., None], at: Callable[[datetime], None]
) -> None:
    at(NOW)
    points("cpu", [50.0], at=NOW - timedelta(microseconds=100))
    link = link_of(client.get("/boards/mine/share?range=1h&tz=Asia/Tokyo").content.decode())
    asked = parse_qs(urlsplit(link).query)
    assert link.startswith("http://testserver/boards/mine/?")
    assert asked == {"range": ["1h"], "at": ["2026-01-31T10:00:05.251Z"], "tz": ["Asia/Tokyo"]}
    at(NOW + timedelta(seconds=2))
    before = figures(client.get(link).content.decode())
    assert "now 50" in before[0], "the newest point that was there"
    points("cpu", [90.0, 95.0], at=NOW + timedelta(seconds=1))
    at(NOW + timedelta(days=2))
    Board.objects.update(range="7d")
    assert figures(client.get(link).content.decode()) == before


def test_files_on_the_page_show_what_the_link_shows(cpu: Panel, client: Client, at: Callable[[datetime], None]) -> None:
    at(NOW)
    page = client.get("/boards/mine/share?theme=dark").content.decode()
    query = "?at=2026-01-31T10:00:05.251Z&amp;theme=dark"
    for ending in ("svg", "png", "html"):
        assert f'href="/boards/mine.{ending}{query}" download' in page
    assert f'src="/boards/mine.svg{query}"' in page and "Jan 31, 2026 10:00:05 UTC" in page
    at(NOW + timedelta(seconds=1))
    assert client.get(f"/boards/mine.svg{query.replace('&amp;', '&')}").status_code == 200


def test_a_board_that_is_very_long_is_a_smaller_png(make_panel: Callable[..., Panel], client: Client) -> None:
    for number in range(20):
        make_panel(title=f"Text {number}", kind="text", width=12, height=24, text="Words")
    picture = client.get("/boards/mine.png")
    assert picture.status_code == 200
    width, height = struct.unpack(">II", picture.content[16:24])
    assert 0.98 < width * height / png.MAX_PIXELS < 1.02 and height > 30 * width


def test_a_board_leads_there_with_what_it_shows(cpu: Panel, client: Client) -> None:
    assert 'href="/boards/mine/share?range=6h"' in client.get("/boards/mine/?range=6h").content.decode()


def test_without_the_converter_no_png_is_offered(cpu: Panel, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("boards.files.png.is_offered", lambda: False)
    page = client.get("/boards/mine/share").content.decode()
    assert ".png" not in page and ".svg" in page


def test_a_link_has_the_values_of_variables_and_no_tile_comes_to_it(client: Client) -> None:
    variables = [{"name": "host"}, {"name": "zone", "default": "eu"}, {"name": "kind"}]
    board = Board.objects.create(title="Hosts", slug="hosts", view_by="public", variables=variables)
    panel = Panel.objects.create(board=board, title="CPU", kind="stat", repeat="host")
    PanelSeries.objects.create(panel=panel, query={"selector": "cpu{host=$host,zone=$zone,kind=$kind}"})

    def send(*hosts: str) -> None:
        tags = {"zone": "eu", "kind": "a"}
        write(Sample("cpu", {"host": host, **tags}, timezone.now(), 5.0) for host in hosts)

    send("web-1", "web-2")
    link = link_of(client.get("/boards/hosts/share").content.decode())
    asked = parse_qs(urlsplit(link).query)
    assert (asked["host"], asked["zone"], asked["kind"]) == (["web-1", "web-2"], ["eu"], ["*"])
    send("web-3")
    Board.objects.update(variables=[{"name": "host"}, {"name": "zone", "default": "us"}, {"name": "kind"}])
    page = client.get(link).content.decode()
    assert re.findall(r"web-\d · CPU", page) and "web-3" not in "".join(figures(page))
    svg = client.get(link.replace("/boards/hosts/", "/boards/hosts.svg")).content.decode()
    html = client.get(link.replace("/boards/hosts/", "/boards/hosts.html")).content.decode()
    for file in (svg, html):
        assert "host: web-1, web-2 · zone: eu<" in file and "web-3" not in file
    send(*(f"web-{n}" for n in range(30)))
    many = link_of(client.get("/boards/hosts/share").content.decode())
    assert parse_qs(urlsplit(many).query)["host"] == ["*"], "an address has room for some"


def test_a_moment_stays_and_the_boards_range_is_written_down() -> None:
    now = datetime(2026, 1, 31, 10, tzinfo=UTC)
    then = View("week", "2026-01-30T10:00:00Z")
    assert pinned(Board(range="6h"), then, now) == then
    assert pinned(Board(range="6h"), View(tz="UTC"), now) == View("6h", "2026-01-31T10:00:00.001Z", "UTC")
    assert pinned(Board(range="6 h"), View(), now).range == "6h"
    for stored in ("", "no range"):
        assert pinned(Board(range=stored), View(), now).range == "", "each panel has its own"
