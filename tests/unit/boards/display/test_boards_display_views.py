"""What a display link opens, and what another site's page may show: read-only, and without an account or a cookie."""

import json
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from boards import fragments
from boards.display import users, views
from boards.display.users import DisplayUser, users_of_links
from boards.models import Board, DisplayLink, Panel
from boards.permissions import may_edit, may_see_board, may_see_panel
from boards.wall import fragments as wall
from live.hub import periodic_tasks
from live.page import access
from live.page.page import Page, Reason
from live.page.token import sign

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def only_for_signed_in(board: Board) -> None:
    Board.objects.filter(pk=board.pk).update(view_by="signed_in")


@pytest.fixture
def panel(make_panel: Callable[..., Panel]) -> Panel:
    """Of a board that strangers may not see."""
    panel = make_panel("cpu", kind="stat")
    only_for_signed_in(panel.board)
    return panel


@pytest.fixture
def other(panel: Panel) -> Panel:
    """Of another board that strangers may not see."""
    board = Board.objects.create(title="Theirs", slug="theirs")
    only_for_signed_in(board)
    return Panel.objects.create(board=board, title="Secret", kind="text")


@pytest.fixture
def link(panel: Panel) -> DisplayLink:
    return DisplayLink.objects.create(board=panel.board, name="Hall", view="range=6h&tz=Asia/Tokyo", theme="dark")


def addresses(panel: Panel, link: DisplayLink) -> list[str]:
    query = f"?{users.PARAMETER}={link.secret}"
    return [
        link.get_absolute_url(),
        f"/boards/{panel.board.slug}/embed{query}",
        f"/panels/{panel.pk}.svg{query}",
        f"/badges/{panel.pk}.svg{query}",
        f"/boards/{panel.board.slug}.svg{query}",
    ]


def test_a_link_opens_its_board_and_pictures_of_it(client: Client, panel: Panel, link: DisplayLink) -> None:
    for address in addresses(panel, link):
        response = client.get(address)
        assert response.status_code == 200, address
        assert "no-store" in response["Cache-Control"] or "private" in response["Cache-Control"]
        assert "sessionid" not in response.cookies


def test_it_opens_nothing_of_another_board(client: Client, other: Panel, link: DisplayLink) -> None:
    for address in addresses(other, link)[1:]:
        assert client.get(address).status_code == 404, address


@pytest.mark.parametrize("end", ["revoked", "expired"])
def test_a_link_that_has_ended_opens_nothing(client: Client, panel: Panel, link: DisplayLink, end: str) -> None:
    if end == "revoked":
        DisplayLink.objects.all().delete()
    else:
        DisplayLink.objects.update(expires=timezone.now())
    for address in addresses(panel, link):
        assert client.get(address).status_code == 404, address
    assert "revoked" in client.get(link.get_absolute_url()).content.decode()


@pytest.mark.parametrize("secret", ["no-such-link", "a%00b", "%F0%9F%98%80", "x" * 500, "a b", "%ED%A0%80"])
def test_what_is_no_link_is_not_there(client: Client, panel: Panel, secret: str) -> None:
    assert client.get(f"/display/{secret}").status_code == 404
    assert client.get(f"/boards/mine/embed?{users.PARAMETER}={secret}").status_code == 404


def test_it_shows_what_it_was_made_for_whatever_its_address_says(client: Client, link: DisplayLink) -> None:
    html = client.get(f"{link.get_absolute_url()}?range=1h&tz=Europe/Berlin").content.decode()
    assert 'data-zone="Asia/Tokyo"' in html
    assert wall.wall.key(pk=link.board_id, range="6h", tz="Asia/Tokyo").element in html
    assert 'data-theme="dark"' in html


def test_who_is_signed_in_is_the_display_there(client: Client, panel: Panel, link: DisplayLink) -> None:
    client.force_login(User.objects.create_superuser("root"))
    response = client.get(link.get_absolute_url())
    assert isinstance(response.wsgi_request.user, DisplayUser)
    assert "root" not in response.content.decode()
    # Without a link, another site's page must not show it by the visitor's cookie.
    assert client.get("/boards/mine/embed").status_code == 404


