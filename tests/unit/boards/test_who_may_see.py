"""Every fragment and every address of the site answers who may see this now; one that has no answer fails here."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser, Group, Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver

from boards import permissions, recipients
from boards.home import fragments as home
from boards.models import Board, Panel
from live.banners.models import Banner
from live.fragments import Fragment
from live.notices import notify, send, staff
from live.notices.models import Notice
from tests.unit.api.program import Program
from tests.unit.boards.surfaces import (
    EDITED,
    EDITORS_FRAGMENTS,
    FRAGMENTS,
    SECRET,
    SEEN,
    SEEN_IF_PUBLIC,
    SEEN_SIGNED_IN,
    Ask,
    Asked,
)
from tests.unit.boards.who import PEOPLE, SOME_BOARDS, Person, set_up

pytestmark = [pytest.mark.django_db, pytest.mark.database]

OURS = ("boards", "series", "tokens", "gallery", "live.notices", "live.banners")
# Fragments that ask nobody, and why not.
UNASKED = {
    "live_banners.banner": "comes to a page only inside of live_banners.banners, which knows for whom it is",
    "live_banners.banner_times": "comes to a page only inside of live_banners.banner",
}
# What a stranger gets at each address that names an object, where that object is not for strangers.
STRANGERS = {
    "boards:panel": ("GET", 404),
    "boards:panel-svg": ("GET", 404),
    "boards:panel-png": ("GET", 404),
    "boards:board": ("GET", 404),
    "boards:board-svg": ("GET", 404),
    "boards:board-png": ("GET", 404),
    "boards:board-html": ("GET", 404),
    "boards:board-yaml": ("GET", 404),
    "boards:share": ("GET", 404),
    "boards:badge": ("GET", 404),
    "boards:embed": ("GET", 404),
    "boards:display": ("GET", 404),
    "boards:displays": ("GET", 404),
    "boards:origins": ("POST", 404),
    "boards:display-revoke": ("POST", 404),
    "boards:values": ("POST", 404),
    "boards:star": ("POST", 302),
    "boards:add": ("POST", 302),
    "boards:dismiss": ("POST", 302),
    "boards:board-token": ("POST", 302),
    "boards:edit": ("GET", 404),
    "boards:panel-add": ("GET", 404),
    "boards:panel-edit": ("GET", 404),
    "boards:panel-preview": ("POST", 404),
    "boards:panel-presence": ("POST", 404),
    "boards:series": ("GET", 404),
    # Without a token nothing under /api/ says whether there is such an object.
    "deactivate-token": ("POST", 302),
    "api:get_board": ("GET", 401),
    "api:undo_change": ("POST", 401),
    "api:star_board": ("PUT", 401),
    "api:list_displays": ("GET", 401),
    "api:revoke_display": ("DELETE", 401),
    "api:get_panel": ("GET", 401),
    "api:move_panel": ("POST", 401),
    "api:resize_panel": ("POST", 401),
    "api:duplicate_panel": ("POST", 401),
    "api:add_to_board": ("POST", 401),
    "api:get_series": ("GET", 401),
    "api:delete_points": ("DELETE", 401),
    "api:dismiss_series": ("POST", 401),
    "api:get_notice": ("GET", 401),
    "api:cancel_notice": ("POST", 401),
    "api:get_token": ("GET", 401),
    "api:renew_secret": ("POST", 401),
    "boards:settings": ("GET", 404),
    "boards:variables": ("GET", 404),
    "boards:delete": ("POST", 404),
    "banner": ("GET", 401),
    "end_banner": ("POST", 401),
    "update_banner": ("POST", 401),
    # Its token is in the body, and this has none.
    "widget": ("POST", 400),
    # The same whether there is such a notice or not.
    "live_notices:dismiss": ("POST", 302),
    "live_notices:cancel": ("POST", 302),
    "live_banners:dismiss": ("POST", 404),
    # Links that nobody made.
    "accept": ("GET", 404),
    "reset": ("GET", 404),
    "person": ("GET", 302),
    "invitation": ("GET", 302),
    "group": ("GET", 302),
    # Examples that everybody may see: there is no object behind them.
    "gallery:picture": ("GET", 404),
    "gallery:thumbnail": ("GET", 404),
}


def of(module: str) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in OURS)


def patterns(resolver: URLResolver, names: str = "", route: str = "") -> Iterator[tuple[str, str, URLPattern]]:
    """Each address: its name, its route, its pattern."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            below = f"{names}{pattern.namespace}:" if pattern.namespace else names
            yield from patterns(pattern, below, route + str(pattern.pattern))
        else:
            yield f"{names}{pattern.name}", route + str(pattern.pattern), pattern


