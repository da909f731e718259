"""The pages of a board that has variables: the picker, and that every link has the values that are chosen."""

import re
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from boards.models import Board, Panel, PanelSeries
from series.samples import Sample
from series.storage.write import write

pytestmark = pytest.mark.django_db


@pytest.fixture
def panel() -> Panel:
    variables = [{"name": "host"}, {"name": "zone", "default": "eu"}]
    board = Board.objects.create(title="Hosts", slug="hosts", view_by="public", variables=variables)
    panel = Panel.objects.create(board=board, title="CPU", kind="table")
    PanelSeries.objects.create(panel=panel, query={"selector": "cpu{host=$host,zone=$zone}"})
    write(Sample("cpu", {"host": host, "zone": "eu"}, timezone.now(), 1.0) for host in ("web-1", "web-2", "a&b"))
    return panel


def page(address: str, status: int = 200) -> str:
    response = Client().get(address)
    assert response.status_code == status
    return response.content.decode()


def links(html: str) -> list[str]:
    return [unescape(address) for address in re.findall(r'href="([^"]*)"', html)]


def offers(html: str, number: int = 0) -> list[tuple[str, str, bool]]:
    """What the picker of a variable offers: words, address, whether it is chosen."""
    part = html.split('class="values"')[number + 1].split("</ul>")[0]
    some = re.findall(
        r'<a(?: class="other")? href="([^"]*)"( aria-current="true")?(?: aria-label="[^"]*")?>([^<]*)', part
    )
    return [(unescape(words), unescape(address), bool(current)) for address, current, words in some]


def test_the_picker_offers_the_values_there_are(panel: Panel) -> None:
    html = page("/boards/hosts/?range=1h&host=web-2&tz=UTC")
    assert offers(html) == [
        ("All", "?range=1h&tz=UTC", False),
        ("a&b", "?range=1h&tz=UTC&host=a%26b", False),
        ("+", "?range=1h&tz=UTC&host=a%26b&host=web-2", False),
        ("web-1", "?range=1h&tz=UTC&host=web-1", False),
        ("+", "?range=1h&tz=UTC&host=web-1&host=web-2", False),
        ("web-2", "?range=1h&tz=UTC&host=web-2", True),
    ]
    assert offers(html, 1) == [
        ("All", "?range=1h&tz=UTC&host=web-2&zone=%2A", False),
        ("eu", "?range=1h&tz=UTC&host=web-2&zone=eu", True),
    ]


def test_several_values_are_chosen_together(panel: Panel) -> None:
    html = page("/boards/hosts/?host=web-2&host=web-1")
    assert "<span>host</span> <b>web-1, web-2</b>" in html
    assert offers(html)[3:5] == [("web-1", "?host=web-1", True), ("\N{MINUS SIGN}", "?host=web-2", False)]
    assert 'aria-label="Without web-1"' in html
    assert 'aria-label="And a&amp;b"' in html


def test_every_link_of_the_range_bar_keeps_the_values(panel: Panel) -> None:
    html = page("/boards/hosts/?host=web-1&at=-1h")
    queries = [link for link in links(html) if link.startswith("?")]
    assert len(queries) > 15
    # But for the picker's own links to all hosts, and to each of the others.
    other = [link for link in queries if "host=web-1" not in link]
    assert [link.partition("&")[2] for link in other] == ["", "host=a%26b", "host=web-2"]
    custom = html[html.index('<form method="get">') :]
    assert '<input type="hidden" name="host" value="web-1">' in custom[: custom.index("</form>")]


def test_the_links_of_a_panel_and_its_files_keep_them(panel: Panel) -> None:
    address = f"/panels/{panel.pk}"
    for html in page(f"{address}?host=web-1"), page(f"{address}?as=table&host=web-1"):
        of_panel = [link for link in links(html) if link.startswith(address) or link.startswith("/boards/hosts")]
        assert len(of_panel) >= 5
        assert [link for link in of_panel if "host=web-1" not in link] == []
    assert "web-2" not in page(f"{address}?as=csv&host=web-1")
    assert "web-2" in page(f"{address}?as=csv")
    assert "web-2" not in page(f"{address}.svg?host=web-1")


def test_a_wall_keeps_them_and_so_does_the_next_board(panel: Panel) -> None:
    Board.objects.create(title="Other", slug="other", view_by="public")
    html = page("/boards/hosts/?wall&rotate=30&host=web-1")
    assert "/boards/hosts/?host=web-1" in links(html)
    assert "/boards/other/?wall&rotate=30&host=web-1" in links(html)
    # The other board has no such variable, and leads back with it.
    assert "/boards/hosts/?wall&rotate=30&host=web-1" in links(page("/boards/other/?wall&rotate=30&host=web-1"))
    assert page("/boards/other/?wall&x=%00")


def test_what_cannot_be_a_value_is_an_error_and_an_unknown_parameter_is_none(panel: Panel) -> None:
    assert "This cannot be a value of “host”." in page("/boards/hosts/?host=%00", status=400)
    assert page("/boards/hosts/?rack=%00")


def test_a_value_that_is_not_there_is_said(panel: Panel) -> None:
    for address in "/boards/hosts/?host=web-9", "/boards/hosts/?wall&host=web-9", f"/panels/{panel.pk}?host=web-9":
        html = page(address)
        assert "There is no host web-9." in html
        assert "12.5" not in html
    assert offers(page("/boards/hosts/?host=web-9"))[1] == ("web-9", "?host=web-9", True)
    assert "&lt;b&gt;" in page("/boards/hosts/?host=<b>")


def test_a_board_without_variables_has_no_picker() -> None:
    Board.objects.create(title="Plain", slug="plain", view_by="public")
    assert "picker" not in page("/boards/plain/")


def test_a_card_shows_what_is_chosen_at_first(panel: Panel) -> None:
    panel.board.variables = [{"name": "host", "default": "web-2"}, {"name": "zone"}]
    panel.board.save()
    assert "web-1" not in page("/")
    assert Client().get("/").status_code == 200


def test_files_of_the_board_have_its_tiles(panel: Panel) -> None:
    panel.repeat = "host"
    panel.save()
    for ending in "svg", "html":
        every, one = (page(f"/boards/hosts.{ending}{query}") for query in ("", "?host=web-2"))
        assert "web-1 · CPU" in every
        assert "web-2 · CPU" in every
        assert "web-1 · CPU" not in one
        assert "web-2 · CPU" in one
        assert "There is no host web-9." in page(f"/boards/hosts.{ending}?host=web-9")
