"""The home page and its buttons."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone

from boards.home import fragments as home
from boards.models import Board, DismissedSeries, Favourite, Panel
from series.models import Series
from series.samples import Sample
from series.storage.write import write
from tokens.models import Token

pytestmark = [pytest.mark.django_db, pytest.mark.database]
Make = Callable[..., Any]
NEW = {"view_by": "signed_in"}
ADD, CHANGE, TOKEN = "add_board", "change_board", "add_token"


def sign_in(client: Client, *permissions: str, name: str = "ada") -> User:
    user = User.objects.create_user(name)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client.force_login(user)
    return user


def orders() -> Series:
    write([Sample("orders", {}, timezone.now(), 12.0)])
    return Series.objects.get(name="orders")


def page(client: Client, address: str = "/") -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def other(board: Board) -> Board:
    return Board.objects.create(title="Backups", slug="backups", note="Every night", position=1)


def test_a_stranger_sees_public_boards_and_no_buttons(client: Client, board: Board, other: Board) -> None:
    orders()
    html = page(client)
    assert "Mine" in html and "Backups" not in html
    assert not any(words in html for words in ("New board", "Favourite", "orders", "curl"))


def test_nothing_to_offer_is_no_region_of_the_page(client: Client, board: Board) -> None:
    sign_in(client, CHANGE)
    (empty,) = re.findall(r'<section[^>]* class="offers"[^>]*>', page(client))
    assert " hidden" in empty and "aria-label" not in empty
    orders()
    (shown,) = re.findall(r'<section[^>]* class="offers"[^>]*>', page(client))
    assert " hidden" not in shown and 'aria-label="New series"' in shown


def test_who_may_edit_sees_offers_and_who_may_add_boards_a_button(client: Client, board: Board) -> None:
    orders()
    ada = sign_in(client)
    assert "orders" not in page(client)
    ada.user_permissions.set(Permission.objects.filter(codename__in=[ADD, CHANGE]))
    html = page(client)
    assert "New board" in html and "<code>orders</code>" in html
    assert "Make a token" not in html


def test_a_search_finds_titles_and_notes(client: Client, board: Board, other: Board) -> None:
    sign_in(client)
    assert "Backups" in page(client, "/?q=NIGHT") and ">Mine<" not in page(client, "/?q=night every")
    assert "No board is called “&lt;b&gt;”." in page(client, "/?q=<b>")
    for hostile in ("x" * 5000, "%25", "_", "%27"):
        assert ">Mine<" not in page(client, f"/?q={hostile}")
    assert ">Mine<" in page(client, "/?q=%00"), "nothing is asked for"


def test_a_star_is_of_the_user_and_can_be_taken_back(client: Client, board: Board, other: Board) -> None:
    ada, bob = sign_in(client), User.objects.create_user("bob")
    response = client.post(f"/boards/{other.pk}/star", {"starred": "1", "back": "/?q=b"})
    assert (response.status_code, response.headers["Location"]) == (302, "/?q=b")
    client.post(f"/boards/{other.pk}/star", {"starred": "1"})
    assert Favourite.objects.count() == 1
    html = page(client, "/?show=starred")
    assert "Backups" in html and ">Mine<" not in html
    assert home.list_of(ada) != home.list_of(bob), "their lists are two"
    client.post(f"/boards/{other.pk}/star", {"starred": "0"})
    assert "No favourites yet" in page(client, "/?show=starred")
    assert home.list_of(ada) == home.list_of(bob), "their lists are one"
    assert client.post("/boards/4711/star", {"starred": "1"}).status_code == 404


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1", ""])
def test_a_button_leads_back_to_this_site_only(client: Client, board: Board, back: str) -> None:
    sign_in(client)
    response = client.post(f"/boards/{board.pk}/star", {"starred": "1", "back": back})
    assert response.headers["Location"] == "/"


def test_a_new_board_needs_a_title_and_is_edited_at_once(client: Client) -> None:
    ada = sign_in(client, ADD, CHANGE)
    assert 'name="title"' in page(client, "/new")
    refused = client.post("/new", NEW | {"title": " "})
    assert refused.status_code == 422 and b"This field is required" in refused.content
    assert client.post("/new", NEW | {"title": "Shop floor"}).headers["Location"] == "/boards/shop-floor/edit"
    assert Board.objects.get().view_by == "signed_in"
    ada.user_permissions.remove(Permission.objects.get(codename=CHANGE))
    response = client.post("/new", NEW | {"title": "Lab"})
    assert response.headers["Location"] == "/boards/lab/", "who may not edit it sees it"
    ada.user_permissions.clear()
    Board.objects.get(slug="lab").delete()
    assert client.post("/new", {"title": "Another"}).status_code == 403
    assert Board.objects.count() == 1


def test_one_click_adds_a_panel_and_leads_to_it(client: Client, board: Board) -> None:
    sign_in(client, CHANGE)
    series = orders()
    response = client.post(f"/series/{series.pk}/add", {"board": board.pk})
    panel = Panel.objects.get()
    assert response.headers["Location"] == f"/boards/mine/edit#boards-panel-{panel.pk}"
    assert (panel.board, panel.title, panel.kind) == (board, "Orders", "stat")
    again = client.post(f"/series/{series.pk}/add", {"board": board.pk})
    assert (again.headers["Location"], Panel.objects.count()) == ("/", 1)
    assert "is on a board by now" in page(client)


def test_without_any_board_a_first_one_is_made(client: Client) -> None:
    sign_in(client, CHANGE, ADD)
    response = client.post(f"/series/{orders().pk}/add", {"board": ""})
    assert response.headers["Location"].startswith("/boards/my-board/edit#")
    assert Panel.objects.get().board.title == "My board"


def test_where_there_are_boards_one_is_chosen_or_a_new_one_is_made(client: Client, board: Board, other: Board) -> None:
    address, new = f"/series/{orders().pk}/add", ">A new board</button>"
    ada = sign_in(client, CHANGE)
    assert f'href="{address}"' in page(client)
    html = page(client, address)
    assert html.index("Backups</button>") > 0 and html.index("Mine</button>") > 0 and new not in html
    assert client.post(address, {"board": "new"}).status_code == 403
    ada.user_permissions.set(Permission.objects.filter(codename__in=[ADD, CHANGE]))
    assert new in page(client, address)
    response = client.post(address, {"board": "new"})
    assert response.headers["Location"].startswith("/boards/orders/edit#")
    assert Panel.objects.get().board.title == "Orders"
    assert client.get(address).headers["Location"] == "/"
    client.post(address, {"board": "new"})
    assert Board.objects.count() == 3, "it is on a board by now, and no other one is made"


def test_who_may_only_add_boards_does_not_change_one_that_is_there(client: Client, board: Board) -> None:
    sign_in(client, ADD)
    assert client.post(f"/series/{orders().pk}/add", {"board": ""}).status_code == 403
    assert not Panel.objects.exists()


@pytest.mark.parametrize("board", ["4711", "x", "-1", "9" * 30, "\N{FULLWIDTH DIGIT ONE}"])
def test_a_board_that_is_not_there_is_not_found(client: Client, board: str) -> None:
    sign_in(client, CHANGE, ADD)
    assert client.post(f"/series/{orders().pk}/add", {"board": board}).status_code == 404
    assert not Panel.objects.exists()


def test_not_now_is_for_all(client: Client, board: Board) -> None:
    sign_in(client, CHANGE)
    series = orders()
    assert client.post(f"/series/{series.pk}/dismiss").headers["Location"] == "/"
    client.post(f"/series/{series.pk}/dismiss")
    assert DismissedSeries.objects.get().name == "orders"
    assert "<code>orders</code>" not in page(client)


def test_whoever_may_not_changes_nothing(client: Client, board: Board) -> None:
    series = orders()
    token = ["/token", "/boards/mine/token"]
    addresses = [f"/series/{series.pk}/add", f"/series/{series.pk}/dismiss", *token]
    assert [client.post(address).status_code for address in [*addresses, "/new"]] == [302] * 5
    for address in (f"/boards/{board.pk}/star", *addresses[:2]):
        assert client.post(address).headers["Location"] == "/accounts/login/?next=/", "what a button sends is no page"
    sign_in(client)
    assert [client.post(address).status_code for address in [*addresses, "/new"]] == [403] * 5
    assert [client.get(address).status_code for address in addresses] == [403, 405, 302, 302]
    assert client.post(f"/series/{series.pk}/add", {"board": board.pk}).status_code == 403
    assert not (Panel.objects.exists() or DismissedSeries.objects.exists() or Token.objects.exists())


def test_a_token_is_made_on_the_spot_and_shown_once(client: Client) -> None:
    sign_in(client, CHANGE, TOKEN)
    assert "Bearer $TOKEN" in page(client) and "http://testserver/api/points" in page(client)
    response = client.post("/token")
    secret = response.context["secret"]
    html = response.content.decode()
    assert html.count(secret) == 2, "in the command, and by itself"
    assert "no-store" in response.headers["Cache-Control"]
    assert Token.objects.recognise(secret) == Token.objects.get()
    assert Token.objects.get().scopes == ["write:*"] and "ada" in Token.objects.get().name
    assert secret not in page(client)


def test_whoever_makes_a_token_again_has_one_and_the_old_secret_is_refused(client: Client, board: Board) -> None:
    ada, words = sign_in(client, CHANGE, TOKEN), "refused from then on"
    assert words not in page(client)
    first = client.post("/token").context["secret"]
    assert words in page(client)
    second = client.post("/boards/mine/token").context["secret"]
    assert [Token.objects.recognise(secret) for secret in (first, second)] == [None, Token.objects.get()]
    assert Token.objects.get().user == ada
    Token.objects.update(active=False)
    assert words not in page(client)
    client.post("/token")
    assert [token.active for token in Token.objects.order_by("pk")] == [False, True], (
        "one that was deactivated stays so"
    )
    bob = Client()
    sign_in(bob, CHANGE, TOKEN, name="bob")
    bob.post("/token")
    assert Token.objects.filter(active=True).count() == 2


def test_a_board_without_panels_says_how_to_begin_to_whoever_may_edit(client: Client, board: Board) -> None:
    assert "curl" not in page(client, "/boards/mine/")
    sign_in(client, CHANGE, TOKEN)
    orders()
    html = page(client, "/boards/mine/")
    assert "Add to this board" in html and "Bearer $TOKEN" in html
    assert 'formaction="/boards/mine/token"' in html
    response = client.post("/boards/mine/token")
    assert response.context["board"] == board and response.context["secret"] in response.content.decode()
    assert client.post("/boards/none/token").status_code == 404
    Panel.objects.create(board=board, title="Some")
    assert "curl" not in page(client, "/boards/mine/")


def test_from_a_page_that_shows_a_token_its_links_lead_on(client: Client, board: Board) -> None:
    sign_in(client, CHANGE, TOKEN)
    html = client.post("/boards/mine/token").content.decode()
    for address, start in (("/boards/mine/token", "/boards/mine/"), ("/token", "/")):
        for query in re.findall(r'href="(\?[^"]*)"', html):
            response = client.get(f"{address}{unescape(query)}", follow=True)
            assert response.status_code == 200
            # An empty query is the page itself.
            assert response.redirect_chain[-1][0] in (f"{start}{unescape(query)}", f"{start}?")