def test_it_may_see_and_nothing_else(panel: Panel, other: Panel, link: DisplayLink) -> None:
    user = users_of_links([str(link.pk)])[str(link.pk)]
    assert may_see_board(user, panel.board_id) and may_see_panel(user, panel.pk)
    assert not may_see_board(user, other.board_id) and not may_see_panel(user, other.pk)
    assert not may_edit(user, panel.board_id)
    assert not user.is_authenticated and not user.has_perm("boards.view_board")


def test_its_socket_is_asked_about_by_the_link(client: Client, panel: Panel, link: DisplayLink) -> None:
    page = Page(user=DisplayUser(link).pk)
    keys = [fragments.panel.key(pk=panel.pk)]
    assert access.check(None, page, keys).refusal is None
    DisplayLink.objects.all().delete()
    refusal = access.check(None, page, keys).refusal
    assert refusal is not None and refusal.reason is Reason.FORBIDDEN


@pytest.mark.parametrize("pk", ["", "x", "9" * 30, "-1", "²"])
def test_a_token_with_another_key_is_of_nobody(link: DisplayLink, pk: str) -> None:
    assert users_of_links([pk]) == {}


def test_when_and_from_where_it_was_opened_is_noted(client: Client, link: DisplayLink) -> None:
    client.get(link.get_absolute_url(), REMOTE_ADDR="192.0.2.7")
    link.refresh_from_db()
    assert link.last_address == "192.0.2.7" and link.last_seen is not None
    first = link.last_seen
    client.get(link.get_absolute_url(), REMOTE_ADDR="192.0.2.7")
    link.refresh_from_db()
    assert link.last_seen == first, "not again within a minute"
    DisplayLink.objects.update(last_seen=timezone.now() - timedelta(hours=1))
    client.get(link.get_absolute_url(), REMOTE_ADDR="192.0.2.7")
    link.refresh_from_db()
    assert link.last_seen > first
    client.get(link.get_absolute_url(), REMOTE_ADDR="192.0.2.8")
    link.refresh_from_db()
    assert link.last_address == "192.0.2.8"


# Inside of other sites


def test_only_listed_sites_may_frame_it(client: Client, board: Board) -> None:
    Board.objects.update(embed_origins="https://intranet.example\nhttps://*.agency.example")
    response = client.get("/boards/mine/embed")
    assert response.status_code == 200
    assert "X-Frame-Options" not in response
    sources = "frame-ancestors 'self' https://intranet.example https://*.agency.example;"
    assert sources in response["Content-Security-Policy"]
    assert response.cookies == {}
    # And no other page of ours.
    for address in ("/boards/mine/", "/boards/mine/?wall", "/"):
        response = client.get(address)
        assert response["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in response["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("headers", "warned"),
    [
        ({"referer": "https://other.example/page", "sec-fetch-dest": "iframe"}, True),
        ({"referer": "https://other.example/page"}, True),
        ({"referer": "https://other.example/page", "sec-fetch-dest": "document"}, False),
        ({"referer": "https://intranet.example/", "sec-fetch-dest": "iframe"}, False),
        ({"referer": "http://testserver/boards/", "sec-fetch-dest": "iframe"}, False),
        ({"sec-fetch-dest": "iframe"}, False),
        ({"referer": "http://[", "sec-fetch-dest": "iframe"}, True),
    ],
)
def test_a_site_that_is_not_listed_is_named_in_the_log(
    client: Client, board: Board, caplog: pytest.LogCaptureFixture, headers: dict[str, str], warned: bool
) -> None:
    views.limited_log._lines.clear()
    Board.objects.update(embed_origins="https://intranet.example")
    client.get("/boards/mine/embed", headers=headers)
    words = [record.getMessage() for record in caplog.records if "may not show the board mine" in record.getMessage()]
    assert bool(words) == warned, words
    assert not words or headers["referer"].split("/page")[0] in words[0]


# The page where links are made


@pytest.fixture
def editor(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("root"))
    return client


