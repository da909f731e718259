"""Undo: what it takes back, and when it does not."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User

from boards.editing.actions import Refused, add
from boards.editing.history import recording, snapshot
from boards.editing.undo import undo
from boards.models import Board, Panel, Revision
from series.models import Series

pytestmark = [pytest.mark.django_db, pytest.mark.database]
Do = Callable[..., Any]
Order = Callable[[], list[str]]


def change(user: User, panel: Panel, **columns: Any) -> None:
    with recording(user, panel.board_id):
        panel.refresh_from_db()
        for name, value in columns.items():
            setattr(panel, name, value)
        panel.save()


def test_the_last_changes_are_undone_one_by_one(panels: list[Panel], ada: User, do: Do, order: Order) -> None:
    before = [snapshot(panel.pk) for panel in panels]
    do(ada, "earlier", panels[3])
    do(ada, "wider", panels[0])
    do(ada, "delete", panels[1])
    assert do(ada, "undo", 0).words == "“Two” is back."
    assert do(ada, "undo", 0).words == "“One” is as before: Width."
    assert do(ada, "undo", 0).words == "“Four” is as before: Position."
    assert [snapshot(panel.pk) for panel in panels] == before
    with pytest.raises(Refused, match="nothing of yours to undo"):
        do(ada, "undo", 0)


def test_what_somebody_else_has_changed_since_stays_theirs(panels: list[Panel], ada: User, bob: User, do: Do) -> None:
    do(ada, "wider", panels[0])
    change(bob, panels[0], title="Bob's", options={"unit": "s"})
    do(ada, "undo", 0)
    panel = Panel.objects.get(pk=panels[0].pk)
    assert (panel.width, panel.title, panel.options) == (6, "Bob's", {"unit": "s"})


def test_where_somebody_else_has_changed_the_same_both_are_named(
    panels: list[Panel], ada: User, bob: User, do: Do
) -> None:
    do(ada, "wider", panels[0])
    do(bob, "wider", panels[0])
    change(bob, panels[0], title="Bob's")
    with pytest.raises(Refused, match="Not undone: bob has changed it since. Width: now 8, before 6."):
        do(ada, "undo", 0)
    assert Panel.objects.get(pk=panels[0].pk).width == 8


def test_options_are_named_as_the_form_names_them(panels: list[Panel], ada: User, bob: User, do: Do) -> None:
    change(ada, panels[0], options={"unit": "s", "window": 60.0})
    change(bob, panels[0], options={"unit": "h", "window": 60.0})
    with pytest.raises(Refused, match="Unit: now h, before ms."):
        do(ada, "undo", 0)


def test_somebody_is_who_is_not_known(panels: list[Panel], ada: User, do: Do) -> None:
    do(ada, "wider", panels[0])
    Panel.objects.filter(pk=panels[0].pk).update(width=2)
    with pytest.raises(Refused, match="Somebody has changed it since. Width: now 2, before 6."):
        do(ada, "undo", 0)


def test_others_changes_are_not_undone(panels: list[Panel], ada: User, bob: User, do: Do) -> None:
    outcome = do(bob, "delete", panels[0])
    for pk in (0, outcome.revision):
        with pytest.raises(Refused, match="nothing of yours"):
            do(ada, "undo", pk)


def test_of_another_board_nothing_is_undone(panels: list[Panel], ada: User, do: Do) -> None:
    other = Board.objects.create(title="Other", slug="other")
    outcome = add(ada, other, "line")
    with pytest.raises(Refused, match="nothing of yours"):
        do(ada, "undo", outcome.revision)


def test_a_new_panel_is_gone_again_unless_somebody_has_worked_on_it(board: Board, ada: User, bob: User, do: Do) -> None:
    outcome = add(ada, board, "stat")
    panel = board.panels.get()
    change(bob, panel, title="Bob's")
    with pytest.raises(Refused, match="bob has changed it since. Title."):
        do(ada, "undo", outcome.revision)
    do(bob, "undo", 0)
    assert do(ada, "undo", outcome.revision).words == "“Figure” is gone again."
    assert not board.panels.exists()


def test_a_column_that_came_with_a_new_version_is_no_change(board: Board, ada: User, do: Do) -> None:
    outcome = add(ada, board, "stat")
    revision = Revision.objects.get(pk=outcome.revision)
    del revision.after["repeat"]
    revision.save()
    assert do(ada, "undo", 0).words == "“Figure” is gone again."


def test_to_make_room_between_others_is_no_change_of_a_new_panel(
    panels: list[Panel], board: Board, ada: User, do: Do
) -> None:
    board.panels.update(position=0.0)  # as the admin and programs leave it
    add(ada, board, "stat")
    do(ada, "earlier", panels[2])
    do(ada, "undo", 0)
    assert do(ada, "undo", 0).words == "“Figure” is gone again."


def test_what_is_as_it_was_already_is_not_in_the_way(panels: list[Panel], ada: User, bob: User, do: Do) -> None:
    do(ada, "earlier", panels[3])
    new = do(ada, "duplicate", panels[0])
    do(bob, "delete", new.panel)
    assert do(ada, "undo", 0).words == "“One (copy)” is gone already."
    assert do(ada, "undo", 0).words == "“Four” is as before: Position."


def test_a_change_of_a_panel_that_is_gone_is_not_undone(panels: list[Panel], ada: User, bob: User, do: Do) -> None:
    do(ada, "wider", panels[0])
    do(bob, "delete", panels[0])
    with pytest.raises(Refused, match="bob has deleted “One”"):
        do(ada, "undo", 0)


def test_a_panel_comes_back_without_series_that_are_gone(panels: list[Panel], ada: User, do: Do) -> None:
    do(ada, "delete", panels[0])
    Series.objects.filter(name="one").delete()
    assert do(ada, "undo", 0).words == "“One” is back, without 1 of its series: they are gone."


def moved(by: User, panel: Panel, to: Board) -> None:
    with recording(by, panel.board_id, to.pk):
        panel.refresh_from_db()
        panel.board = to
        panel.save()


def test_a_panel_that_went_to_another_board_is_not_changed_from_the_one_before(
    panels: list[Panel], ada: User, bob: User, do: Do
) -> None:
    private = Board.objects.create(title="Bob's", slug="bobs", view_by="owner", edit_by="owner", owner=bob)
    change(ada, panels[0], title="Ada's")
    moved(bob, panels[0], private)
    with pytest.raises(Refused, match="on this board no more"):
        do(ada, "undo", 0)
    panel = Panel.objects.get(pk=panels[0].pk)
    assert (panel.title, panel.board) == ("Ada's", private)


def test_a_panel_goes_back_to_the_board_from_which_it_came_for_whoever_may_edit_that(
    board: Board, panels: list[Panel], ada: User, bob: User
) -> None:
    other = Board.objects.create(title="Other", slug="other")
    moved(ada, panels[0], other)
    Board.objects.filter(pk=board.pk).update(edit_by="owner", owner=bob)
    with pytest.raises(Refused, match="on this board no more"):
        undo(User.objects.get(pk=ada.pk), other)
    assert Panel.objects.get(pk=panels[0].pk).board == other
    Board.objects.filter(pk=board.pk).update(edit_by="editors")
    undo(User.objects.get(pk=ada.pk), other)
    assert Panel.objects.get(pk=panels[0].pk).board == board


def test_nothing_goes_back_to_a_board_that_is_deleted(board: Board, panels: list[Panel], ada: User) -> None:
    other = Board.objects.create(title="Other", slug="other")
    moved(ada, panels[0], other)
    Board.objects.get(pk=board.pk).delete()
    with pytest.raises(Refused, match="on this board no more"):
        undo(ada, other)
