"""Every fragment and every address of the site answers who may see this now; one that has no answer fails here."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser, Permission, User
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from boards import permissions
from boards.home import fragments as home
from boards.models import Board, Panel
from boards.wall import fragments as wall
from live.banners.models import Banner
from live.fragments import Fragment
from live.notices import notify, staff
from live.notices.models import Notice

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
    "boards:share": ("GET", 404),
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
    "api:get_series": ("GET", 401),
    "api:delete_points": ("DELETE", 401),
    "api:dismiss_series": ("POST", 401),
    "api:get_notice": ("GET", 401),
    "api:cancel_notice": ("POST", 401),
    "api:get_token": ("GET", 401),
    "api:renew_secret": ("POST", 401),
    "boards:settings": ("GET", 404),
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


def test_strangers_see_none_of_a_private_boards_fragments(private: Panel) -> None:
    stranger, somebody = AnonymousUser(), User.objects.create_user("ada")
    params = {
        "board": {"pk": private.board_id},
        "wall": {"pk": private.board_id},
        "panel": {"pk": private.pk},
        "repeated_panel": {"pk": private.pk, "tile": "a"},
        "picker": {"pk": private.board_id, "variable": "host"},
        "activity": {"pk": private.board_id},
        "edit_link": {"pk": private.board_id},
    }
    modules = ("boards.fragments", "boards.wall.fragments", "boards.variables.fragments")
    declared = {each.name for each in Fragment.registry.values() if each.function.__module__ in modules}
    assert {f"boards.{name}" for name in params} == declared - {"boards.rotation"}
    rotations = [wall.rotation.function(permissions.seeing(user))["walls"] for user in (stranger, somebody)]
    assert [[one for one, _address in walls] for walls in rotations] == [[], [private.board]]
    for name, values in params.items():
        asked = Fragment.named(f"boards.{name}").may_see
        assert asked is not None and not asked(stranger, **values), name
        assert asked(somebody, **values), name


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


def test_only_who_may_change_a_board_sees_its_edit_page(private: Panel, client: Client) -> None:
    stranger, ada, bob = AnonymousUser(), User.objects.create_user("ada"), User.objects.create_user("bob")
    bob.user_permissions.add(Permission.objects.get(codename="change_board"))
    asked = Fragment.named("boards.edit_board").may_see
    assert asked is not None
    assert [asked(user, pk=private.board_id) for user in (stranger, ada, bob)] == [False, False, True]
    addresses = [
        reverse("boards:edit", args=["mine"]),
        reverse("boards:panel-add", args=["mine"]),
        reverse("boards:panel-edit", args=["mine", private.pk]),
        reverse("boards:series", args=["mine"]),
    ]
    for user, status in ((ada, 403), (bob, 200)):
        client.force_login(user)
        assert [client.get(address).status_code for address in addresses] == [status] * len(addresses)
        missing = [client.get(address.replace("mine", "other")).status_code for address in addresses]
        assert missing == [404] * len(addresses)


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


def test_a_wall_is_shown_to_those_who_may_see_the_board(private: Panel, client: Client) -> None:
    address = f"{private.board.get_absolute_url()}?wall&rotate=60"
    response = client.get(address)
    assert response.status_code == 404
    client.force_login(User.objects.create_user("ada"))
    assert private.title in client.get(address).content.decode()


def test_a_wall_goes_on_only_to_boards_that_its_visitor_may_see(private: Panel, client: Client) -> None:
    for position, (slug, view_by) in enumerate([("a", "public"), ("b", "signed_in"), ("c", "public")]):
        Board.objects.create(title=slug.upper(), slug=slug, view_by=view_by, position=10 + position)
    assert b"/boards/b/" not in client.get("/boards/a/?wall&rotate=60").content
    client.force_login(User.objects.create_user("ada"))
    assert b"/boards/b/" in client.get("/boards/a/?wall&rotate=60").content


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
