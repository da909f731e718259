"""What is changed in the admin is in the history, too, and can be undone on the board."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from boards.editing.history import snapshot
from boards.editing.undo import undo
from boards.models import Board, Panel, Revision

pytestmark = [pytest.mark.django_db, pytest.mark.database]
Make = Callable[..., Panel]


@pytest.fixture
def ada(client: Client) -> User:
    user = User.objects.create_superuser("ada")
    client.force_login(user)
    return user


def form_of(panel: Panel, **changes: Any) -> dict[str, Any]:
    """What the page of a panel sends."""
    columns = ("title", "kind", "width", "height", "position")
    data = {"board": panel.board_id, **{name: getattr(panel, name) for name in columns}}
    data |= {"lines-TOTAL_FORMS": 0, "lines-INITIAL_FORMS": 0}
    return data | changes


def test_a_saved_panel_is_a_revision_and_can_be_undone(client: Client, ada: User, make_panel: Make) -> None:
    panel = make_panel("cpu")
    was, address = snapshot(panel.pk), f"/admin/boards/panel/{panel.pk}/change/"
    assert client.post(address, form_of(panel, title="Other", width="")).status_code == 302
    panel.refresh_from_db()
    assert (panel.title, panel.width, panel.version) == ("Other", 6, 1)
    undo(ada, panel.board)
    assert snapshot(panel.pk) == was


def test_a_refused_form_is_no_revision(client: Client, ada: User, make_panel: Make) -> None:
    panel = make_panel("cpu")
    for changes in ({"width": 13}, {"width": 1}, {"height": 25}, {"board": "x"}, {"board": "9" * 30}, {"title": ""}):
        response = client.post(f"/admin/boards/panel/{panel.pk}/change/", form_of(panel, **changes))
        assert response.status_code == 200, changes
    assert not Revision.objects.exists()


def test_a_panel_that_is_sent_to_another_board_can_be_undone(client: Client, ada: User, make_panel: Make) -> None:
    panel, other = make_panel("cpu"), Board.objects.create(title="Other", slug="other")
    client.post(f"/admin/boards/panel/{panel.pk}/change/", form_of(panel, board=other.pk))
    undo(ada, other)
    assert Panel.objects.get(pk=panel.pk).board_id == panel.board_id


def test_deletions_are_undone_one_by_one(client: Client, ada: User, make_panel: Make) -> None:
    one, two, three = (make_panel(name) for name in ("one", "two", "three"))
    before = [snapshot(panel.pk) for panel in (one, two, three)]
    client.post(f"/admin/boards/panel/{one.pk}/delete/", {"post": "yes"})
    chosen = {"action": "delete_selected", "_selected_action": [two.pk, three.pk], "post": "yes"}
    client.post("/admin/boards/panel/", chosen)
    assert not Panel.objects.exists()
    for _deleted in range(3):
        undo(ada, one.board)
    assert [snapshot(panel.pk) for panel in (one, two, three)] == before


def test_panels_on_the_page_of_their_board_are_recorded(client: Client, ada: User, make_panel: Make) -> None:
    panel = make_panel("cpu")
    board = panel.board
    data = {
        "title": board.title,
        "slug": board.slug,
        "time_zone": "UTC",
        "position": 0,
        "view_by": "public",
        "edit_by": "editors",
    }
    row = {
        "id": panel.pk,
        "board": board.pk,
        "title": "Other",
        "kind": "stat",
        "width": 4,
        "height": 3,
        "position": 1.5,
    }
    data |= {f"panels-0-{name}": value for name, value in row.items()}
    data |= {"panels-TOTAL_FORMS": 1, "panels-INITIAL_FORMS": 1}
    assert client.post(f"/admin/boards/board/{board.pk}/change/", data).status_code == 302
    (revision,) = Revision.objects.all()
    assert revision.after and (revision.after["title"], revision.after["position"]) == ("Other", 1.5)
    assert revision.by == ada
