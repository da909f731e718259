"""Display links over HTTP: made, opened, listed and revoked."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from boards.models import Board, DisplayLink
from tests.unit.api.program import Program, person

pytestmark = [pytest.mark.database, pytest.mark.django_db]
PATH = "boards/mine/displays"


@pytest.fixture
def editor() -> User:
    return person("ada", "change_board")


@pytest.fixture
def program(editor: User) -> Program:
    Board.objects.create(title="Mine", slug="mine", view_by="owner", owner=editor, variables=[{"name": "host"}])
    return Program("boards.edit:*", user=editor)


def test_a_link_is_made_opened_listed_and_revoked(program: Program, client: Client, editor: User) -> None:
    expires = timezone.now() + timedelta(days=1)
    body = {"name": "Hall", "view": "range=360 min&host=a", "theme": "dark", "expires": expires.isoformat()}
    made = program.answer(201, "POST", PATH, body)
    link = DisplayLink.objects.get()
    assert (made["id"], made["view"], made["theme"]) == (link.pk, "range=6h&host=a", "dark")
    assert (link.created_by, link.expires, link.last_seen) == (editor, expires, None)
    for name in ("address", "embed"):
        assert client.get(made[name]).status_code == 200, made[name]
    [listed] = program.get(PATH)["items"]
    assert listed["last_seen"] is not None and listed["last_address"] == "127.0.0.1"
    program.answer(204, "DELETE", f"{PATH}/{link.pk}")
    assert client.get(made["address"]).status_code == client.get(made["embed"]).status_code == 404
    assert program.get(PATH) == {"items": [], "next": None}
    program.answer(404, "DELETE", f"{PATH}/{link.pk}")


@pytest.mark.parametrize(
    ("wrong", "status", "field"),
    [
        ({"name": ""}, 400, "name"),
        ({"name": None}, 400, "name"),
        ({"theme": "pink"}, 400, "theme"),
        ({"expires": "2020-01-01T00:00Z"}, 422, "expires"),
        ({"expires": "2030-01-01T00:00"}, 400, "expires"),
        ({"expires": 5}, 400, "expires"),
        ({"view": "range=a while"}, 422, "view"),
        ({"view": "tz=Berlin"}, 422, "view"),
        ({"view": "host=" + "x" * 1000}, 422, "view"),
        ({"secret": "mine"}, 400, "secret"),
    ],
)
def test_what_cannot_be_makes_no_link(program: Program, wrong: dict[str, object], status: int, field: str) -> None:
    assert program.answer(status, "POST", PATH, {"name": "Hall", **wrong})["field"] == field
    assert not DisplayLink.objects.exists()


def test_only_who_may_edit_the_board_knows_of_its_links(program: Program, editor: User) -> None:
    link = DisplayLink.objects.create(board=Board.objects.get(), name="Hall")
    strangers = Program("boards.edit:*", user=person("bob", "change_board"))
    viewers = Program("boards.read:*", user=editor)
    for other, status in ((strangers, 404), (viewers, 403)):
        other.answer(status, "GET", PATH)
        other.answer(status, "POST", PATH, {"name": "Mine"})
        other.answer(status, "DELETE", f"{PATH}/{link.pk}")
    # A link of another board is not there.
    Board.objects.create(title="Other", slug="other", owner=editor)
    program.answer(404, "DELETE", f"boards/other/displays/{link.pk}")
    assert DisplayLink.objects.count() == 1