def test_an_editor_makes_a_link(editor: Client, board: Board) -> None:
    sent = {"name": "Hall", "range": "360 min", "tz": "Europe/Berlin", "theme": "light"}
    response = editor.post("/boards/mine/displays", sent)
    assert response.status_code == 302
    link = DisplayLink.objects.get()
    assert (link.board, link.name, link.theme, link.view) == (board, "Hall", "light", "range=6h&tz=Europe/Berlin")
    html = editor.get("/boards/mine/displays").content.decode()
    assert f"http://testserver/display/{link.secret}" in html
    assert f"http://testserver/boards/mine/embed?display={link.secret}" in html
    assert "Not opened yet" in html


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": ""}, "required"),
        ({"range": "a while"}, "range"),
        ({"tz": "Berlin"}, "time zone"),
        ({"expires": "2020-01-01T00:00"}, "never work"),
        ({"theme": "pink"}, "valid choice"),
        ({"value-host": "x" * 999}, "at most"),
    ],
)
def test_bad_input_makes_no_link(editor: Client, board: Board, wrong: dict[str, str], words: str) -> None:
    Board.objects.update(variables=[{"name": "host"}])
    response = editor.post("/boards/mine/displays", {"name": "Hall", **wrong})
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not DisplayLink.objects.exists()


@pytest.mark.parametrize("name", ["name", "expires", "board", "csrfmiddlewaretoken"])
def test_a_variable_may_be_called_as_a_field_of_a_link(editor: Client, board: Board, name: str) -> None:
    Board.objects.update(variables=[{"name": name}])
    sent = {"name": "Hall", "expires": "2090-01-01T00:00", f"value-{name}": "web-1"}
    assert editor.post("/boards/mine/displays", sent).status_code == 302
    link = DisplayLink.objects.get()
    assert (link.name, link.expires is not None, link.view) == ("Hall", True, f"{name}=web-1")


def test_a_link_is_revoked(editor: Client, link: DisplayLink) -> None:
    assert editor.post(f"/boards/mine/displays/{link.pk}/revoke").status_code == 302
    assert not DisplayLink.objects.exists()
    assert editor.post(f"/boards/mine/displays/{link.pk}/revoke").status_code == 404


def test_sites_are_listed(editor: Client, board: Board) -> None:
    sent = {"embed_origins": " https://a.example \r\n\r\nhttps://a.example\nhttps://b.example"}
    assert editor.post("/boards/mine/displays/origins", sent).status_code == 302
    board.refresh_from_db()
    assert board.embed_origins == "https://a.example\nhttps://b.example"
    response = editor.post("/boards/mine/displays/origins", {"embed_origins": "https://a.example; script-src *"})
    assert response.status_code == 422
    assert "is no origin" in response.content.decode()
    board.refresh_from_db()
    assert board.embed_origins == "https://a.example\nhttps://b.example"


def test_strangers_make_no_links(client: Client, link: DisplayLink) -> None:
    paths: list[tuple[str, dict[str, Any]]] = [
        ("/boards/mine/displays", {"name": "Mine"}),
        ("/boards/mine/displays/origins", {"embed_origins": "https://evil.example"}),
        (f"/boards/mine/displays/{link.pk}/revoke", {}),
    ]
    for path, sent in paths:
        assert client.post(path, sent).status_code in (302, 403, 404), path
    assert DisplayLink.objects.count() == 1
    assert not Board.objects.exclude(embed_origins="").exists()


def test_links_whose_pages_are_open_are_seen_every_minute(link: DisplayLink) -> None:
    other = DisplayLink.objects.create(board=link.board, name="Off")
    assert (users.SEEN_SECONDS, users.note_open_displays) in periodic_tasks._registered
    pages = [Page(user=DisplayUser(link).pk), Page(user="7"), Page()]

    async def in_this_thread(question: Callable[[], int]) -> int:
        return question()

    viewers = [SimpleNamespace(page=page) for page in pages]
    hub: Any = SimpleNamespace(core=SimpleNamespace(viewers=viewers), ask_database=in_this_thread)
    task = users.note_open_displays(hub)
    with pytest.raises(StopIteration):
        task.send(None)
    link.refresh_from_db()
    other.refresh_from_db()
    assert link.last_seen is not None and other.last_seen is None


def test_where_sockets_are_blocked_its_page_asks_and_is_told_that_it_has_ended(
    client: Client, panel: Panel, other: Panel, link: DisplayLink
) -> None:
    def asks(pk: int) -> int:
        page = Page(user=DisplayUser(link).pk)
        page.add(fragments.panel.key(pk=pk))
        report = json.dumps({"page": sign(page), "shown": []})
        return client.post("/live/page", report, content_type="application/json").status_code

    assert asks(panel.pk) == 204
    assert asks(other.pk) == 403
    # Whoever is signed in there does not count.
    client.force_login(User.objects.create_superuser("root"))
    assert asks(other.pk) == 403
    link.delete()
    link.pk = 987
    assert asks(panel.pk) == 403
