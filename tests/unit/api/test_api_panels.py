"""Panels over HTTP: made, changed, moved, deleted; each change is in the history, and nobody's is lost."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.auth.models import User
from django.db import connections
from django.test import Client

from boards.models import Board, Panel, Revision
from tests.unit.api.program import Program, person
from tests.waiting import DEADLINE

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture
def editor() -> User:
    return person("ada", "change_board")


@pytest.fixture
def program(editor: User) -> Program:
    Board.objects.create(title="Mine", slug="mine")
    return Program("boards.edit:mine", user=editor)


def make(program: Program, title: str = "CPU", **fields: Any) -> dict[str, Any]:
    made: dict[str, Any] = program.answer(201, "POST", "panels", {"board": "mine", "title": title} | fields)
    return made


def titles(program: Program) -> list[str]:
    return [one["title"] for one in program.get("panels?board=mine")["items"]]


def test_one_is_made_at_the_end_and_read(program: Program, editor: User) -> None:
    make(program, "First")
    made = make(program, lines=[{"query": "cpu{host=*}"}], options={"unit": "%"})
    panel = Panel.objects.get(title="CPU")
    assert made == {
        "id": panel.pk,
        "board": "mine",
        "key": "cpu",
        "title": "CPU",
        "kind": "line",
        "options": {"unit": "%"},
        "lines": [{"query": "cpu{host=*}"}],
    }
    assert program.get(f"panels/{panel.pk}") == made
    assert titles(program) == ["First", "CPU"]
    assert [revision.by for revision in Revision.objects.all()] == [editor, editor]


def test_what_is_named_is_changed_options_one_by_one(program: Program) -> None:
    made = make(program, options={"unit": "%", "minimum": 0}, lines=[{"query": "cpu"}])
    address = f"panels/{made['id']}"
    changed = program.answer(200, "PATCH", address, {"options": {"unit": "B", "maximum": 5}})
    assert changed["options"] == {"unit": "B", "minimum": 0, "maximum": 5} and changed["lines"] == made["lines"]
    changed = program.answer(200, "PATCH", address, {"options": {"minimum": None}, "title": "Memory", "lines": []})
    assert changed["options"] == {"unit": "B", "maximum": 5} and "lines" not in changed
    assert changed["key"] == made["key"], "it stays the same panel"
    assert Panel.objects.get().pk == made["id"]
    assert program.answer(200, "POST", "boards/mine/undo", {})["panel"] == made["id"]
    assert program.get(address)["options"] == {"unit": "B", "minimum": 0, "maximum": 5}


def test_a_change_of_what_has_changed_meanwhile_is_refused_and_others_do_not_hinder(program: Program) -> None:
    one, two = make(program, "One"), make(program, "Two")
    read = program.send("GET", f"panels/{one['id']}")
    program.answer(200, "PATCH", f"panels/{two['id']}", {"title": "Other"})
    program.answer(200, "PATCH", f"panels/{one['id']}", {"title": "New"}, HTTP_IF_MATCH=read["ETag"])
    error = program.answer(412, "PATCH", f"panels/{one['id']}", {"title": "Late"}, HTTP_IF_MATCH=read["ETag"])
    assert error["code"] == "changed" and titles(program) == ["New", "Other"]


@pytest.mark.django_db(transaction=True)
def test_of_two_changes_of_the_same_at_the_same_moment_one_is_refused(program: Program) -> None:
    made = make(program)
    etag, both = program.send("GET", f"panels/{made['id']}")["ETag"], Barrier(2)

    def change(title: str) -> int:
        try:
            both.wait(DEADLINE)
            response = program.send("PATCH", f"panels/{made['id']}", {"title": title}, HTTP_IF_MATCH=etag)
            return int(response.status_code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(change, ["One", "Two"])) == [200, 412]
    assert Revision.objects.count() == 2


def test_a_browser_that_is_signed_in_is_nobody_here(program: Program, admin_client: Client) -> None:
    make(program)
    assert admin_client.get("/api/panels").status_code == 401
    assert admin_client.delete(f"/api/panels/{Panel.objects.get().pk}").status_code == 401


def test_the_buttons_of_a_panel(program: Program) -> None:
    one, two, three = (make(program, title) for title in ("One", "Two", "Three"))
    program.answer(200, "POST", f"panels/{three['id']}/move", {"after": one["id"]})
    assert titles(program) == ["One", "Three", "Two"]
    program.answer(200, "POST", f"panels/{two['id']}/move", {"after": None})
    assert titles(program) == ["Two", "One", "Three"]
    assert program.answer(409, "POST", f"panels/{two['id']}/move", {"after": 4711})["code"] == "conflict"
    assert program.answer(400, "POST", f"panels/{two['id']}/move", {})["field"] == "after"
    sized = program.answer(200, "POST", f"panels/{one['id']}/resize", {"width": 12, "height": 3.0})
    assert (sized["width"], sized["height"]) == (12, 3)
    assert program.answer(400, "POST", f"panels/{one['id']}/resize", {"width": 13, "height": 3})["field"] == "width"
    copy = program.answer(201, "POST", f"panels/{one['id']}/duplicate")
    assert titles(program) == ["Two", "One", "One (copy)", "Three"] and copy["width"] == 12
    program.answer(204, "DELETE", f"panels/{copy['id']}")
    program.answer(404, "DELETE", f"panels/{copy['id']}")
    assert Revision.objects.count() == 3 + 2 + 1 + 1 + 1


def test_pages_of_panels_follow_one_another(program: Program, editor: User) -> None:
    ids = [make(program, str(number))["id"] for number in range(5)]
    page = program.get("panels?limit=3")
    assert ([one["id"] for one in page["items"]], page["next"]) == (ids[:3], ids[2])
    assert [one["id"] for one in program.get(f"panels?after={ids[2]}")["items"]] == ids[3:]
    program.answer(204, "DELETE", f"panels/{ids[2]}")
    error = program.answer(422, "GET", f"panels?after={ids[2]}")
    assert error["field"] == "after", "a client that repeats what it has read would never end"
    Board.objects.create(title="Other", slug="other")
    assert Program("boards.read:other", user=editor).get("panels")["items"] == []


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"title": "x"}, 400, "board"),
        ({"board": "none", "title": "x"}, 404, None),
        ({"board": "mine"}, 422, None),
        ({"board": "mine", "title": "x", "kind": "lime"}, 422, "kind"),
        ({"board": "mine", "title": "x", "options": {"unti": "%"}}, 422, "options.unti"),
        ({"board": "mine", "title": "x", "lines": [{"query": "cpu{"}]}, 422, "lines[0].query"),
        ({"board": "mine", "title": "x", "lines": 5}, 422, "lines"),
        ({"board": "mine", "title": "x", "options": 5}, 422, "options"),
        ({"board": "mine", "title": "\ud800"}, 422, "title"),
    ],
)
def test_what_cannot_be_is_refused_with_a_path(program: Program, body: Any, status: int, field: str | None) -> None:
    assert program.answer(status, "POST", "panels", body).get("field") == field
    assert not Panel.objects.exists()


def test_panels_of_boards_that_one_may_not_see_are_not_there(program: Program, editor: User) -> None:
    made = make(program)
    viewer, other = Program("boards.edit:*", user=person("vic")), Program("boards.edit:other", user=editor)
    assert viewer.get(f"panels/{made['id']}") == made
    changes = [
        ("PATCH", "", {}),
        ("DELETE", "", None),
        ("POST", "/duplicate", None),
        ("POST", "/move", {"after": None}),
    ]
    changes.append(("POST", "/resize", {"width": 5, "height": 5}))
    for method, path, body in changes:
        assert viewer.answer(403, method, f"panels/{made['id']}{path}", body)["code"] == "forbidden"
        assert other.answer(404, method, f"panels/{made['id']}{path}", body)["code"] == "not_found"
    Board.objects.update(view_by="owner", owner=editor)
    there = viewer.answer(404, "GET", f"panels/{made['id']}")
    assert there["message"] == f"There is no panel {made['id']}."
    assert viewer.answer(404, "GET", "panels/4711")["message"] == "There is no panel 4711."
    assert viewer.answer(404, "GET", "panels?board=mine")["code"] == "not_found"


@pytest.mark.parametrize("address", ["\0", "a\0b", "\ud800"])
def test_what_no_address_can_be_is_no_board(editor: User, address: str) -> None:
    program = Program("boards.edit:*", user=editor)
    program.answer(404, "POST", "panels", {"board": address, "title": "Load"})
    program.answer(404, "GET", f"panels?board={quote(address, errors='replace')}")