@pytest.fixture
def private(make_panel: Callable[..., Panel]) -> Panel:
    """A panel of a board that is only for people who are signed in."""
    panel = make_panel("cpu", kind="stat", editable=True)
    Board.objects.update(view_by="signed_in")
    return panel


def test_every_fragment_answers_who_may_see_it() -> None:
    ours = {name: each for name, each in Fragment.registry.items() if of(each.function.__module__)}
    assert {"boards.panel", "live_notices.activity", "live_banners.receipts"} <= set(ours), "they are found"
    # With per= the recipients are in the key, and asked again while the page is open.
    silent = [name for name, each in ours.items() if each.may_see is None and each.per is None]
    assert sorted(silent) == sorted(UNASKED), "declare who may see it, with visible_to"


@pytest.fixture
def crowd(make_panel: Callable[..., Panel]) -> Iterator[tuple[Panel, list[tuple[Person, Asked]]]]:
    """A board with a panel, and everybody in front of it."""
    panel = make_panel("cpu", kind="stat", editable=True, title=SECRET)
    board = panel.board
    Board.objects.filter(pk=board.pk).update(title=SECRET)
    board.refresh_from_db()
    other = Board.objects.create(title="Other", slug="other", view_by="public", position=9)
    group = Group.objects.create(name="Shop floor")
    board.view_groups.set([group])
    board.edit_groups.set([group])
    send(recipients.board(board), "info", SECRET)
    everybody = []
    for person in PEOPLE:
        user, client = person.make(group), Client()
        if isinstance(user, User):
            client.force_login(user)
            User.objects.filter(pk=user.pk).update(is_active=person.is_active)
        known = person.signed_in and person.is_active
        program = (
            Program("boards.read:*", "boards.edit:*", user=user).send if isinstance(user, User) and known else None
        )
        owner = user.pk if person.owns else None
        everybody.append((person, Asked(client, board, panel, other, known, owner, program)))
    yield panel, everybody


def compare(crowd: list[tuple[Person, Asked]], ask: Ask, expected: Callable[[Person, str, str], bool]) -> None:
    """Ask for everybody about every kind of board, and compare with what should be."""
    wrong = []
    for view_by, edit_by in SOME_BOARDS:
        for person, asked in crowd:
            set_up(asked.board, view_by, edit_by, asked.owner)
            if ask(asked) is not expected(person, view_by, edit_by):
                wrong.append(f"{person.name}, view_by={view_by}, edit_by={edit_by}")
    assert wrong == []


def test_every_fragment_of_a_board_is_in_the_tables() -> None:
    restricted = {name for name, one in Fragment.registry.items() if name.startswith("boards.") and one.may_see}
    assert restricted == {*FRAGMENTS, *EDITORS_FRAGMENTS}


@pytest.mark.parametrize("surface", SEEN)
def test_who_sees_what(crowd: tuple[Panel, list[tuple[Person, Asked]]], surface: str) -> None:
    compare(crowd[1], SEEN[surface], Person.sees)


@pytest.mark.parametrize("surface", SEEN_SIGNED_IN)
def test_who_is_signed_in_does_what(crowd: tuple[Panel, list[tuple[Person, Asked]]], surface: str) -> None:
    def expected(person: Person, view_by: str, edit_by: str) -> bool:
        return person.signed_in and person.is_active and person.sees(view_by, edit_by)

    compare(crowd[1], SEEN_SIGNED_IN[surface], expected)


@pytest.mark.parametrize("surface", SEEN_IF_PUBLIC)
def test_what_is_public_is_seen_by_everybody_and_else_by_nobody(
    crowd: tuple[Panel, list[tuple[Person, Asked]]], surface: str
) -> None:
    compare(crowd[1], SEEN_IF_PUBLIC[surface], lambda _person, view_by, _edit_by: view_by == "public")


