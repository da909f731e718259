"""What can be done to the panels of a board, and what is said of it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User

from boards import kinds
from boards.editing.actions import Refused, add
from boards.editing.history import snapshot
from boards.models import Board, Panel, Revision
from tests.unit.boards.conftest import KINDS

pytestmark = [pytest.mark.django_db, pytest.mark.database]
Do = Callable[..., Any]
Order = Callable[[], list[str]]


def size_of(panel: Panel) -> tuple[int, int]:
    panel = Panel.objects.get(pk=panel.pk)
    return panel.width, panel.height


def test_moves(panels: list[Panel], ada: User, do: Do, order: Order) -> None:
    one, _two, three, four = panels
    assert do(ada, "earlier", four) == ("Four, now 3 of 4", four.pk, None)
    assert order() == ["One", "Two", "Four", "Three"]
    do(ada, "later", one)
    assert order() == ["Two", "One", "Four", "Three"]
    do(ada, "move", three, after=0)
    assert order() == ["Three", "Two", "One", "Four"]
    do(ada, "move", three, after=one.pk)
    assert order() == ["Two", "One", "Three", "Four"]
    assert Revision.objects.count() == 4, "one change of one panel each"


def test_at_its_end_a_panel_stays(panels: list[Panel], ada: User, do: Do, order: Order) -> None:
    assert do(ada, "earlier", panels[0]).words == "One stays 1 of 4"
    assert do(ada, "later", panels[3]).words == "Four stays 4 of 4"
    assert order() == ["One", "Two", "Three", "Four"] and not Revision.objects.exists()


def test_panels_at_one_position_can_be_moved(panels: list[Panel], ada: User, do: Do, order: Order) -> None:
    Panel.objects.update(position=0)
    do(ada, "earlier", panels[2])
    assert order() == ["One", "Three", "Two", "Four"]
    assert Revision.objects.count() == 1


def test_moves_of_two_people_go_together(panels: list[Panel], ada: User, bob: User, do: Do, order: Order) -> None:
    one, _two, three, four = panels
    # Both have dragged on the board as it was at first.
    do(ada, "move", four, after=one.pk)
    do(bob, "move", three, after=0)
    assert order() == ["Three", "One", "Four", "Two"]


def test_behind_a_panel_that_is_gone_nothing_goes(panels: list[Panel], ada: User, do: Do, order: Order) -> None:
    do(ada, "delete", panels[1])
    with pytest.raises(Refused, match="The panel behind which it would go is gone"):
        do(ada, "move", panels[3], after=panels[1].pk)
    assert order() == ["One", "Three", "Four"]


def test_sizes(panels: list[Panel], ada: User, do: Do) -> None:
    panel = panels[0]
    assert do(ada, "wider", panel).words == "One, now 7 columns wide and 4 rows high"
    for verb in ("wider", "taller", "narrower", "lower", "lower"):
        do(ada, verb, panel)
    assert size_of(panel) == (7, 3)
    do(ada, "resize", panel, width=12, height=1, was_width=7, was_height=3)
    assert size_of(panel) == (12, 1)
    assert do(ada, "wider", panel).words == "One stays 12 columns wide and 1 row high"
    assert do(ada, "lower", panel).words == "One stays 12 columns wide and 1 row high"
    do(ada, "resize", panel, width=1, height=99, was_width=12, was_height=1)
    assert size_of(panel) == (2, 24)


def test_two_who_resize_one_panel_are_both_told(panels: list[Panel], ada: User, bob: User, do: Do) -> None:
    panel = panels[0]
    do(ada, "resize", panel, width=8, height=4, was_width=6, was_height=4)
    words = "it is 8 columns wide and 4 rows high, and you wanted 3 columns wide and 2 rows high"
    with pytest.raises(Refused, match=words):
        do(bob, "resize", panel, width=3, height=2, was_width=6, was_height=4)
    assert size_of(panel) == (8, 4)
    # Of the same size nobody has to be told.
    do(bob, "resize", panel, width=8, height=4, was_width=6, was_height=4)


def test_a_copy_is_behind_its_panel_and_has_its_series(panels: list[Panel], ada: User, do: Do, order: Order) -> None:
    outcome = do(ada, "duplicate", panels[1])
    assert order() == ["One", "Two", "Two (copy)", "Three", "Four"]
    copy, original = Panel.objects.get(pk=outcome.panel), Panel.objects.get(pk=panels[1].pk)
    assert (copy.options, copy.width, copy.kind) == (original.options, original.width, original.kind)
    assert [line.series_id for line in copy.lines.all()] == [line.series_id for line in original.lines.all()]
    assert (copy.version, original.version) == (1, 0)


def test_a_deletion_offers_undo(panels: list[Panel], ada: User, do: Do, order: Order) -> None:
    was = snapshot(panels[1].pk)
    outcome = do(ada, "delete", panels[1])
    assert outcome.words == "“Two” is deleted." and outcome.panel is None
    assert order() == ["One", "Three", "Four"]
    do(ada, "undo", outcome.revision)
    assert order() == ["One", "Two", "Three", "Four"]
    assert snapshot(panels[1].pk) == was


@pytest.mark.parametrize("verb", ["earlier", "wider", "duplicate", "delete"])
def test_who_comes_too_late_hears_who_has_deleted_it(
    panels: list[Panel], ada: User, bob: User, do: Do, verb: str
) -> None:
    do(bob, "delete", panels[0])
    with pytest.raises(Refused, match="bob has deleted “One”"):
        do(ada, verb, panels[0])


def test_a_page_that_is_not_live_does_not_delete_what_it_has_not_shown(
    panels: list[Panel], ada: User, bob: User, do: Do
) -> None:
    do(ada, "wider", panels[0])
    known = Revision.objects.get().pk
    do(bob, "wider", panels[0])
    with pytest.raises(Refused, match="bob has changed “One” meanwhile"):
        do(ada, "delete", panels[0], known=known)
    # What is one's own, or of another panel, is no surprise.
    do(bob, "delete", panels[0], known=known)
    do(ada, "delete", panels[1], known=known)


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_panel_has_what_its_kind_needs(panels: list[Panel], board: Board, ada: User, kind: str) -> None:
    outcome = add(ada, board, kind)
    panel = board.panels.last()
    assert panel is not None and panel.pk == outcome.panel
    assert (panel.width, panel.height) == (kinds.registry[kind].width, kinds.registry[kind].height)
    assert panel.title and panel.title[0].isupper()
    panel.clean_fields()


def test_the_first_panel_of_a_board(board: Board, ada: User) -> None:
    add(ada, board, "stat")
    assert board.panels.get().position == 0.0


def test_a_kind_that_is_not_there_is_refused(board: Board, ada: User) -> None:
    with pytest.raises(Refused, match="no kind of panel “pie”"):
        add(ada, board, "pie")


@pytest.mark.parametrize(
    "data",
    [
        *({"do": verb} for verb in ("", "earlier", "earlier x", "earlier -1", "earlier ²", "earlier 1 2", "fly 1")),
        *({"do": "move {pk}", "after": after} for after in ("", "-1", "x", "9" * 40)),
        {"do": "resize {pk}", "width": "4", "height": "2"},
        {"do": "resize {pk}", "width": "4.5", "height": "2", "was_width": "6", "was_height": "4"},
        {"do": "delete {pk}", "known": "x"},
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(
    panels: list[Panel], board: Board, ada: User, data: dict[str, str]
) -> None:
    from boards.editing.actions import act

    with pytest.raises(Refused):
        act(ada, board, data | {"do": data["do"].replace("{pk}", str(panels[0].pk))})
    assert not Revision.objects.exists()


def test_a_panel_of_another_board_is_not_reached(panels: list[Panel], ada: User, do: Do) -> None:
    other = Board.objects.create(title="Other", slug="other")
    panel = Panel.objects.create(board=other, title="Theirs")
    with pytest.raises(Refused, match="This panel is gone"):
        do(ada, "delete", panel)
    assert Panel.objects.filter(pk=panel.pk).exists()
