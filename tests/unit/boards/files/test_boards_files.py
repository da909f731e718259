"""A panel as a picture, a table and a file: the same chart, for those who may see its board."""

import base64
import codecs
import csv
import hashlib
import io
import re
from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from django.contrib.auth.models import User
from django.test import Client

from boards.models import Panel
from live.charts import Chart
from live.charts.output.palette import PAINTS

pytestmark = [pytest.mark.django_db, pytest.mark.database]
SVG = "{http://www.w3.org/2000/svg}"
EVIL = '"><script>alert(1)</script>'


@pytest.fixture
def cpu(make_panel: Callable[..., Panel], points: Callable[..., None]) -> Panel:
    points("cpu", [10.0, 20.0, None, 40.0])
    return make_panel("cpu", unit="%", kind="line", window=60)


def secret(panel: Panel) -> None:
    panel.board.view_by = "signed_in"
    panel.board.save()


def words(svg: bytes) -> str:
    return " ".join(ElementTree.fromstring(svg).itertext())


def test_a_picture_is_the_panel(cpu: Panel, client: Client) -> None:
    answer = client.get(f"/panels/{cpu.pk}.svg")
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "image/svg+xml"
    root = ElementTree.fromstring(answer.content)
    assert root.tag == f"{SVG}svg" and "now 40" in root.attrib["aria-label"]
    assert "Some" in words(answer.content) and "last 1 min" in words(answer.content)


def test_the_page_of_a_panel_has_the_ranges_of_its_board(cpu: Panel, client: Client) -> None:
    page = client.get(f"/panels/{cpu.pk}?range=6h").content.decode()
    assert 'href="?range=6h" aria-current="true">6 h</a>' in page and "This is how it was" not in page
    past = client.get(f"/panels/{cpu.pk}?at=2026-01-25T03:12:00Z").content.decode()
    assert "This is how it was on Jan 25, 2026 03:12:00 (UTC)." in past and 'data-key="l"' in past


def test_the_size_is_what_was_asked_for(cpu: Panel, client: Client) -> None:
    root = ElementTree.fromstring(client.get(f"/panels/{cpu.pk}.svg?width=320&height=200").content)
    assert (root.attrib["width"], root.attrib["height"]) == ("320", "200")


@pytest.mark.parametrize(
    "asked",
    [
        *("width=0", "width=1601", "height=1201", "width=99999999", "width=-5", "width=%2B300", "width=3e2"),
        *("height=tall", "height=", "width=²", "width=٣٠٠", "width=000120999", "width=NaN", "width=300&width=x"),
        *("width=300%00", "width=" + "9" * 5000),
    ],
)
def test_a_size_that_is_none_is_refused(cpu: Panel, client: Client, asked: str) -> None:
    for ending in ("svg", "png"):
        assert client.get(f"/panels/{cpu.pk}.{ending}?{asked}").status_code == 400


def test_a_theme_is_for_every_reader(cpu: Panel, client: Client) -> None:
    auto, dark = (client.get(f"/panels/{cpu.pk}.svg{asked}").content.decode() for asked in ("", "?theme=dark"))
    assert "prefers-color-scheme" in auto and "<style" not in dark and PAINTS["surface"].dark in dark
    pictures = [client.get(f"/panels/{cpu.pk}.png?theme={theme}").content for theme in ("light", "dark", "")]
    assert pictures[0] == pictures[2] != pictures[1], "a PNG is light"
    assert client.get(f"/panels/{cpu.pk}.svg?theme=blue").status_code == 400


