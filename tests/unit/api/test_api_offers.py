"""What the home page offers, for programs: series that no board shows become a panel with one request."""

import pytest
from django.utils import timezone

from boards.models import Board, Panel, Revision
from series.models import Series
from series.samples import Sample
from series.storage.write import write
from tests.unit.api.program import Program, person

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture
def orders() -> Series:
    write([Sample("orders", {}, timezone.now(), 12.0)])
    series: Series = Series.objects.get()
    return series


def test_what_no_board_shows_is_offered_and_becomes_a_panel(orders: Series) -> None:
    ada = person("ada", "change_board")
    Board.objects.create(title="Mine", slug="mine")
    program = Program("boards.edit:mine", user=ada)
    [offer] = program.get("offers")["items"]
    assert offer == {
        "id": orders.pk,
        "name": "orders",
        "selector": "orders",
        "number": 1,
        "title": "Orders",
        "kind": "stat",
    }
    panel = program.answer(201, "POST", f"series/{orders.pk}/add", {"board": "mine"})
    assert (panel["board"], panel["title"], panel["lines"]) == ("mine", "Orders", [{"series": "orders"}])
    assert Revision.objects.get().by == ada
    assert program.answer(409, "POST", f"series/{orders.pk}/add", {"board": "mine"})["code"] == "conflict"
    assert program.get("offers") == {"items": [], "more": 0} and Panel.objects.count() == 1
    assert program.answer(404, "POST", "series/4711/add", {"board": "mine"})["code"] == "not_found"
    assert program.answer(404, "POST", f"series/{orders.pk}/add", {"board": "other"})["code"] == "not_found"


def test_a_new_board_needs_more(orders: Series) -> None:
    editor, maker = person("ada", "change_board"), person("eve", "change_board", "add_board")
    new = {"board": None}
    assert Program("boards.edit:*", user=editor).answer(403, "POST", f"series/{orders.pk}/add", new)["code"]
    assert Program("boards.edit:x", user=maker).answer(403, "POST", f"series/{orders.pk}/add", new)["code"]
    assert not Board.objects.exists()
    made = Program("boards.edit:*", user=maker).answer(201, "POST", f"series/{orders.pk}/add", new)
    assert (made["board"], Board.objects.get().owner) == ("orders", maker)


def test_who_edits_no_boards_is_offered_nothing(orders: Series) -> None:
    viewer = Program("boards.edit:*", user=person("vic"))
    assert viewer.answer(403, "GET", "offers")["code"] == "forbidden"
    assert viewer.answer(403, "POST", f"series/{orders.pk}/add", {"board": None})["code"] == "forbidden"
    assert "needs a user" in Program("boards.edit:*").answer(403, "GET", "offers")["message"]
