"""A kind of panel made here, in this file alone: it is in the admin, on boards, in the gallery and in exports."""

import csv
import io
from collections.abc import Callable, Iterator
from typing import Any
from xml.etree import ElementTree

import pytest
from django import forms
from django.test import Client

from boards import kinds
from boards.data.sources import Source
from boards.kinds import Group, Kind
from boards.models import Board, Panel, PanelSeries
from boards.options import UNIT, Option
from live import charts
from series.models import Series

pytestmark = [pytest.mark.django_db, pytest.mark.database]
FACTOR = Option("factor", 2, forms.IntegerField, "Factor", "1 to 9.", min_value=1, max_value=9)


@pytest.fixture(autouse=True)
def multiple() -> Iterator[None]:
    class Multiple(Kind):
        name, label, group = "multiple", "multiple of a value", Group.SINGLE_VALUE
        options = (UNIT, FACTOR)
        one_series = True
        example = '{% chart "stat" value=84 title="Twice as many" %}'

        def chart(self, source: Source) -> charts.Chart:
            return charts.stat((source.value(source.lines[0]) or 0) * source[FACTOR], **source.words())

    yield
    kinds.registry.pop("multiple", None)


@pytest.fixture
def panel(make_panel: Callable[..., Panel], points: Callable[..., None]) -> Panel:
    points("cpu", [14.0])
    return make_panel("cpu", kind="multiple", unit="ms", factor=3)


def test_a_new_kind_is_in_the_admin_with_its_options(board: Board, admin_client: Client) -> None:
    html = admin_client.get("/admin/boards/panel/add/?kind=multiple").content.decode()
    assert '<option value="multiple" selected>multiple of a value</option>' in html
    assert 'name="options.factor"' in html and "1 to 9." in html
    series = Series.objects.create(name="cpu")
    data: dict[str, Any] = dict(board=board.pk, title="New", kind="multiple", width=6, position=0)
    data |= {"lines-TOTAL_FORMS": 1, "lines-INITIAL_FORMS": 0, "lines-0-series": series.pk, "lines-0-position": 0}
    refused = admin_client.post("/admin/boards/panel/add/", data | {"options.factor": "10"})
    assert "Ensure this value is less than or equal to 9." in refused.content.decode()
    assert admin_client.post("/admin/boards/panel/add/", data | {"options.factor": "4"}).status_code == 302
    assert (Panel.objects.get().get_kind_display(), Panel.objects.get().options) == (
        "multiple of a value",
        {"factor": 4},
    )
    assert PanelSeries.objects.get().series == series


def test_a_new_kind_is_on_boards(panel: Panel, client: Client) -> None:
    html = client.get("/boards/mine/").content.decode()
    assert ">42<" in html and "chart-stat" in html
    Panel.objects.update(options={"factor": "nonsense"})
    assert ">28<" in client.get("/boards/mine/").content.decode()


def test_a_new_kind_is_in_the_gallery(client: Client) -> None:
    html = client.get("/charts/").content.decode()
    board = html[html.index('aria-label="A board"') : html.index("</section>")]
    assert "Twice as many" in board and ">84<" in board


def test_a_new_kind_is_exported(panel: Panel, client: Client) -> None:
    svg = ElementTree.fromstring(client.get(f"/panels/{panel.pk}.svg").content)
    assert "42" in list(svg.itertext())
    assert client.get(f"/panels/{panel.pk}.png").content[:4] == b"\x89PNG"
    assert ">42<" in client.get(f"/panels/{panel.pk}?as=table").content.decode()
    rows = list(csv.reader(io.StringIO(client.get(f"/panels/{panel.pk}?as=csv").content.decode("utf-8-sig"))))
    assert rows[1] == ["Some", "42.0"]


def test_panels_of_a_kind_that_is_gone_say_so(panel: Panel, client: Client, admin_client: Client) -> None:
    del kinds.registry["multiple"]
    html = client.get("/boards/mine/").content.decode()
    assert "There is no kind of panel “multiple” here. Choose another one in the admin." in html
    assert client.get(f"/panels/{panel.pk}.svg").status_code == 200
    assert admin_client.get(f"/admin/boards/panel/{panel.pk}/change/").status_code == 200
