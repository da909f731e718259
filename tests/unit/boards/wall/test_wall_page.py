"""The page of a board on a wall: what its address asks for, and where it leads."""

from collections.abc import Callable

import pytest
from django.test import Client

from boards.models import Board, Panel

pytestmark = [pytest.mark.django_db, pytest.mark.database]
WALL = "/boards/mine/?wall"


def html(client: Client, address: str, **headers: str) -> str:
    response = client.get(address, **headers)  # type: ignore[arg-type]
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def others(board: Board) -> None:
    """A board before it and one behind it."""
    Board.objects.update(position=5)
    Board.objects.create(title="First", slug="first", view_by="public", position=1)
    Board.objects.create(title="Last", slug="last", view_by="public", position=9)


def test_it_shows_the_panels_and_nothing_to_press_but_the_way_out(
    client: Client, make_panel: Callable[..., Panel]
) -> None:
    make_panel("cpu", kind="stat", editable=True)
    page = html(client, WALL)
    assert 'class="wall-tile c60 r3"' in page and "Some" in page
    assert 'class="values' not in page and "boards-activity" not in page and 'class="bar"' not in page
    assert 'id="wall-leave" href="/boards/mine/"' in page


def test_the_board_has_a_button_that_leads_there(client: Client, board: Board) -> None:
    assert 'href="?wall"' in html(client, "/boards/mine/")
    assert 'href="?wall&amp;range=6h"' in html(client, "/boards/mine/?range=6h")


def test_it_keeps_the_view(client: Client, board: Board) -> None:
    page = html(client, "/boards/mine/?range=6h&tz=Europe/Berlin&wall")
    assert 'href="/boards/mine/?range=6h&amp;tz=Europe/Berlin"' in page and 'data-zone="Europe/Berlin"' in page


@pytest.mark.parametrize("text", ["4", "86401", "-5", "1.5", "soon", "٦٠", "999999999999"])
def test_a_time_that_is_none_is_refused(client: Client, board: Board, text: str) -> None:
    response = client.get(WALL, {"wall": "", "rotate": text})
    assert response.status_code == 400 and "5 to 86400 seconds" in response.content.decode()


def test_without_a_script_it_is_loaded_again_or_goes_on(client: Client, others: None) -> None:
    assert '<noscript><meta http-equiv="refresh" content="30"></noscript>' in html(client, WALL)
    page = html(client, f"{WALL}&rotate=60")
    assert '<meta http-equiv="refresh" content="60; url=/boards/last/?wall&amp;rotate=60">' in page


@pytest.mark.parametrize(("slug", "following"), [("first", "mine"), ("mine", "last"), ("last", "first")])
def test_the_boards_come_in_their_order(client: Client, others: None, slug: str, following: str) -> None:
    assert f"60; url=/boards/{following}/?wall&amp;" in html(client, f"/boards/{slug}/?wall&rotate=60")


def test_alone_it_is_loaded_again(client: Client, board: Board) -> None:
    assert '<meta http-equiv="refresh" content="60">' in html(client, f"{WALL}&rotate=60")


def test_the_code_is_of_the_board_at_the_name_that_the_wall_has(client: Client, board: Board) -> None:
    page = html(client, f"{WALL}&range=6h&rotate=60", HTTP_HOST="localhost")
    assert "QR code of" not in page and "a phone cannot reach this page" in page
    page = html(client, f"{WALL}&range=6h", HTTP_HOST="testserver:8000")
    assert 'aria-label="QR code of http://testserver:8000/boards/mine/?range=6h"' in page
    # Nothing that a strict policy refuses.
    code = page[page.index('class="wall-code"') :].partition("</svg>")[0]
    assert code.count("<path") == 2 and "style" not in code


def test_where_the_wall_is_this_machine_the_code_has_the_sites_address(
    client: Client, board: Board, settings: object
) -> None:
    settings.ADDRESS = "https://board.example.com"  # type: ignore[attr-defined]
    page = html(client, WALL, HTTP_HOST="127.0.0.1:8000")
    assert 'aria-label="QR code of https://board.example.com/boards/mine/"' in page


def test_a_host_that_is_none_has_no_code(client: Client, board: Board, settings: object) -> None:
    settings.ALLOWED_HOSTS = ["*"]  # type: ignore[attr-defined]
    assert 'class="wall-code"' not in html(client, WALL, HTTP_HOST="a." * 1500 + "example")