def test_who_has_the_newest_picture_is_told_so(
    cpu: Panel, client: Client, points: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = []
    draw = Chart.svg
    monkeypatch.setattr(Chart, "svg", lambda *args, **options: drawn.append(1) or draw(*args, **options))
    first = client.get(f"/panels/{cpu.pk}.svg")
    tag = first.headers["ETag"]
    assert "no-cache" in first.headers["Cache-Control"] and "Cookie" in first.headers["Vary"]
    again = client.get(f"/panels/{cpu.pk}.svg", headers={"If-None-Match": tag})
    assert again.status_code == 304 and again.content == b"" and again.headers["ETag"] == tag
    assert len(drawn) == 1
    points("cpu", [99.0] * 9)
    newer = client.get(f"/panels/{cpu.pk}.svg", headers={"If-None-Match": tag})
    assert newer.status_code == 200 and newer.headers["ETag"] != tag
    assert len(drawn) == 2


def test_a_size_may_have_zeros_before_it(cpu: Panel, client: Client) -> None:
    root = ElementTree.fromstring(client.get(f"/panels/{cpu.pk}.svg?width=000000320&height=200").content)
    assert root.attrib["width"] == "320"


def test_a_picture_opened_by_itself_keeps_its_dark_colours_and_may_do_nothing_else(cpu: Panel, client: Client) -> None:
    answer = client.get(f"/panels/{cpu.pk}.svg")
    style = re.search(rb"<style>(.*?)</style>", answer.content)
    assert style and b"prefers-color-scheme:dark" in style[1]
    digest = base64.b64encode(hashlib.sha256(style[1]).digest()).decode()
    policy = answer.headers["Content-Security-Policy"]
    assert f"style-src 'sha256-{digest}'" in policy and policy.startswith("default-src 'none'")
    assert "unsafe" not in policy


def test_a_board_that_is_not_public_shows_nothing_to_strangers(cpu: Panel, client: Client) -> None:
    secret(cpu)
    for asked in (".svg", ".png", "", "?as=table", "?as=csv"):
        answer = client.get(f"/panels/{cpu.pk}{asked}")
        assert answer.status_code == 404 and answer.headers["Cache-Control"] == "no-store"
    client.force_login(User.objects.create_user("ada"))
    for address in (".svg", ".png", "", "?as=table", "?as=csv"):
        assert client.get(f"/panels/{cpu.pk}{address}").status_code == 200


def test_what_is_not_there_is_not_found(client: Client) -> None:
    for address in (".svg", ".png", "", "?as=table"):
        assert client.get(f"/panels/4711{address}").status_code == 404


def test_the_panel_alone_is_a_live_page(cpu: Panel, client: Client) -> None:
    page = client.get(f"/panels/{cpu.pk}").content.decode()
    assert f'id="boards-panel-{cpu.pk}"' in page or 'data-version="' in page
    assert f'href="/panels/{cpu.pk}?as=csv"' in page and "ws-connect" in page


def test_the_table_has_every_value(cpu: Panel, client: Client) -> None:
    page = client.get(f"/panels/{cpu.pk}?as=table").content.decode()
    table = page[page.index("<table") : page.index("</table>") + 8]
    root = ElementTree.fromstring(table)
    cells = ["".join(cell.itertext()) for cell in root.iter("td")]
    assert [cell for cell in cells if cell.startswith(("10", "20", "40"))]
    assert "Cpu" in ["".join(head.itertext()) for head in root.iter("th")]


def test_the_file_has_every_value(cpu: Panel, client: Client) -> None:
    answer = client.get(f"/panels/{cpu.pk}?as=csv")
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert 'filename="some.csv"' in answer.headers["Content-Disposition"]
    assert answer.content.startswith(codecs.BOM_UTF8), "or Excel reads another encoding"
    head, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert head == ["Time", "Cpu"]
    assert [float(value) for _time, value in rows if value][-1] == 40
    assert rows[0][0].startswith("2026-01-31T")


@pytest.mark.parametrize(
    ("title", "ascii_name", "name"),
    [
        ("Some load", "some-load", "some-load"),
        ("Größe", "grosse", "gr%C3%B6%C3%9Fe"),
        ("温度", "panel-{pk}", "%E6%B8%A9%E5%BA%A6"),
        ("?!", "panel-{pk}", "panel-{pk}"),
        ('a"; filename="x\r\ny', "a-filenamex-y", "a-filenamex-y"),
    ],
)
def test_a_file_is_called_as_its_panel(cpu: Panel, client: Client, title: str, ascii_name: str, name: str) -> None:
    Panel.objects.filter(pk=cpu.pk).update(title=title)
    for address, how, ending in (
        ("?as=csv", "attachment", "csv"),
        (".svg", "inline", "svg"),
        (".png", "inline", "png"),
    ):
        answer = client.get(f"/panels/{cpu.pk}{address}")
        words = f"{how}; filename=\"{ascii_name}.{ending}\"; filename*=UTF-8''{name}.{ending}"
        assert answer.headers["Content-Disposition"] == words.format(pk=cpu.pk)


def test_another_form_is_refused(cpu: Panel, client: Client) -> None:
    assert client.get(f"/panels/{cpu.pk}?as=pdf").status_code == 400


def test_names_are_text_everywhere(
    make_panel: Callable[..., Panel], points: Callable[..., None], client: Client
) -> None:
    points("cpu", [1.0, 2.0])
    panel = make_panel("cpu", unit=EVIL[:20], kind="line")
    panel.title = EVIL
    panel.save()
    panel.lines.update(label=EVIL)
    svg = client.get(f"/panels/{panel.pk}.svg").content
    assert not [each for each in ElementTree.fromstring(svg).iter() if each.tag.endswith("script")]
    assert EVIL in words(svg)
    for asked in ("", "?as=table"):
        assert b"<script>alert" not in client.get(f"/panels/{panel.pk}{asked}").content
