"""Boards as files in the browser: who may, what is shown before anything is changed, and what is refused."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from boards.documents import yaml_text
from boards.documents.export import document_of
from boards.documents.fragments import imported
from boards.documents.imports import import_text
from boards.models import Board, Panel

pytestmark = [pytest.mark.django_db, pytest.mark.database]
PAGE = "/import"
FILE = "version: 1\naddress: web\ntitle: Web\npanels:\n  - title: CPU\n    kind: line\n"


def person(name: str, *permissions: str, **columns: Any) -> User:
    user = User.objects.create_user(name, **columns)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return user


@pytest.fixture
def ada(client: Client) -> User:
    """An editor, who is signed in."""
    user = person("ada", "add_board", "change_board")
    client.force_login(user)
    return user


def test_a_board_is_downloaded(board: Board, make_panel: Callable[..., Panel], client: Client, ada: User) -> None:
    make_panel("cpu")
    response = client.get("/boards/mine.yaml")
    assert response.content.decode() == yaml_text.write(document_of(board))
    assert response["Content-Type"] == "application/yaml; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="mine.yaml"'
    assert b'href="/boards/mine.yaml"' in client.get("/boards/mine/edit").content


def test_the_page_is_for_those_who_may_make_boards(client: Client) -> None:
    assert client.get(PAGE).url == "/accounts/login/?next=/import"  # type: ignore[attr-defined]
    client.force_login(person("viewer"))
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, {"text": FILE, "do": "import"}).status_code == 403
    assert not Board.objects.exists()


def test_a_preview_changes_nothing_and_the_import_leads_to_the_board(client: Client, ada: User) -> None:
    assert client.get(PAGE).status_code == 200
    preview = client.post(PAGE, {"text": FILE, "do": "preview"})
    assert b'<span class="more">+title: Web\n</span>' in preview.content and not Board.objects.exists()
    response = client.post(PAGE, {"text": FILE.replace("\n", "\r\n"), "do": "import"}, follow=True)
    assert response.redirect_chain == [("/boards/web/", 302)]
    assert b"web is new." in response.content
    again = client.post(PAGE, {"text": FILE, "do": "preview"}).content.decode()
    assert "Nothing would change" in again and "web stays as it is." in again


def test_a_file_counts_and_its_text_stays_on_the_page(client: Client, ada: User) -> None:
    file = SimpleUploadedFile("web.yaml", b"\xef\xbb\xbf" + FILE.encode())
    response = client.post(PAGE, {"file": file, "text": "other", "do": "preview"})
    assert "title: Web" in response.context["form"].initial["text"]
    boards = "version: 1\nboards: [{address: a, title: A}, {address: b, title: B}]"
    assert client.post(PAGE, {"text": boards, "do": "import"}).url == "/"  # type: ignore[attr-defined]
    assert Board.objects.count() == 2


def test_mistakes_are_shown_with_their_lines(client: Client, ada: User) -> None:
    response = client.post(PAGE, {"text": FILE.replace("kind: line", "kind: <b>"), "do": "import"})
    page = response.content.decode()
    assert response.status_code == 422
    assert "panels[0].kind: “&lt;b&gt;” is not a kind" in page and "Line 6, column 11" in page
    assert ">    kind: &lt;b&gt;</pre>" in page
    assert not Board.objects.exists()


@pytest.mark.parametrize(
    "text",
    [
        'version: 1\ntitle: x\naddress: web\npanels: ["\\ud800"]',
        'version: 1\ntitle: x\naddress: web\n"\\ud800": 1',
        'version: 1\ntitle: x\naddress: web\ntime_zone: "\\udfff"',
        '"\\ud800": 1\n"\\ud800": 2',
        '"\\0": !!int "\\ud800"',
    ],
)
def test_half_a_character_is_shown_as_one_that_is_none(client: Client, ada: User, text: str) -> None:
    response = client.post(PAGE, {"text": text, "do": "import"})
    assert (
        response.status_code == 422 and "There is a character in it that no text can have" in response.content.decode()
    )


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n", "\x85", "\u2028", "\u2029"])
def test_lines_end_as_those_of_yaml_do(client: Client, ada: User, end: str) -> None:
    response = client.post(PAGE, {"file": SimpleUploadedFile("a.yaml", f"version: 1{end}title: 5".encode())})
    page = response.content.decode()
    assert response.status_code == 422 and "Line 2, column 8" in page and ">title: 5</pre>" in page


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "Choose a file, or write its text below."),
        ({"text": " \n"}, "Choose a file, or write its text below."),
        ({"file": SimpleUploadedFile("a.yaml", b"\xff")}, "This is no text in UTF-8."),
        ({"file": SimpleUploadedFile("a.yaml", b"x" * 2_000_001)}, "It is longer than 500000 characters."),
        ({"text": "x" * 500_001}, "It is longer than 500000 characters."),
        ({"file": SimpleUploadedFile("a.yaml", b"")}, "A document begins with"),
    ],
)
def test_what_is_no_file(client: Client, ada: User, data: dict[str, Any], words: str) -> None:
    response = client.post(PAGE, data | {"do": "import"})
    assert response.status_code == 422 and words in response.content.decode()


def test_what_was_edited_is_overwritten_only_where_that_is_chosen(client: Client, ada: User) -> None:
    client.post(PAGE, {"text": FILE, "do": "import"})
    edit = client.get("/boards/web/edit").content.decode()
    assert "As it was imported." in edit and "Edited since" not in edit
    Panel.objects.get().delete()
    assert "Edited since it was imported." in client.get("/boards/web/edit").content.decode()
    response = client.post(PAGE, {"text": FILE, "do": "import"})
    page = response.content.decode()
    assert response.status_code == 409 and "web was edited since it was imported." in page
    assert 'name="overwrite"' in page and not Panel.objects.exists()
    client.post(PAGE, {"text": FILE, "do": "import", "overwrite": "on"})
    assert Panel.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_open_pages_follow_an_import(board: Board, ada: User, announced: set[str]) -> None:
    announced.clear()
    import_text("version: 1\naddress: mine\ntitle: Other\n", ada, overwrite=True)
    assert {imported.key(pk=board.pk).element, f"boards-board-{board.pk}", "boards-boards"} <= announced


def test_boards_that_one_may_not_change_are_the_same_whether_one_sees_them_or_not(client: Client, ada: User) -> None:
    Board.objects.create(title="Seen", slug="seen", view_by="public", edit_by="owner")
    Board.objects.create(title="Unseen", slug="unseen", view_by="owner", edit_by="owner")
    for address in ("seen", "unseen"):
        text = f"version: 1\naddress: {address}\ntitle: Mine\n"
        for do in ("preview", "import"):
            page = client.post(PAGE, {"text": text, "do": do, "overwrite": "on"}).content.decode()
            assert "address: This is the address of a board that you may not change." in page and "diff" not in page
    assert set(Board.objects.values_list("title", flat=True)) == {"Seen", "Unseen"}


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("owner: bob", "owner: Only the owner of a board, and staff, can give it to somebody else."),
        ("edit_by: owner", "As it says who may edit the board, you could not any more."),
        ("edit_by: groups\nedit_groups: [ops]", "As it says who may edit the board, you could not any more."),
        ("owner: ada\nedit_by: owner", ""),
    ],
)
def test_who_may_is_not_set_beyond_what_one_may(client: Client, ada: User, more: str, words: str) -> None:
    person("bob")
    Group.objects.create(name="ops")
    response = client.post(PAGE, {"text": f"version: 1\naddress: web\ntitle: Web\n{more}\n", "do": "import"})
    assert (response.status_code, Board.objects.count()) == ((422, 0) if words else (302, 1))
    assert words in response.content.decode()


def test_an_owner_is_taken_away_by_the_owner_or_staff(board: Board, client: Client, ada: User) -> None:
    Board.objects.update(owner=person("bob"))
    text = "version: 1\naddress: mine\ntitle: Mine\n"
    assert client.post(PAGE, {"text": text, "do": "import", "overwrite": "on"}).status_code == 422
    client.force_login(person("root", is_staff=True, is_superuser=True))
    assert client.post(PAGE, {"text": text, "do": "import", "overwrite": "on"}).status_code == 302
    assert Board.objects.get().owner is None