@pytest.mark.parametrize("surface", EDITED)
def test_who_edits_what(crowd: tuple[Panel, list[tuple[Person, Asked]]], surface: str) -> None:
    compare(crowd[1], EDITED[surface], Person.edits)


def test_a_board_that_is_not_there_takes_the_same_questions_as_one_that_may_not_be_seen(
    private: Panel, client: Client
) -> None:
    for user in (None, User.objects.create_user("ada")):
        if user:
            Board.objects.update(view_by="owner")
            client.force_login(user)
        asked = []
        for address in ("/boards/mine/", "/boards/none/", f"/panels/{private.pk}", "/panels/4711"):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address, headers={"Accept": "text/html"}).status_code == 404
            asked.append([re.sub(r"\W(\d+|'\w+')", "", query["sql"]) for query in queries])
        assert asked[0] == asked[1] and asked[2] == asked[3]


def test_the_home_page_shows_a_stranger_what_is_public_and_offers_to_those_who_may_edit(private: Panel) -> None:
    stranger, ada, bob = AnonymousUser(), User.objects.create_user("ada"), User.objects.create_user("bob")
    bob.user_permissions.add(Permission.objects.get(codename="change_board"))
    seen = {
        "boards.card": (home.card.may_see, {"pk": private.board_id}, [False, True, True]),
    }
    for name, (asked, params, expected) in seen.items():
        assert asked is not None
        assert [asked(user, **params) for user in (stranger, ada, bob)] == expected, name
    assert not home.offers.function(permissions.editing(ada))["offers"]
    assert home.offers.function(permissions.editing(bob))["to"] == [(private.board_id, "Mine")]
    assert home.boards.function(home.list_of(stranger))["boards"] == []
    assert [pk for pk, *_rest in home.boards.function(home.list_of(ada))["boards"]] == [private.board_id]


def test_a_panel_that_moves_is_asked_about_where_it_is_now(private: Panel) -> None:
    assert not permissions.may_see_panel(AnonymousUser(), private.pk)
    private.board = Board.objects.create(title="Open", slug="open", view_by="public")
    private.save()
    assert permissions.may_see_panel(AnonymousUser(), private.pk)
    assert permissions.may_see_panel(AnonymousUser(), 4711), "what is gone has nothing to hide"


def test_every_address_with_an_object_answers_strangers(private: Panel, client: Client) -> None:
    notice = notify(staff, "info", "For some.")
    banner = Banner.objects.create(text="For some.", recipients=staff, starts=datetime.now(UTC))
    objects = {"slug": private.board.slug, "uidb64": "x", "token": "x", "link": "x"}
    named = {
        name: (route, pattern)
        for name, route, pattern in patterns(get_resolver())
        if pattern.pattern.converters and not route.startswith("admin/")
    }
    assert set(named) == set(STRANGERS), "say here what a stranger gets there"
    keys = {"live_notices": Notice.objects.get().pk if notice else 0, "live_banners": banner.pk}
    for name, (route, pattern) in named.items():
        pk = keys.get(name.partition(":")[0], banner.pk if "banner" in name else private.pk)
        address = f"/{route}"
        for parameter in pattern.pattern.converters:
            address = address.replace(f"<uuid:{parameter}>", str(uuid4()))
            for kind in ("int:", "slug:", "str:", ""):
                address = address.replace(f"<{kind}{parameter}>", str(objects.get(parameter, pk)))
        method, status = STRANGERS[name]
        response = client.generic(method, address)
        assert response.status_code == status, f"{method} {address}"
        assert b"For some" not in response.content and private.title.encode() not in response.content, address


def test_every_address_of_the_admin_asks_for_signing_in(private: Panel, client: Client) -> None:
    words = {"<path:object_id>": str(private.pk), "<int:pk>": "1", "<id>": "1", "<path:content_type_id>": "1"}
    addresses = []
    for name, route, _pattern in patterns(get_resolver()):
        if route.startswith("admin/") and "(?P" not in route and name != "admin:login":
            for parameter, value in words.items():
                route = route.replace(parameter, value)
            addresses.append(f"/{route}")
    assert len(addresses) > 40, "they are found"
    for address in addresses:
        response = client.get(address)
        refused = response.status_code == 302 and "/admin/login/" in response.headers["Location"]
        assert refused or address in {"/admin/jsi18n/", "/admin/logout/"}, address
