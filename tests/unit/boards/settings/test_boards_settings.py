"""The settings of a board: who may set what, what is refused, and that nobody shuts themselves out."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.db.models.signals import pre_save
from django.test import Client

from boards.models import Board, Panel

pytestmark = [pytest.mark.django_db, pytest.mark.database]
EDITOR = ["add_board", "change_board", "delete_board"]
PAGE = "/boards/mine/settings"


@pytest.fixture
def ada() -> User:
    return person("ada", *EDITOR)


@pytest.fixture
def mine(board: Board, ada: User) -> Board:
    """A board of ada's."""
    board.owner = ada
    board.save()
    return board


@pytest.fixture
def shop_floor() -> Group:
    return Group.objects.create(name="Shop floor")


def person(name: str, *permissions: str, **columns: Any) -> User:
    user = User.objects.create_user(name, **columns)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return user


def sent(board: Board, **changes: Any) -> dict[str, Any]:
    """What a browser sends for a form in which these fields were changed."""
    fields = {"title": board.title, "slug": board.slug, "note": "", "range": "", "time_zone": "UTC"}
    choices = {"view_by": board.view_by, "edit_by": board.edit_by, "show_activity": "on"}
    owner = board.owner.get_username() if board.owner else ""
    return {**fields, **choices, "owner": owner, **changes}


def test_everything_is_set_and_the_page_is_where_the_board_is_now(
    mine: Board, ada: User, client: Client, shop_floor: Group
) -> None:
    client.force_login(ada)
    html = client.get(PAGE).content.decode()
    assert "Settings of Mine" in html and 'value="ada"' in html and "Shop floor" in html
    changes = {
        "title": "Lab",
        "slug": "lab",
        "note": "Second floor",
        "range": "6 h",
        "time_zone": "Europe/Berlin",
        "view_by": "groups",
        "view_groups": [shop_floor.pk],
        "edit_by": "groups",
        "edit_groups": [shop_floor.pk],
    }
    response = client.post(PAGE, sent(mine, **changes))
    assert response.headers["Location"] == "/boards/lab/settings"
    board = Board.objects.get()
    for name in ("title", "slug", "note", "range", "time_zone", "view_by", "edit_by"):
        assert getattr(board, name) == changes[name]
    assert (*board.view_groups.all(), *board.edit_groups.all()) == (shop_floor, shop_floor)
    assert board.owner == ada
    assert "The settings of “Lab” are saved." in client.get("/boards/lab/settings").content.decode()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": ""}, "This field is required."),
        ({"slug": "other"}, "already exists"),
        ({"slug": "a/b"}, "Enter a valid"),
        ({"range": "soon"}, "soon"),
        ({"time_zone": "Mars"}, "is no time zone"),
        ({"view_by": "friends"}, "Select a valid choice"),
        ({"view_by": "groups"}, "Choose at least one group."),
        ({"edit_by": "groups", "edit_groups": ["4711"]}, "Select a valid choice"),
        ({"owner": "nobody"}, "There is nobody called “nobody”."),
        ({"owner": "gone"}, "There is nobody called “gone”."),
        ({"owner": "", "edit_by": "owner"}, "It has no owner."),
        ({"owner": "bob", "edit_by": "owner"}, "you could not edit the board any more"),
        ({"owner": "", "view_by": "owner"}, "It has no owner."),
    ],
)
def test_what_cannot_be_is_refused_with_words_and_changes_nothing(
    mine: Board, ada: User, client: Client, shop_floor: Group, changes: dict[str, Any], words: str
) -> None:
    Board.objects.create(title="Other", slug="other")
    person("bob")
    person("gone", is_active=False)
    before = list(Board.objects.order_by("pk").values())
    client.force_login(ada)
    response = client.post(PAGE, sent(mine, **changes))
    assert response.status_code == 422
    html = response.content.decode()
    assert words in html and "Settings of Mine" in html
    assert list(Board.objects.order_by("pk").values()) == before


