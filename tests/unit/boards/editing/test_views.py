"""The pages of editing, with and without a script."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from boards.models import Board, Panel, Revision
from tests.unit.boards.conftest import KINDS

pytestmark = [pytest.mark.django_db, pytest.mark.database]
Order = Callable[[], list[str]]
HTMX = {"HX-Request": "true"}
EDIT = "/boards/mine/edit"
ADD = "/boards/mine/panels/add"


@pytest.fixture
def editing(client: Client, ada: User) -> Client:
    client.force_login(ada)
    return client


def test_the_page_has_each_panel_with_its_buttons(editing: Client, panels: list[Panel]) -> None:
    html = editing.get(EDIT).content.decode()
    for panel in panels:
        assert f'data-panel="{panel.pk}"' in html and f'id="boards-panel-{panel.pk}"' in html
        for verb in ("earlier", "later", "narrower", "wider", "lower", "taller", "duplicate", "delete"):
            assert f'value="{verb} {panel.pk}"' in html
        assert f'href="/boards/mine/panels/{panel.pk}/edit"' in html


def test_an_empty_board_says_what_to_do_and_has_the_kinds_to_begin_with(editing: Client, board: Board) -> None:
    html = editing.get(EDIT).content.decode()
    assert "This board has no panels yet. Add the first one." in html
    assert 'name="kind" value="donut"' in html


def test_one_with_panels_has_them_when_they_are_asked_for(editing: Client, panels: list[Panel]) -> None:
    assert 'name="kind"' not in editing.get(EDIT).content.decode()
    assert 'name="kind" value="donut"' in editing.get(ADD, headers=HTMX).content.decode()


def test_a_button_without_a_script_leads_back_to_the_panel(editing: Client, panels: list[Panel], order: Order) -> None:
    response = editing.post(EDIT, {"do": f"earlier {panels[1].pk}", "known": "0"})
    assert (response.status_code, response.headers["Location"]) == (302, f"{EDIT}#boards-panel-{panels[1].pk}")
    assert order() == ["Two", "One", "Three", "Four"]
    assert "Two, now 1 of 4" in editing.get(EDIT).content.decode()


def test_what_is_refused_without_a_script_is_said_on_the_page(editing: Client, panels: list[Panel], bob: User) -> None:
    Revision.objects.create(board=panels[0].board, panel_pk=panels[0].pk, by=bob, version=1, before={}, after={})
    response = editing.post(EDIT, {"do": f"delete {panels[0].pk}", "known": "0"}, follow=True)
    assert "bob has changed “One” meanwhile" in response.content.decode()
    assert Panel.objects.filter(pk=panels[0].pk).exists()


def test_by_htmx_the_words_come_with_the_panels_as_they_are_now(editing: Client, panels: list[Panel]) -> None:
    html = editing.post(EDIT, {"do": f"delete {panels[0].pk}"}, headers=HTMX).content.decode()
    assert "“One” is deleted." in html
    assert f'value="undo {Revision.objects.get().pk}"' in html
    assert f'id="boards-edit_board-{panels[1].board_id}" hx-swap-oob=true' in html
    assert f'data-panel="{panels[0].pk}"' not in html and f'data-panel="{panels[1].pk}"' in html
    html = editing.post(EDIT, {"do": f"wider {panels[0].pk}"}, headers=HTMX).content.decode()
    assert '<span class="refused">ada has deleted “One”.</span>' in html
    assert "hx-swap-oob=true" in html, "the page is shown what is there now"


def test_the_picker_has_every_kind_with_its_picture(editing: Client, board: Board) -> None:
    page, partial = editing.get(ADD).content.decode(), editing.get(ADD, headers=HTMX).content.decode()
    assert "<html" in page and "<html" not in partial
    for kind in KINDS:
        address = reverse("gallery:thumbnail", args=[kind])
        for html in (page, partial):
            assert f'value="{kind}"><img src="{address}"' in html
        assert editing.get(address).status_code == 200


def test_a_new_panel_opens_its_form(editing: Client, board: Board) -> None:
    response = editing.post(ADD, {"kind": "stat"})
    address = f"/boards/mine/panels/{board.panels.get().pk}/edit"
    assert (response.status_code, response.headers["Location"]) == (302, address)
    assert editing.get(address).status_code == 200
    html = editing.post(ADD, {"kind": "stat"}, headers=HTMX).content.decode()
    assert f'hx-get="/boards/mine/panels/{board.panels.last().pk}/edit" hx-trigger="load"' in html


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_kind_that_is_not_there_is_refused(editing: Client, board: Board, headers: dict[str, str]) -> None:
    response = editing.post(ADD, {"kind": "pie"}, headers=headers, follow=True)
    assert "There is no kind of panel “pie”." in response.content.decode()
    assert not board.panels.exists()


@pytest.mark.parametrize(("address", "data"), [(EDIT, {"do": "undo 0"}), (ADD, {"kind": "line"})])
def test_nothing_is_changed_by_who_may_not(client: Client, board: Board, address: str, data: dict[str, str]) -> None:
    assert client.post(address, data).status_code == 302
    client.force_login(User.objects.create_user("cleo"))
    assert client.post(address, data).status_code == 403
    assert not board.panels.exists()


PARTS = ["/panels/add", "/panels/1/edit", "/panels/1/edit/preview", "/panels/1/edit/presence", "/edit"]


@pytest.mark.parametrize("part", PARTS)
def test_who_is_signed_out_meanwhile_is_led_to_sign_in_and_back_to_the_page(
    client: Client, board: Board, part: str
) -> None:
    response = client.post(f"/boards/mine{part}", headers=HTMX)
    # A redirect would be followed by htmx itself: the login page would stand in the board's, or nothing would happen.
    assert response.headers["HX-Redirect"] == f"/accounts/login/?next={EDIT}"
    assert client.post(f"/boards/mine{part}").headers["Location"] == f"/accounts/login/?next={EDIT}"


def test_the_board_has_the_way_to_its_edit_page_for_who_may(
    editing: Client, panels: list[Panel], client: Client
) -> None:
    assert f'href="{EDIT}"' in editing.get("/boards/mine/").content.decode()
    assert f'href="{EDIT}"' not in Client().get("/boards/mine/").content.decode()
