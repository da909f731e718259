"""Boards over HTTP: as documents, for whoever may, and undone as on the page."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.db.models.signals import pre_save

from boards.documents.export import document_of
from boards.editing.actions import delete
from boards.models import Board, Favourite, Panel, Revision
from series.models import Series
from tests.unit.api.program import Program, person

pytestmark = [pytest.mark.database, pytest.mark.django_db]
PANEL = {
    "title": "Load",
    "kind": "stat",
    "options": {"unit": "%"},
    "lines": [{"series": "load{host=a}", "label": "A"}, {"query": "load{host=*}"}],
}


@pytest.fixture
def editor() -> User:
    return person("ada", "add_board", "change_board", "delete_board")


@pytest.fixture
def program(editor: User) -> Program:
    return Program("boards.edit:*", user=editor)


def make(program: Program, **fields: Any) -> dict[str, Any]:
    made: dict[str, Any] = program.answer(201, "POST", "boards", {"title": "Shop floor"} | fields)
    return made


def test_a_title_is_enough_for_a_board(program: Program, editor: User) -> None:
    assert make(program)["address"] == "shop-floor"
    assert make(program)["address"] == "shop-floor-2"
    board = Board.objects.get(slug="shop-floor")
    assert (board.owner, board.title) == (editor, "Shop floor")
    assert program.get("boards/shop-floor") == document_of(board)


def test_a_board_is_made_with_panels_and_each_is_in_the_history(program: Program, editor: User) -> None:
    made = make(program, address="floor", view_by="public", panels=[PANEL])
    assert made["panels"][0]["lines"][0] == {"series": "load{host=a}", "label": "A"}
    panel = Panel.objects.get()
    assert (panel.kind, panel.options, panel.lines.count()) == ("stat", {"unit": "%"}, 2)
    assert Series.objects.get().identity == "load{host=a}"
    assert (Revision.objects.get().by, Revision.objects.get().before) == (editor, None)


def test_an_address_that_somebody_takes_at_the_same_moment_is_a_conflict(program: Program) -> None:
    make(program, address="mine")

    def take_it(**kwargs: object) -> None:
        Board.objects.bulk_create([Board(title="Theirs", slug="wanted")])

    pre_save.connect(take_it, sender=Board)
    try:
        error = program.answer(409, "PATCH", "boards/mine", {"address": "wanted"})
    finally:
        pre_save.disconnect(take_it, sender=Board)
    assert error["code"] == "conflict" and Board.objects.get().slug == "mine"


def test_boards_are_listed_as_far_as_one_may(program: Program, editor: User) -> None:
    for address in ("a", "b", "c"):
        make(program, address=address)
    Board.objects.filter(slug="b").update(view_by="owner", owner=person("bob"))
    answer = program.get("boards?limit=1")
    assert [one["address"] for one in answer["items"]] == ["a"]
    assert [one["address"] for one in program.get(f"boards?after={answer['next']}")["items"]] == ["c"]
    only = Program("boards.read:a*", user=editor)
    assert only.get("boards") == {
        "items": [
            {
                "address": "a",
                "title": "Shop floor",
                "note": "",
                "view_by": "signed_in",
                "panels": 0,
                "may_edit": False,
                "starred": False,
            }
        ],
        "next": None,
    }


def test_what_is_named_is_changed_and_the_rest_stays(program: Program) -> None:
    make(program, panels=[PANEL], note="Before")
    read = program.send("GET", "boards/shop-floor")
    changed = program.answer(200, "PATCH", "boards/shop-floor", {"title": "Lab"}, HTTP_IF_MATCH=read["ETag"])
    assert (changed["title"], changed["note"], len(changed["panels"])) == ("Lab", "Before", 1)
    late = program.answer(412, "PATCH", "boards/shop-floor", {"title": "Hall"}, HTTP_IF_MATCH=read["ETag"])
    assert late["code"] == "changed" and Board.objects.get().title == "Lab"
    assert "note" not in program.answer(200, "PATCH", "boards/shop-floor", {"note": None})
    pk = Board.objects.get().pk
    assert program.answer(200, "PATCH", "boards/shop-floor", {"address": "lab"})["address"] == "lab"
    assert Board.objects.get().pk == pk
    make(program, address="other")
    assert program.answer(409, "PATCH", "boards/lab", {"address": "other"})["field"] == "address"
    assert program.answer(422, "PATCH", "boards/lab", {"address": "a b"})["field"] == "address"


def test_all_that_is_wrong_with_a_document_is_named_and_nothing_is_made(program: Program) -> None:
    wrong = {"title": "Lab", "time_zone": "Moon", "panels": [PANEL | {"kind": "lime"}, {"title": "x", "widht": 3}]}
    error = program.answer(422, "POST", "boards", wrong)
    assert error["code"] == "cannot_be"
    for part in ("time_zone: ", "panels[0].kind: ", "“line”", "panels[1].widht: "):
        assert part in error["message"]
    for body in ({}, {"title": 5}, {"title": "\0"}, {"title": "x", "colour": 1}, {"title": "x", "version": 7}):
        program.answer(422, "POST", "boards", body)
    for body in ([], b"{", b"\xff", "x"):
        program.answer(400, "POST", "boards", body)
    make(program)
    error = program.answer(409, "POST", "boards", {"title": "x", "address": "shop-floor"})
    assert error["field"] == "address"
    assert Board.objects.count() == 1 and not Panel.objects.exists()


def test_what_one_may_not_see_is_not_there_and_what_one_may_not_edit_is_403(program: Program, editor: User) -> None:
    make(program, panels=[PANEL])
    viewer, stranger = Program("boards.edit:*", user=person("vic")), Program("boards.edit:*")
    assert viewer.get("boards/shop-floor")["title"] == "Shop floor"
    for method, path, body in (
        ("PATCH", "boards/shop-floor", {"title": "x"}),
        ("DELETE", "boards/shop-floor", None),
        ("POST", "boards/shop-floor/undo", {}),
        ("POST", "boards", {"title": "x"}),
    ):
        assert viewer.answer(403, method, path, body)["code"] == "forbidden"
        assert "needs a user" in stranger.answer(403, method, path, body)["message"]
    for narrow in ("boards.read:*", "boards.edit:other"):
        assert Program(narrow, user=editor).answer(403, "POST", "boards", {"title": "x"})["code"] == "forbidden"
    assert Program("boards.read:*", user=editor).answer(403, "PATCH", "boards/shop-floor", {})["code"] == "forbidden"
    Board.objects.update(view_by="owner")
    there = viewer.answer(404, "GET", "boards/shop-floor")
    assert there == viewer.answer(404, "GET", "boards/nothing") | {"message": "There is no board shop-floor."}
    assert Program("boards.read:x*", user=editor).answer(404, "GET", "boards/shop-floor")["code"] == "not_found"
    assert viewer.get("boards")["items"] == []
    assert Board.objects.get().title == "Shop floor"


def test_editors_say_who_may_see_a_board_and_its_owner_whose_it_is(program: Program, editor: User) -> None:
    make(program)
    bob, _ops = person("bob", "change_board", "add_board"), Group.objects.create(name="Ops")
    other = Program("boards.edit:*", user=bob)
    assert other.answer(403, "PATCH", "boards/shop-floor", {"owner": "bob"})["field"] == "owner"
    for change in ({"edit_by": "owner"}, {"edit_by": "groups", "edit_groups": ["Ops"]}, {"view_by": "owner"}):
        refused = other.answer(403, "PATCH", "boards/shop-floor", change)
        assert "bob could not edit the board any more" in refused["message"]
    assert Board.objects.get().edit_by == "editors"
    assert other.answer(200, "PATCH", "boards/shop-floor", {"view_by": "public"})["owner"] == "ada"
    changed = program.answer(200, "PATCH", "boards/shop-floor", {"view_by": "groups", "view_groups": ["Ops"]})
    assert changed["view_groups"] == ["Ops"]
    assert make(program, title="x", owner="bob")["owner"] == "bob", "what one makes one may give away"


def test_a_board_is_starred_and_deleted(program: Program, editor: User) -> None:
    make(program)
    for _twice in range(2):
        program.answer(204, "PUT", "boards/shop-floor/star")
    assert Favourite.objects.get().user == editor and program.get("boards")["items"][0]["starred"] is True
    program.answer(204, "DELETE", "boards/shop-floor/star")
    assert not Favourite.objects.exists()
    program.answer(204, "DELETE", "boards/shop-floor")
    program.answer(404, "DELETE", "boards/shop-floor")


def test_a_change_is_undone_here_and_one_of_the_page_too(program: Program, editor: User) -> None:
    make(program, panels=[PANEL])
    panel = Panel.objects.get()
    delete(editor, panel.board, panel.pk)
    undone = program.answer(200, "POST", "boards/shop-floor/undo", {})
    assert undone == {"words": "“Load” is back.", "panel": panel.pk}
    revision = Revision.objects.order_by("pk")[0].pk
    assert program.answer(409, "POST", "boards/shop-floor/undo", {"revision": revision + 100})["code"] == "conflict"