def test_nobody_shuts_themselves_out(mine: Board, client: Client, shop_floor: Group) -> None:
    bob = person("bob", *EDITOR)
    client.force_login(bob)
    for changes in (
        {"view_by": "owner"},
        {"edit_by": "owner"},
        {"edit_by": "groups", "edit_groups": [shop_floor.pk]},
        {"view_by": "groups", "view_groups": [shop_floor.pk]},
    ):
        response = client.post(PAGE, sent(mine, **changes))
        assert response.status_code == 422 and b"you could not edit the board any more" in response.content
    bob.groups.add(shop_floor)
    assert client.post(PAGE, sent(mine, view_by="groups", view_groups=[shop_floor.pk])).status_code == 302


def test_staff_may_set_what_leaves_themselves_in(mine: Board, admin_client: Client) -> None:
    assert admin_client.post(PAGE, sent(mine, edit_by="owner", view_by="owner")).status_code == 302
    assert admin_client.get(PAGE).status_code == 200


def test_only_its_owner_and_staff_give_a_board_away(
    mine: Board, ada: User, client: Client, admin_client: Client
) -> None:
    bob, cleo = person("bob", *EDITOR), person("cleo", *EDITOR)
    client.force_login(bob)
    html = client.get(PAGE).content.decode()
    assert 'name="owner"' not in html and "It is owned by ada." in html
    assert client.post(PAGE, sent(mine, owner="bob")).status_code == 302
    assert Board.objects.get().owner == ada, "nobody asked about that"
    client.force_login(ada)
    client.post(PAGE, sent(mine, owner="bob"))
    assert Board.objects.get().owner == bob
    admin_client.post(PAGE, sent(mine, owner="cleo"))
    assert Board.objects.get().owner == cleo


def test_groups_are_offered_that_people_made_and_those_that_are_chosen(mine: Board, ada: User, client: Client) -> None:
    role = Group.objects.get_or_create(name="role:editor")[0]
    client.force_login(ada)
    html = client.get(PAGE).content.decode()
    assert "role:editor" not in html and 'value="groups"' not in html, "without groups there is nothing to choose"
    mine.view_groups.set([role])
    assert "role:editor" in client.get(PAGE).content.decode()


def test_a_board_is_deleted_after_a_question(mine: Board, ada: User, client: Client) -> None:
    Panel.objects.create(board=mine, title="Some")
    bob = person("bob", "change_board")
    client.force_login(bob)
    assert client.get("/boards/mine/delete").status_code == 403
    assert b"Delete this board" not in client.get(PAGE).content
    client.force_login(ada)
    assert b"Delete this board" in client.get(PAGE).content
    html = client.get("/boards/mine/delete").content.decode()
    assert "Delete “Mine”?" in html and "its 1 panel" in html
    assert Board.objects.exists(), "it only asks"
    assert client.post("/boards/mine/delete").headers["Location"] == "/"
    assert not Board.objects.exists() and not Panel.objects.exists()
    assert "“Mine” is deleted." in client.get("/").content.decode()


def test_a_new_board_is_for_those_who_were_chosen(ada: User, client: Client, shop_floor: Group) -> None:
    client.force_login(ada)
    assert b"Shop floor" in client.get("/new").content
    data = {"title": "Lab", "view_by": "groups"}
    refused = client.post("/new", data)
    assert refused.status_code == 422 and b"Choose at least one group." in refused.content
    assert client.post("/new", data | {"view_groups": [shop_floor.pk]}).status_code == 302
    board = Board.objects.get()
    assert (board.view_by, list(board.view_groups.all()), board.owner) == ("groups", [shop_floor], ada)


def test_an_address_that_somebody_takes_at_the_same_moment_is_refused(mine: Board, ada: User, client: Client) -> None:
    def takes_it(sender: type[Board], instance: Board, **kwargs: Any) -> None:
        if instance.pk == mine.pk:
            pre_save.disconnect(takes_it, sender=Board)
            Board.objects.create(title="Other", slug="lab")

    client.force_login(ada)
    pre_save.connect(takes_it, sender=Board)
    response = client.post(PAGE, sent(mine, slug="lab", title="New"))
    assert response.status_code == 422
    assert "Another board has this address." in response.content.decode()
    mine.refresh_from_db()
    assert (mine.slug, mine.title) == ("mine", "Mine")
